package page

import (
	"encoding/json"
	"os"
	"path/filepath"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/page/document"
)

// Page is a run as a page. Of makes it.
type Page struct{ document.Document }

// Of makes the page of a trained HGN or of a flow in the plane. It returns an error marked by badinput for a run that
// a page cannot show.
func Of(r *figures.Run) (*Page, error) {
	if r.OfDensity() {
		return describeFlow(r)
	}
	return describeHGN(r)
}

func newPage(r *figures.Run, kind string, about any, raw []byte, parameters int) (*Page, error) {
	text, err := json.Marshal(about)
	if err != nil {
		return nil, err
	}
	return &Page{document.Document{Title: r.Label, Kind: kind, Facts: factsOf(r, parameters), About: text, Weights: raw}}, nil
}

// Save writes the file to path, whole or not at all.
func (p *Page) Save(path string) error {
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return badinput.Errorf("cannot write %s: there is no folder %s", path, filepath.Dir(path))
	}
	text, err := p.HTML()
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(path, text)
}

func widen(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

func narrow(x []float64) []float32 {
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = float32(v)
	}
	return out
}
