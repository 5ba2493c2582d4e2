package document

import (
	"fmt"
	"html"
	"strings"
)

// FrameClass is the class of the iframe that Frame makes.
const FrameClass = "hgn-page"

// Frame returns the page inside of an iframe, for the output of a notebook's cell. What runs in it reaches neither
// the notebook nor the network.
func (d *Document) Frame() (string, error) {
	text, err := d.HTML()
	if err != nil {
		return "", err
	}
	height := 1120
	if d.Kind != "hgn" {
		height = 900
	}
	escaped := strings.NewReplacer("&", "&amp;", `"`, "&#34;").Replace(string(text)) // nothing else ends an attribute
	return fmt.Sprintf(`<iframe class="%s" sandbox="allow-scripts" title="%s" width="100%%" height="%d" style="border:0" srcdoc="%s"></iframe>`,
		FrameClass, html.EscapeString("Interactive page of the run "+d.Title), height, escaped), nil
}
