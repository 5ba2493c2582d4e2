package notebook

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"hgn.local/gomlx_models/nhf"
	"hgn.local/pkg/figures"
)

func TestExplore(t *testing.T) {
	dir := runsHere(t)
	var run *Run
	out := must(t, inCell(t, func() {
		run = Train("a", tiny(), tinyData())
		Explore(run, Dt(-0.25), Steps(9), Trajectory(3))
		Latent(run)
	}))
	pictures(t, dir, "a/explore.png", "a/latent.png")
	if !strings.Contains(out, "dt = −0.25") {
		t.Errorf("the picture is not one of the options:\n%s", out)
	}
	e, err := run.drawn.Explorer()
	if err != nil {
		t.Fatal(err)
	}
	x := &explorer{Explorer: e, asked: exploreAsk{Dt: e.Dt, Steps: 5}}
	ask := func(text string) exploreAnswer {
		t.Helper()
		a, err := x.answer(json.RawMessage(text))
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if _, err := json.Marshal(a); err != nil {
			t.Errorf("%s: the answer is no JSON: %v", text, err)
		}
		return a.(exploreAnswer)
	}

	// Every dt begins in the same state, 0 stays there, and -dt leads back.
	forward, still, backward := ask(`{"video":2,"dt":0.1,"steps":6}`), ask(`{"video":2,"dt":0,"steps":6}`), ask(`{"video":2,"dt":-0.1,"steps":6}`)
	for _, a := range []exploreAnswer{forward, still, backward} {
		if len(a.Q) != 7 || len(a.P) != 7 || len(a.H) != 7 || !a.Truth || a.Q[0] != forward.Q[0] || a.P[0] != forward.P[0] {
			t.Errorf("dt = %g: %d states from (%g, %g)", a.Dt, len(a.Q), a.Q[0], a.P[0])
		}
		if !strings.HasPrefix(a.Film, "data:image/png;base64,") {
			t.Errorf("dt = %g: the film is %.30s", a.Dt, a.Film)
		}
	}
	if still.Q[6] != still.Q[0] || still.P[6] != still.P[0] || forward.Q[6] == forward.Q[0] {
		t.Error("time does not stand still for dt = 0, or only there")
	}
	end, err := json.Marshal(exploreAsk{Video: 2, State: []float64{float64(forward.Q[6]), float64(forward.P[6])}, Dt: -0.1, Steps: 6})
	if err != nil {
		t.Fatal(err)
	}
	back := ask(string(end))
	if d := math.Hypot(float64(back.Q[6]-forward.Q[0]), float64(back.P[6]-forward.P[0])); !(d < 1e-4) {
		t.Errorf("the way back from the end of a rollout misses its start by %g", d)
	}
	if back.Truth || back.MSE != nil {
		t.Error("a dragged state has a true film")
	}

	// A point gives one frame, and does not replace the rollout of which the picture will be.
	last := x.last
	if point := ask(`{"video":2,"state":[0.5,1],"dt":0.1,"steps":6,"point":true}`); point.Columns != 1 || x.last != last {
		t.Error("a dragged point replaces the rollout")
	}
	if p, _, err := x.picture(); err != nil || p == nil {
		t.Errorf("no picture is left: %v", err)
	}
	for _, text := range []string{`{"video":999,"dt":0.1,"steps":6}`, `{"video":0,"dt":0.1,"steps":0}`, `{"video":0,"dt":0.1,"steps":1000000}`,
		`{"video":0,"state":[1],"dt":0.1,"steps":5}`, `{`, `{"video":0,"dt":1e300,"steps":5}`} {
		if a, err := x.answer(json.RawMessage(text)); err == nil {
			t.Errorf("%s is answered: %.100v", text, a)
		}
	}
	if name, config, err := x.script(); err != nil || name != "explore" {
		t.Errorf("script %q: %v", name, err)
	} else if _, err := json.Marshal(config); err != nil {
		t.Error(err)
	}
}

func TestExploreFlow(t *testing.T) {
	dir := runsHere(t)
	p := nhf.Quick()
	p.Steps, p.Batch = 5, 16
	must(t, inCell(t, func() { ExploreFlow(Train("flow", p, Density("gaussians4"))) }))
	pictures(t, dir, "flow/explore_flow.png")
	e, err := newRunAt(t, "flow").drawn.FlowExplorer()
	if err != nil {
		t.Fatal(err)
	}
	// The way of a point leads through every step and ends where the point was put.
	got, err := flowControl{e}.answer(json.RawMessage(`{"point":[1,-1.5]}`))
	if err != nil {
		t.Fatal(err)
	}
	a := got.(flowAnswer)
	if n := 2 * (e.Steps + 1); len(a.Q) != n || len(a.P) != n {
		t.Fatalf("the way has %d numbers, want %d", len(a.Q), n)
	}
	if d := math.Hypot(a.Q[2*e.Steps]-1, a.Q[2*e.Steps+1]+1.5); !(d < 1e-3) {
		t.Errorf("the way ends %g from the point", d)
	}
	if math.IsNaN(a.LogP) || a.LogP == 0 {
		t.Errorf("log p = %g", a.LogP)
	}
	for k := 1; k <= e.Steps; k++ {
		if s := e.StageOf(k); s != (k-1)/(e.Steps/len(e.Stages)) {
			t.Errorf("leapfrog step %d is said to be one of Hamiltonian %d", k, s)
		}
	}
	if name, config, err := (flowControl{e}).script(); err != nil || name != "flow" {
		t.Errorf("script %q: %v", name, err)
	} else if _, err := json.Marshal(config); err != nil {
		t.Error(err)
	}
}

// newRunAt opens a run.
func newRunAt(t *testing.T, name string) *Run {
	t.Helper()
	r, err := open(name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Models without what the controls turn are refused, with a sentence.
func TestExploreRefuses(t *testing.T) {
	runsHere(t)
	for name, f := range map[string]func(){
		"energy": func() {
			p := tiny()
			p.Dynamics, p.Integrator, p.Anchor = "recurrent", "euler", "first"
			Explore(Train("r", p, tinyData()))
		},
		"video 999": func() { Latent(Train("b", tiny(), tinyData()), Trajectory(999)) },
		"steps":     func() { Explore(Train("b", tiny(), tinyData()), Steps(figures.MostExplored+1)) },
		"density": func() {
			p := nhf.Quick()
			p.Steps, p.Batch = 2, 16
			Explore(Train("f", p, Density("gaussians4")))
		},
	} {
		if e := inCell(t, f); e.code != exitFailed || !strings.Contains(e.stderr, name) {
			t.Errorf("%s: exit code %d, %q", name, e.code, e.stderr)
		}
	}
}
