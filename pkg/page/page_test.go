package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/phase"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/nbexec"
	"hgn.local/pkg/page/document"
	"hgn.local/pkg/runs"
)

// written writes the page of a run.
func written(t *testing.T, r *figures.Run) (file string, text []byte) {
	t.Helper()
	p, err := Of(r)
	ok(t, err)
	file = filepath.Join(t.TempDir(), "page.html")
	ok(t, p.Save(file))
	text, err = os.ReadFile(file)
	ok(t, err)
	return file, text
}

// TestPageInBrowser opens pages in Chromium, and compares their states with the model's.
func TestPageInBrowser(t *testing.T) {
	r := trainedVideos(t, "pendulum", "pendulum")
	r.Label = "<b>pendulum</b> & co"
	m, err := r.VideoModel()
	ok(t, err)
	stir(t, m.(*hgn.Model).Store(), 0.05) // so that its film moves
	file, text := written(t, r)
	checkSealed(t, text)
	states, err := r.Starts()
	ok(t, err)
	for _, dt := range []float64{0.125, -0.125} {
		b := browse(t, file, fmt.Sprintf("#selftest=%g,100,0", dt))
		var shown string
		b.value("document.getElementById('selftest').textContent", &shown)
		var got struct {
			Worst        float64
			States       [][]float64
			Milliseconds float64
		}
		ok(t, json.Unmarshal([]byte(shown), &got))
		start := nearest(t, states, got.States[0])
		want, err := m.Rollout(start, dt, 100)
		ok(t, err)
		for i, w := range want {
			for k, v := range append(widen(w.Q), widen(w.P)...) {
				if e := math.Abs(got.States[i][k] - v); !(e < 1e-3*(1+math.Abs(v))) {
					t.Fatalf("dt = %g, step %d: number %d is %g in the browser and %g in the model", dt, i, k, got.States[i][k], v)
				}
			}
		}
		if !(got.Worst < 1e-3) {
			t.Errorf("the page says that it differs by %g", got.Worst)
		}
		t.Logf("dt = %g: a step and a frame take %.2f ms, the states differ by %.1g", dt, got.Milliseconds, got.Worst)
		if got.Milliseconds > 1000./30 {
			t.Errorf("a step and a frame take %.1f ms, which is too long for 30 frames a second", got.Milliseconds)
		}
	}
	lives(t, file)
	livesInNotebook(t, r)
}

// livesInNotebook shows a page in the exported page of a notebook.
func livesInNotebook(t *testing.T, r *figures.Run) {
	p, err := Of(r)
	ok(t, err)
	frame, err := p.Frame()
	ok(t, err)
	cell := nbexec.Code("%%\nnb.Page(run)")
	cell.Outputs = []nbexec.Output{{Kind: nbexec.DisplayOutput, Data: map[string]any{"text/html": frame, "text/plain": "page"}}}
	file := filepath.Join(t.TempDir(), "notebook.html")
	ok(t, nbexec.New(nbexec.Markdown("# Notebook"), cell).SaveHTML(file, "notebook", t.TempDir()))
	b := browse(t, file, "")
	b.enter()
	b.until(settled)
	b.until(when + " > 0.2")
	for _, c := range b.complaints() {
		t.Error(c)
	}
}

// Expressions of a page: whether it has computed everything, its film, and the time of the present frame.
const (
	settled = "(document.getElementById('check') || {}).textContent"
	film    = "document.getElementById('film').toDataURL()"
	when    = "Number(document.getElementById('film-caption').textContent.replace('−', '-').match(/t = (.*)/)[1])"
)

// nearest returns the state of a set that has these numbers.
func nearest(t *testing.T, s video.States, numbers []float64) video.States {
	t.Helper()
	for i := range s.N {
		q, p := s.At(i)
		if all := append(widen(q), widen(p)...); math.Abs(all[0]-numbers[0])+math.Abs(all[s.D]-numbers[s.D]) < 1e-6 {
			return video.States{N: 1, D: s.D, Q: q, P: p}
		}
	}
	t.Fatalf("the page starts at %v, where no test video does", numbers)
	return video.States{}
}

// lives plays with a page by mouse and keyboard.
func lives(t *testing.T, file string) {
	b := browse(t, file, "")
	b.until(settled)
	var title, h1 string
	b.value("document.title", &title)
	b.value("document.querySelector('h1').textContent", &h1)
	if title != "<b>pendulum</b> & co" || h1 != title {
		t.Errorf("the title is %q and the heading %q", title, h1)
	}
	var before, after string
	b.value("window.before = "+film, &before)
	b.until(when + " > 0.3 && " + film + " !== window.before") // it plays by itself
	b.screenshot("playing")
	slide := func(v float64) {
		var ignored bool
		b.value(fmt.Sprintf("(() => { const s = document.getElementById('slide'); s.value = %g; s.dispatchEvent(new Event('input')); return true; })()", v), &ignored)
	}
	slide(-0.25)
	b.until(when + " < -0.3") // back through the start
	slide(0)
	var rest, still float64
	b.value(when, &rest)
	time.Sleep(200 * time.Millisecond)
	b.value(when, &still)
	if rest != still {
		t.Error("with dt = 0 time goes on")
	}

	const place = "(() => { const r = document.getElementById('handle').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()"
	var from, to [2]float64
	b.value(place, &from)
	var plane [4]float64
	b.value("(() => { const r = document.getElementById('plane').getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; })()", &plane)
	wantX, wantY := plane[0]+0.4*plane[2], plane[1]+0.3*plane[3]
	b.drag(from[0], from[1], wantX, wantY)
	b.value(place, &to)
	if math.Hypot(to[0]-wantX, to[1]-wantY) > 2 {
		t.Errorf("the ring was dragged from %v to (%g, %g), and is at %v", from, wantX, wantY, to)
	}
	b.until(when + " === 0")
	b.value(film, &before)
	b.key("ArrowRight") // the drag has given the ring the focus
	b.value(place, &from)
	b.value(film, &after)
	if !(from[0] > to[0]+3) || math.Abs(from[1]-to[1]) > 1 || before == after {
		t.Errorf("the right arrow moved the ring from %v to %v", to, from)
	}
	var words string
	b.value("document.getElementById('handle').getAttribute('aria-valuetext')", &words)
	if !regexp.MustCompile(`^q [+−]\d.*, p [+−]\d`).MatchString(words) {
		t.Errorf("the ring says %q", words)
	}

	b.call(nil, "Emulation.setDeviceMetricsOverride", map[string]any{"width": 390, "height": 800, "deviceScaleFactor": 2, "mobile": true})
	b.call(nil, "Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": "dark"}}})
	b.until("getComputedStyle(document.body).backgroundColor === 'rgb(16, 20, 24)'")
	var wide float64
	if b.value("document.documentElement.scrollWidth", &wide); wide > 390 {
		t.Errorf("on a phone of 390 pixels the page is %g wide", wide)
	}
	b.until("document.getElementById('plane').width === Math.round(document.getElementById('plane').clientWidth * devicePixelRatio)") // drawn anew
	b.value(place, &from)
	b.touch(from[0], from[1], from[0]-60, from[1]+40)
	if b.value(place, &to); math.Hypot(to[0]-from[0]+60, to[1]-from[1]-40) > 2 {
		t.Errorf("a finger dragged the ring from %v to %v", from, to)
	}
	b.screenshot("phone_dark")
	for _, c := range b.complaints() {
		t.Error(c)
	}
}

// TestFlowInBrowser opens the page of a flow.
func TestFlowInBrowser(t *testing.T) {
	c, err := runs.NewConfig("nhf", "quick")
	ok(t, err)
	c.Data, err = runs.FromDensity("gaussians4", 500, 1)
	ok(t, err)
	file, text := written(t, trained(t, "flow", c, "steps=3", "batch=8", "energy_hidden=[8]", "encoder_hidden=[8]"))
	checkSealed(t, text)
	b := browse(t, file, "")
	b.until(settled)
	var says string
	b.value("document.getElementById('check').textContent", &says)
	if !strings.Contains(says, "differ by") || strings.Contains(says, "chaotic") {
		t.Errorf("the page says %q", says)
	}
	b.until("document.getElementById('slide-value').textContent.includes('of 4')") // it plays
	b.screenshot("flow")
	for _, c := range b.complaints() {
		t.Error(c)
	}
}

// checkSealed fails for a page that could ask for anything outside of it, or is too large.
func checkSealed(t *testing.T, text []byte) {
	t.Helper()
	if len(text) > document.MaxBytes {
		t.Errorf("the page has %d bytes", len(text))
	}
	policy := regexp.MustCompile(`http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; script-src &#39;sha256-[^ ]+&#39;; style-src &#39;sha256-[^ ]+&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`)
	if !policy.Match(text) {
		t.Error("the page has not the policy that it should have")
	}
	home, err := os.UserHomeDir()
	ok(t, err)
	for _, active := range []string{"http:", "https:", "//cdn", "src=", "href=", "url(", "@import", "fetch(", "XMLHttpRequest", "eval(", "new Function", "innerHTML", "import(", "WebSocket", "style=\"", home, os.TempDir()} {
		if i := bytes.Index(text, []byte(active)); i >= 0 {
			t.Errorf("the page has %q: %q", active, text[max(0, i-40):min(len(text), i+40)])
		}
	}
}

// TestRefusals names what a page cannot show, as bad input.
func TestRefusals(t *testing.T) {
	open := func(model string, change func(c *runs.Config), sets ...string) *figures.Run {
		c, err := runs.NewConfig(model, "quick")
		ok(t, err)
		c.Data = runs.Simulated("pendulum")
		c.Data.Recipe.Trajectories, c.Data.Recipe.Frames, c.Data.Recipe.Size = 20, 9, 16
		if change != nil {
			change(&c)
		}
		return trained(t, "run", c, append([]string{"steps=2", "batch=4"}, sets...)...)
	}
	plane := func(c *runs.Config) {
		var err error
		c.Data, err = runs.FromDensity("gaussians4", 500, 1)
		ok(t, err)
	}
	c, err := runs.NewConfig("hgn", "paper32")
	ok(t, err)
	c.Data = runs.Simulated("pendulum")
	run, err := runs.Create(filepath.Join(t.TempDir(), "conv"), c)
	ok(t, err)
	conv, err := hgn.New(backend(t), run.Params.(hgn.Params), video.Shape{Frames: 30, Size: 32, Dt: 0.125}, nil)
	ok(t, err)
	convolutional := figures.Of(run, "conv", nil)
	convolutional.Use(conv)
	ok(t, hgn.DefineDecoder("mine", func(m *hgn.Model, _ *model.Scope, q *graph.Node) *graph.Node {
		return graph.BroadcastToDims(graph.Scalar(q.Graph(), q.DType(), 0.5), q.Shape().Dim(0), m.Video.Pixels())
	}))
	ok(t, hgn.DefineHamiltonian("mine", func(m *hgn.Model, scope *model.Scope) phase.Hamiltonian {
		v := m.Potential(scope)
		return phase.Joint(func(s phase.State) *graph.Node { return graph.Add(v(s.Q), v(s.P)) })
	}))
	for says, r := range map[string]*figures.Run{
		"has convolutional networks": convolutional,
		"has its own, \"mine\"": open("hgn", func(c *runs.Config) {
			p, err := c.HGN()
			ok(t, err)
			p.Decoder = "mine"
			c.Params = p
		}, "refine=0", "sharpen=0"),
		"hamiltonian=mine: train": open("hgn", nil, "hamiltonian=mine", "refine=0"),
		"has none":                open("hgn", nil, "dynamics=ode", "integrator=rk4", "refine=0"),
		"is of an HNN":            open("hnn", nil),
		"with 3": open("nhf", func(c *runs.Config) {
			var err error
			c.Data, err = runs.FromDensity("gaussian3", 500, 1)
			ok(t, err)
		}),
		"refreshes its momenta": open("nhf", plane, "refresh=affine", "energy_hidden=[4]"),
		"nhf and rnvp":          open("nsf", plane, "hidden=[4]"),
	} {
		if _, err := Of(r); err == nil || !badinput.Is(err) || !strings.Contains(err.Error(), says) {
			t.Errorf("the error is %v, want one with %q", err, says)
		}
	}
	large := document.Document{Title: "large", Kind: "hgn", About: []byte("{}"), Weights: make([]byte, document.MaxBytes)}
	if _, err := large.HTML(); err == nil || !badinput.Is(err) || !strings.Contains(err.Error(), "smaller model") {
		t.Errorf("the error is %v", err)
	}
}
