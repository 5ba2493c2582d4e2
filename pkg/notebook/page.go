package notebook

import (
	"fmt"
	"path/filepath"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"

	"hgn.local/pkg/page"
)

// PageFile is the file that Page writes into a run's folder.
const PageFile = "page.html"

// shownPage is the largest page that a cell shows, so that a notebook with one stays below 1.5 MB. A page of the
// preset quick has 0.7 MB, and one of cpu 1.4 MB.
const shownPage = 900_000

// Page writes a run of an HGN or of a flow in the plane as the file page.html in its folder: a page that computes in any
// browser, without a kernel or a network, and can be mailed (see package page). In a cell it shows the page as well,
// unless that is too large for a notebook; it stays alive in the saved notebook and in the exported page.
func Page(run *Run) {
	cell(func() error {
		if run == nil {
			return mistake("nb.Page needs a run, for example nb.Open(%q)", "pendulum")
		}
		return run.page()
	})
}

func (r *Run) page() error {
	p, err := page.Of(r.drawn)
	if err != nil {
		return err
	}
	path := filepath.Join(r.Dir, PageFile)
	if err := p.Save(path); err != nil {
		return err
	}
	if !inNotebook {
		_, err := fmt.Fprintf(stdout, "Page of the run %s: %s\n", r.Name(), path)
		return err
	}
	frame, err := p.Frame()
	if err != nil {
		return err
	}
	if len(frame) > shownPage {
		showNote("The page has %.1f MB, too much for a notebook: open %s in the folder of the run %q by a browser.", float64(len(frame))/1e6, PageFile, r.Name())
		return nil
	}
	gonbui.SendData(&protocol.DisplayData{Data: map[protocol.MIMEType]any{
		protocol.MIMETextHTML:  frame,
		protocol.MIMETextPlain: "Interactive page of the run " + r.Name(),
	}})
	showNote("The same page, to mail or to put on a site: %s in the folder of the run %q.", PageFile, r.Name())
	return nil
}
