package nbexec

import (
	"encoding/base64"
	"io"
	"mime"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
)

// sanitize keeps visible content and drops everything active: scripts, event handlers, frames, forms, links and
// pictures with schemes that may be harmful, and style sheets, which would affect the whole page. It applies to all
// HTML, from a cell's output and from a Markdown cell. The page's policy forbids scripts once more.
func sanitize(text string) string { return htmlPolicy.Sanitize(text) }

var htmlPolicy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	elements := strings.Fields(`
		a abbr address article aside audio b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl
		dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd label li main mark meter nav ol output
		p picture pre progress q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead
		time tr tt u ul var video wbr input
		math semantics annotation maction menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot
		mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none
		svg g path rect circle ellipse line polyline polygon text tspan defs clippath lineargradient radialgradient stop marker
		pattern mask symbol desc`)
	p.AllowElements(elements...)
	p.AllowNoAttrs().OnElements(elements...)
	p.AllowAttrs(strings.Fields(`
		class id style title lang dir role width height align valign color face size colspan rowspan span scope headers start
		reversed type value open datetime border cellpadding cellspacing bgcolor alt controls loop muted autoplay checked disabled
		min max low high optimum step for
		accent accentunder columnalign columnlines columnspacing columnspan depth display displaystyle encoding fence form frame
		framespacing intent largeop linethickness lspace mathbackground mathcolor mathsize mathvariant maxsize minsize
		movablelimits notation rowalign rowlines rowspacing rspace scriptlevel scriptminsize separator separators stretchy
		symmetric voffset xmlns
		viewbox preserveaspectratio x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points transform fill fill-opacity fill-rule
		stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-dasharray stroke-dashoffset stroke-miterlimit
		opacity font-family font-size font-weight font-style text-anchor dominant-baseline alignment-baseline offset stop-color
		stop-opacity gradientunits gradienttransform spreadmethod clip-path clip-rule clippathunits marker-start marker-mid
		marker-end markerwidth markerheight orient refx refy patternunits patterncontentunits patterntransform mask maskunits
		vector-effect shape-rendering text-rendering rotate textlength lengthadjust version`)...).Globally()
	p.AllowAttrs("aria-label", "aria-hidden", "aria-describedby", "aria-labelledby").Globally()
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("cite").OnElements("blockquote", "del", "ins", "q")
	p.AllowAttrs("src").OnElements("img", "audio", "video")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(true)
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowURLSchemeWithCustomPolicy("data", func(u *url.URL) bool { return dataPicture.MatchString(u.Opaque) })
	return p
}()

// dataPicture matches the permitted content of a data address.
var dataPicture = regexp.MustCompile(`^(?:image|audio|video)/[a-z0-9.+-]+(?:;[a-z]+=[a-z0-9-]+)*[;,]`)

// embedder puts the pictures of a Markdown cell into the page.
type embedder struct {
	dir         string         // of the notebook
	attachments map[string]any // name -> MIME bundle
}

// embed replaces the addresses of all pictures in the HTML that are attachments or files beside the notebook.
func (e embedder) embed(text string) string {
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			if z.Err() != io.EOF {
				return text
			}
			out.Write(z.Raw())
			return out.String()
		}
		raw := string(z.Raw())
		if kind == html.StartTagToken || kind == html.SelfClosingTagToken {
			if token := z.Token(); token.Data == "img" && e.replace(token.Attr) {
				raw = token.String()
			}
		}
		out.WriteString(raw)
	}
}

func (e embedder) replace(attributes []html.Attribute) bool {
	for i, a := range attributes {
		if a.Key == "src" {
			if data := e.data(strings.TrimSpace(a.Val)); data != "" {
				attributes[i].Val = data
				return true
			}
		}
	}
	return false
}

// maxPicture is the size in bytes above which a picture file is not put into a page.
const maxPicture = 64 << 20

// data returns the picture as a data address, or "" if it is neither an attachment nor a file beside the notebook.
func (e embedder) data(address string) string {
	plain, err := url.PathUnescape(address)
	if err != nil {
		plain = address
	}
	for _, name := range []string{address, plain} {
		if len(name) > len("attachment:") && strings.EqualFold(name[:len("attachment:")], "attachment:") {
			if data := attached(e.attachments[name[len("attachment:"):]]); data != "" {
				return data
			}
			continue
		}
		kind := mime.TypeByExtension(strings.ToLower(filepath.Ext(name)))
		if e.dir == "" || !filepath.IsLocal(name) || !strings.HasPrefix(kind, "image/") {
			continue
		}
		path := filepath.Join(e.dir, name)
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			continue
		}
		if content, err := readAtMost(path, maxPicture); err == nil {
			return dataAddress(kind, content)
		}
	}
	return ""
}

// attached returns the picture of a MIME bundle. Its data is base64, in one string or a list of lines; an SVG may
// also be plain text.
func attached(bundle any) string {
	forms, _ := bundle.(map[string]any)
	kinds := make([]string, 0, len(forms))
	for kind := range forms {
		if strings.HasPrefix(kind, "image/") {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		text, ok := joinText(forms[kind])
		if !ok {
			continue
		}
		if kind == "image/svg+xml" && strings.HasPrefix(strings.TrimSpace(text), "<") {
			return dataAddress(kind, []byte(text))
		}
		packed := strings.TrimRight(strings.Join(strings.Fields(text), ""), "=")
		if content, err := base64.RawStdEncoding.DecodeString(packed); err == nil && len(content) > 0 {
			return dataAddress(kind, content)
		}
	}
	return ""
}

func dataAddress(kind string, content []byte) string {
	kind, _, _ = strings.Cut(kind, ";")
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(content)
}
