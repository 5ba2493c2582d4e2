package nbexec

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"hgn.local/pkg/page/document"
)

// A cell may show the page of a run in an iframe (see package page/document). In the exported page it lives on: the
// model is read from it and written anew with this program's own script, the only script that the exported page's
// policy then allows. Everything else around it is sanitized.

// rich returns a cell's HTML as it may stand in the page, and tells whether a script must be allowed for it.
func rich(text string) (safe string, lives bool) {
	if !strings.Contains(text, document.FrameClass) {
		return sanitize(text), false
	}
	before, srcdoc, after := cutFrame(text)
	if srcdoc == "" {
		return sanitize(text), false
	}
	d, err := document.Read([]byte(srcdoc))
	if err != nil {
		return sanitize(text), false
	}
	frame, err := d.Frame()
	if err != nil {
		return sanitize(text), false
	}
	return sanitize(before) + frame + sanitize(after), true
}

// cutFrame splits HTML around the iframe of a page, and returns the document in it, "" if there is none.
func cutFrame(text string) (before, srcdoc, after string) {
	z := html.NewTokenizer(strings.NewReader(text))
	var seen strings.Builder
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return text, "", ""
		}
		raw := string(z.Raw())
		token := z.Token()
		if kind != html.StartTagToken || token.Data != "iframe" || !slices.Contains(token.Attr, html.Attribute{Key: "class", Val: document.FrameClass}) {
			seen.WriteString(raw)
			continue
		}
		for _, a := range token.Attr {
			if a.Key == "srcdoc" {
				srcdoc = a.Val
			}
		}
		return seen.String(), srcdoc, text[seen.Len()+len(raw):]
	}
}
