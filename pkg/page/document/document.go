// Package document writes the page of a trained run from its description and its weights, and reads such a page
// again. It holds the page's script and style, and knows no models; package page fills documents.
package document

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"

	"hgn.local/pkg/badinput"
)

// MaxBytes is the largest size of a page.
const MaxBytes = 3_000_000

// Document is what a page holds.
type Document struct {
	Title   string
	Kind    string // one of Kinds
	Facts   []Fact
	About   json.RawMessage // the description of the model
	Weights []byte
}

// Fact is one line of what a page says about its model.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Kinds lists the kinds of model that a page can show.
func Kinds() []string { return []string{"hgn", "nhf", "rnvp"} }

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

// These are the parts of the script, in their order.
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

// Numbers returns the part of the script that needs no browser: networks, integrators, models.
func Numbers() string { return coreJS + integrateJS + modelJS }

var script = "\"use strict\";\n(() => {\n" + Numbers() + plotJS + landscapeJS + viewHGN + viewFlow + mainJS + "})();\n"

// ScriptDigest is the source, for a Content-Security-Policy, that allows the script of pages and no other.
var ScriptDigest = digest(script)

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// policy allows the page's own script and style, by their digests, and nothing else.
var policy = "default-src 'none'; script-src " + ScriptDigest + "; style-src " + digest(pageCSS) + "; base-uri 'none'; form-action 'none'"

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// format counts the forms of descriptions that scripts have understood.
const format = 1

// envelope is how the description stands in the file, with what else Read needs.
type envelope struct {
	Format int             `json:"format"`
	Title  string          `json:"title"`
	Kind   string          `json:"kind"`
	Facts  []Fact          `json:"facts"`
	Model  json.RawMessage `json:"model"`
}

// HTML returns the file. It returns an error if that would be larger than MaxBytes.
func (d *Document) HTML() ([]byte, error) {
	if !slices.Contains(Kinds(), d.Kind) {
		return nil, fmt.Errorf("a page cannot show a model of the kind %q", d.Kind)
	}
	about, err := json.Marshal(envelope{format, d.Title, d.Kind, d.Facts, d.About}) // with < > & escaped, so that it can stand in an element
	if err != nil {
		return nil, fmt.Errorf("writing the page: %w", err)
	}
	var out bytes.Buffer
	err = pageTemplate.Execute(&out, map[string]any{
		"Title": d.Title, "Kind": d.Kind, "Facts": d.Facts, "Policy": policy,
		"CSS": template.CSS(pageCSS), "Script": template.JS(script),
		"About": template.JS(about), "Weights": template.HTML(base64.StdEncoding.EncodeToString(d.Weights)),
	})
	if err != nil {
		return nil, fmt.Errorf("writing the page: %w", err)
	}
	if out.Len() > MaxBytes {
		return nil, badinput.Errorf("the page of %q would have %.1f MB, and the most is %.0f MB: train a smaller model, for example with the preset quick or with smaller frames", d.Title, float64(out.Len())/1e6, MaxBytes/1e6)
	}
	return out.Bytes(), nil
}

// Read reads a page that HTML has written. Of the text it takes the model alone, and nothing that a browser would
// run, so that the HTML of the result can be trusted whatever the text is.
func Read(text []byte) (*Document, error) {
	about, ok := element(text, `<script type="application/json" id="about">`)
	if !ok {
		return nil, badinput.Errorf("this is not a page of a trained run: it has no description")
	}
	encoded, ok := element(text, `<script type="application/octet-stream" id="weights">`)
	if !ok {
		return nil, badinput.Errorf("this is not a page of a trained run: it has no weights")
	}
	var e envelope
	if err := json.Unmarshal(about, &e); err != nil || e.Format != format || !slices.Contains(Kinds(), e.Kind) {
		return nil, badinput.Errorf("the description of the page is damaged, or of another version")
	}
	weights, err := base64.StdEncoding.DecodeString(string(encoded))
	if err != nil {
		return nil, badinput.Errorf("the weights of the page are damaged: %w", err)
	}
	return &Document{Title: e.Title, Kind: e.Kind, Facts: e.Facts, About: e.Model, Weights: weights}, nil
}

// element returns the content of a script element with that beginning.
func element(text []byte, begin string) ([]byte, bool) {
	_, after, found := bytes.Cut(text, []byte(begin))
	content, _, closed := bytes.Cut(after, []byte("</script>"))
	return content, found && closed
}
