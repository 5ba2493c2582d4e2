package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/figures"
)

// MaxBytes is the largest size of a page.
const MaxBytes = 3_000_000

// Page is a run as a page. Of makes it.
type Page struct {
	Title string
	kind  string // hgn, nhf or rnvp
	facts []fact
	about []byte // the description in JSON
	raw   []byte // the weights
}

// Of makes the page of a trained HGN or of a flow in the plane. It returns an error marked by badinput for a run that
// a page cannot show.
func Of(r *figures.Run) (*Page, error) {
	if r.OfDensity() {
		return describeFlow(r)
	}
	return describeHGN(r)
}

func newPage(r *figures.Run, kind string, about any, raw []byte, parameters int) (*Page, error) {
	text, err := json.Marshal(about) // with < > & escaped, so that it can stand in an element
	if err != nil {
		return nil, err
	}
	return &Page{Title: r.Label, kind: kind, facts: factsOf(r, parameters), about: text, raw: raw}, nil
}

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

// The parts of the script, in their order.
var (
	//go:embed core.js
	coreJS string
	//go:embed integrate.js
	integrateJS string
	//go:embed model.js
	modelJS string
	//go:embed plot.js
	plotJS string
	//go:embed landscape.js
	landscapeJS string
	//go:embed view_hgn.js
	viewHGN string
	//go:embed view_flow.js
	viewFlow string
	//go:embed main.js
	mainJS string
)

// numbers is the part of the script that needs no document.
var numbers = coreJS + integrateJS + modelJS

var script = "\"use strict\";\n(() => {\n" + numbers + plotJS + landscapeJS + viewHGN + viewFlow + mainJS + "})();\n"

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// HTML returns the file. It returns an error if that would be larger than MaxBytes.
func (p *Page) HTML() ([]byte, error) {
	var out bytes.Buffer
	err := pageTemplate.Execute(&out, map[string]any{
		"Title": p.Title, "Facts": p.facts, "Policy": policy(),
		"CSS": template.CSS(pageCSS), "Script": template.JS(script),
		"About": template.JS(p.about), "Weights": template.HTML(base64.StdEncoding.EncodeToString(p.raw)),
		"Kind": p.kind,
	})
	if err != nil {
		return nil, fmt.Errorf("writing the page: %w", err)
	}
	if out.Len() > MaxBytes {
		return nil, badinput.Errorf("the page of %q would have %.1f MB, and the most is %.0f MB: train a smaller model, for example with the preset quick or with smaller frames", p.Title, float64(out.Len())/1e6, MaxBytes/1e6)
	}
	return out.Bytes(), nil
}

// Save writes the file to path, whole or not at all.
func (p *Page) Save(path string) error {
	text, err := p.HTML()
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(path, text)
}

// policy allows the page's own script and style, by their digests, and nothing else.
func policy() string {
	digest := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; script-src " + digest(script) + "; style-src " + digest(pageCSS) + "; base-uri 'none'; form-action 'none'"
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
