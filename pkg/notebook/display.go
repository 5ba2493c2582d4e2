package notebook

import (
	"encoding/base64"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"

	"hgn.local/pkg/plots"
)

// inNotebook tells whether a GoNB kernel runs this program.
var inNotebook = gonbui.IsNotebook

// flush waits until the kernel has taken everything that was displayed; otherwise output on its way is lost when the
// program ends. It gives up on a kernel that does not answer.
func flush() {
	if !inNotebook {
		return
	}
	done := make(chan struct{})
	go func() {
		gonbui.Sync()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
	}
}

// showPicture displays a picture, or saves it as dir/name.png, an animation as dir/name.gif. alt describes the
// picture in words, for readers who cannot see it.
func showPicture(dir, name, alt string, p *plots.Picture) error {
	if inNotebook {
		return send(p, alt, "")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	path, save := filepath.Join(dir, name+".png"), p.SavePNG
	if p.Animated() {
		path, save = filepath.Join(dir, name+".gif"), p.SaveGIF
	}
	if err := save(path); err != nil {
		return err
	}
	_, err := fmt.Fprintf(stdout, "%s: %s\n", alt, path)
	return err
}

// send displays a picture in the output that id names, or in a new one for "". Size gives the intended size of the
// picture, which has more pixels than that.
func send(p *plots.Picture, alt, id string) error {
	width, height := p.Size()
	if p.Animated() {
		data, err := p.GIF()
		if err != nil {
			return err
		}
		// Not every viewer of notebooks shows image/gif.
		gonbui.SendData(&protocol.DisplayData{Data: map[protocol.MIMEType]any{
			protocol.MIMETextHTML: fmt.Sprintf(`<img src="data:image/gif;base64,%s" alt="%s" width="%d" height="%d" style="max-width:100%%;height:auto">`,
				base64.StdEncoding.EncodeToString(data), html.EscapeString(alt), width, height),
			protocol.MIMETextPlain: alt,
		}, DisplayID: id})
		return nil
	}
	data, err := p.PNG()
	if err != nil {
		return err
	}
	gonbui.SendData(&protocol.DisplayData{
		Data:      map[protocol.MIMEType]any{protocol.MIMEImagePNG: data, protocol.MIMETextPlain: alt},
		Metadata:  metadata(p),
		DisplayID: id,
	})
	return nil
}

// metadata describes a picture to front ends: its size on the page, and whether themeRule may recolour it: in JupyterLab
// and Notebook 7 it then has the class of a picture that needs a light background. GoNB's channel carries the types that
// package protocol registers and no others, or the whole picture is lost.
func metadata(p *plots.Picture) map[string]any {
	width, height := p.Size()
	out := map[string]any{string(protocol.MIMEImagePNG): map[string]int{"width": width, "height": height}}
	if p.Recolours() {
		out["needs_background"] = "light"
	}
	return out
}

// themeRule makes pictures without frames dark where JupyterLab's or Notebook 7's theme is dark. It holds for all of the
// notebook's page; where a front end takes no styles, pictures keep their white paper.
const themeRule = `<style>[data-jp-theme-light="false"] img.jp-needs-light-background{filter:` + plots.DarkFilter + `}</style>`

// showMarkdown displays formatted text.
func showMarkdown(text string) { markdownDisplay()(text) }

// markdownDisplay displays formatted text in one place: later text replaces earlier text.
func markdownDisplay() func(text string) {
	id := gonbui.UniqueId()
	return func(text string) {
		if inNotebook {
			gonbui.UpdateMarkdown(id, text)
		} else {
			fmt.Fprintln(stdout, strings.TrimSpace(text))
		}
	}
}

// showNote displays a line of small text, paler than the theme's, whatever colour that has.
func showNote(format string, args ...any) {
	text := oneLine(fmt.Sprintf(format, args...))
	if inNotebook {
		gonbui.DisplayHTML(themeRule + `<div style="opacity:0.75;font-size:90%">` + html.EscapeString(text) + `</div>`)
	} else {
		fmt.Fprintln(stdout, text)
	}
}
