package nbexec

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Pictures are found under every name and in every form that notebooks write them in.
func TestAttachmentsAndFilesBecomePartOfThePage(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"beside.png": "file", "100%.png": "percent", "Ä b.PNG": "umlaut"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	packed := base64.StdEncoding.EncodeToString
	attachments := map[string]any{
		"lines.svg":  map[string]any{"image/svg+xml": []any{packed([]byte("<svg/>"))[:4] + "\n", packed([]byte("<svg/>"))[4:]}},
		"text.svg":   map[string]any{"image/svg+xml": []any{"<svg>\n", "</svg>"}},
		"my pic.png": map[string]any{"image/png": packed([]byte("pixels"))},
		"loose.png":  map[string]any{"image/png": strings.TrimRight(packed([]byte("pixel")), "=") + "\n"},
		"a&b.png":    map[string]any{"text/plain": "x", "image/png": packed([]byte("and"))},
		"100%.png":   map[string]any{"image/jpeg": packed([]byte("percent"))},
		"bad.png":    map[string]any{"image/png": "\"><script>"},
		"number.png": map[string]any{"image/png": 3},
	}
	png, svg := "data:image/png;base64,", "data:image/svg+xml;base64,"
	for source, want := range map[string]string{
		"![x](attachment:lines.svg)":                               svg + packed([]byte("<svg/>")),
		"![x](attachment:text.svg)":                                svg + packed([]byte("<svg>\n</svg>")),
		"![x](attachment:my%20pic.png)":                            png + packed([]byte("pixels")),
		"![x](<attachment:my pic.png>)":                            png + packed([]byte("pixels")),
		"![x](attachment:loose.png)":                               png + packed([]byte("pixel")),
		"![x](attachment:a&b.png)":                                 png + packed([]byte("and")),
		"![x](attachment:100%.png)":                                "data:image/jpeg;base64," + packed([]byte("percent")),
		"![x][r]\n\n[r]: attachment:my%20pic.png":                  png + packed([]byte("pixels")),
		"[![x](attachment:my%20pic.png)](#top)":                    png + packed([]byte("pixels")),
		"| a |\n|---|\n| ![x](attachment:loose.png) |":             png + packed([]byte("pixel")),
		`<img src="attachment:my%20pic.png" width=30>`:             png + packed([]byte("pixels")),
		"<div>\n<IMG alt='' SRC='attachment:my pic.png'/>\n</div>": png + packed([]byte("pixels")),
		"text <img src='beside.png'> text":                         png + packed([]byte("file")),
		"![x](beside.png \"title\")":                               png + packed([]byte("file")),
		"![x](./beside.png)":                                       png + packed([]byte("file")),
		"![x](100%25.png)":                                         png + packed([]byte("percent")),
		"![x](%C3%84%20b.PNG)":                                     png + packed([]byte("umlaut")),
	} {
		page, err := markdownHTML(source, dir, attachments)
		if err != nil || !strings.Contains(page, `src="`+want+`"`) {
			t.Errorf("%s becomes %s (%v), want %s", source, page, err, want)
		}
	}
	for _, source := range []string{"![x](attachment:bad.png)", "![x](attachment:number.png)", "![x](attachment:missing.png)", "![x](../beside.png)", "![x](/dev/zero.png)"} {
		if page, err := markdownHTML(source, filepath.Join(dir, "below"), attachments); err != nil || strings.Contains(page, "data:") || strings.Contains(page, "<script") {
			t.Errorf("%s becomes %s (%v)", source, page, err)
		}
	}
}

// hostile is what could run, in the forms that get past simple filters.
var hostile = []string{
	"<script>alert(1)</script>",
	"<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
	"<img src=x onerror=alert(1)>",
	"<img src=\"x\"\nonerror\n=\n'alert(1)'>",
	"<img/src=x/onerror=alert(1)//",
	"<svg onload=alert(1)>",
	"<svg><script>alert(1)</script></svg>",
	"<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
	"<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
	"<svg><set attributeName=onmouseover to=alert(1) /></svg>",
	"<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>#x\" /></svg>",
	"<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
	"<svg><style><img src=x onerror=alert(1)></style></svg>",
	"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
	"<math><annotation-xml encoding=\"text/html\"><script>alert(1)</script></annotation-xml></math>",
	"<math href=\"javascript:alert(1)\">x</math>",
	"<a href=\"javascript:alert(1)\">x</a>",
	"<a href=\" java\tscript:alert(1)\">x</a>",
	"<a href=\"&#106;avascript:alert(1)\">x</a>",
	"<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
	"<a href=\"vbscript:x\">x</a>",
	"<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
	"<object data=\"data:text/html,<script>alert(1)</script>\"></object>",
	"<embed src=\"javascript:alert(1)\">",
	"<base href=\"//evil.example/\">",
	"<meta http-equiv=\"refresh\" content=\"0;url=javascript:alert(1)\">",
	"<link rel=stylesheet href=//evil.example/x.css>",
	"<form action=\"javascript:alert(1)\"><button formaction=javascript:alert(1)>x</button></form>",
	"<details open ontoggle=alert(1)>x</details>",
	"<body onload=alert(1)>",
	"</main></body><script>alert(1)</script>",
	"</title><script>alert(1)</script>",
	"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
	"<template><script>alert(1)</script></template>",
	"<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
	"<![CDATA[<script>alert(1)</script>]]>",
	"[x](javascript:alert(1))",
	"![x](javascript:alert(1))",
	"<javascript:alert(1)>",
	"$\\text{<script>alert(1)</script>}$",
	"$\\href{javascript:alert(1)}{x}$",
	"`<script>alert(1)</script>`",
	"```html\"><script>alert(1)</script>\nx\n```",
	"# <img src=x onerror=alert(1)>",
	"\x1b]8;;javascript:alert(1)\x07x\x1b]8;;\x07<script>alert(1)</script>",
}

var fine = regexp.MustCompile(`^(?:https?:|mailto:|#|[^:]*$)|^data:(?:image|audio|video)/`)

// runs reports what a browser would run or load as a page, or send somewhere.
func runs(t *testing.T, page []byte) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(string(page)))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch strings.ToLower(n.Data) {
		case "script", "iframe", "frame", "object", "embed", "applet", "base", "link", "form", "button", "foreignobject", "animate", "set", "use", "template", "annotation-xml":
			found = append(found, "<"+n.Data+">")
		case "style":
			if n.Parent.Data != "head" {
				found = append(found, "<style> in the body")
			}
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(strings.ToLower(a.Key), "on") || a.Key == "srcdoc" || n.Data == "meta" && a.Val == "refresh" {
				found = append(found, n.Data+" "+a.Key)
			}
			if (a.Key == "href" || a.Key == "src" || a.Key == "action") && !fine.MatchString(strings.TrimSpace(a.Val)) {
				found = append(found, a.Key+"="+a.Val)
			}
		}
	}
	return found
}

// Nothing that comes out of data runs in a page, wherever in the notebook it stands.
func TestPagesRunNothing(t *testing.T) {
	for _, text := range hostile {
		code := Code(text)
		for _, mime := range []string{"text/html", "text/markdown", "text/latex", "text/plain", "image/svg+xml", "image/png", "application/javascript", "text/javascript", "application/json"} {
			code.Outputs = append(code.Outputs, Output{Kind: DisplayOutput, Data: map[string]any{mime: text}},
				Output{Kind: DisplayOutput, Data: map[string]any{"image/png": "AA==", "text/plain": text}, Metadata: map[string]any{"image/png": map[string]any{"width": text}}})
		}
		code.Outputs = append(code.Outputs, Output{Kind: StreamOutput, Name: text, Text: text},
			Output{Kind: ErrorOutput, ErrorName: text, ErrorValue: text}, Output{Kind: ErrorOutput, Traceback: []string{text}})
		raw := &Cell{Kind: RawCell, Source: text, Metadata: map[string]any{"raw_mimetype": "text/html"}}
		pasted := Markdown("![x](attachment:a)")
		pasted.Attachments = map[string]any{"a": map[string]any{"image/png\"><script>alert(1)</script>": "AAAA", "image/png": text}}
		nb := New(Markdown(text), Markdown("# "+text), code, Code("%%bash\n"+text), Code("!"+text), raw, pasted)
		page, err := nb.HTML(text, "")
		if err != nil {
			t.Fatal(err)
		}
		if found := runs(t, page); len(found) > 0 {
			t.Errorf("%q: the page has %q", text, found)
		}
	}
	if page := []byte("<body><p onclick=x><a href='javascript:x'><script></script>"); len(runs(t, page)) != 3 {
		t.Errorf("the test finds %q only", runs(t, page))
	}
}

// What cells put out to be seen is seen.
func TestPagesKeepWhatShows(t *testing.T) {
	for _, text := range []string{
		`<table border="1" class="dataframe"><thead><tr><th colspan="2" style="text-align: right">a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>`,
		`<div style="color:#6b6b6b;font-size:90%"><b>bold</b> <code>x</code><br></div>`,
		`<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="a film" width="128" height="64">`,
		`<video controls="" loop="" src="data:video/mp4;base64,AAAA"></video>`,
		`<svg viewbox="0 0 10 10" width="10"><path d="M0 0L5 5" stroke="red" stroke-width="2"></path><g transform="scale(2)"><text x="1">t</text></g></svg>`,
		`<details open=""><summary>more</summary><p id="p">text</p></details>`,
		`<a href="https://arxiv.org/abs/1909.13789">paper</a> <a href="#p">there</a> <a href="02_systems.ipynb">next</a>`,
		`<input type="range" min="0" max="1" value="0.5">`,
	} {
		if got := sanitize(text); got != text {
			t.Errorf("%s\nbecomes\n%s", text, got)
		}
	}
}
