package hgn

import (
	"math"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/phase"
)

// TestPartsOfYourOwn trains a model with a Hamiltonian and a decoder that a user wrote, and reads both back.
func TestPartsOfYourOwn(t *testing.T) {
	ok(t, DefineHamiltonian("relativistic", func(m *Model, scope *model.Scope) phase.Hamiltonian {
		v := m.Potential(scope)
		return phase.Sum{
			K: func(p *Node) *Node { return AddScalar(Sqrt(AddScalar(ReduceSum(Square(p), -1), 1.0)), -1) },
			V: func(q *Node) *Node { return v(q) },
		}
	}))
	ok(t, DefineDecoder("flat", func(m *Model, scope *model.Scope, q *Node) *Node {
		x := nets.Linear(scope, m.Latent().Embed(q), 1, 0.1, nil) // every pixel has the same value
		return BroadcastToDims(Sigmoid(x), q.Shape().Dim(0), m.Video.Pixels())
	}))
	p := tiny()
	p.Hamiltonian, p.Decoder, p.Sharpen = "relativistic", "flat", 0.5
	p.Steps = 2
	l := newLearner(t, p, noise(tinyVideo, 8, 3))
	for step := range p.Steps { // the second is a sharp one
		losses, err := l.Step(step)
		ok(t, err)
		if math.IsNaN(losses["loss"]) {
			t.Fatalf("step %d: %v", step, losses)
		}
	}
	states := randomStates(5, 4, 2)
	k, _, err := l.model.Energies(states)
	ok(t, err)
	for i := range k {
		_, p := states.At(i)
		if want := math.Sqrt(1+float64(p[0]*p[0]+p[1]*p[1])) - 1; math.Abs(float64(k[i])-want) > 1e-5 {
			t.Errorf("K = %g, want %g", k[i], want)
		}
	}
	frames, err := l.model.Decode(states.Q)
	ok(t, err)
	for i, x := range frames {
		if x != frames[i/tinyVideo.Pixels()*tinyVideo.Pixels()] {
			t.Fatalf("pixel %d of a flat frame is %g", i, x)
		}
	}
}

func TestUnknownParts(t *testing.T) {
	for name, change := range map[string]func(p *Params){
		"unknown hamiltonian": func(p *Params) { p.Hamiltonian = "quantum" },
		"unknown decoder":     func(p *Params) { p.Decoder = "painter" },
	} {
		p := tiny()
		change(&p)
		if err := p.Validate(video.Shape{Frames: 7, Size: 8, Dt: 0.2}); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "define") {
			t.Errorf("%s: %v", name, err)
		}
	}
	ok(t, DefineDecoder("settable", nil))
	p := tiny()
	if err := params.Set(&p, "decoder=settable"); err != nil || p.Decoder != "settable" {
		t.Errorf("set is %q, %v", p.Decoder, err)
	}
	if DefineHamiltonian("metric", nil) == nil || DefineHamiltonian(AutoHamiltonian, nil) == nil || DefineDecoder("", nil) == nil {
		t.Error("a name that is taken was accepted")
	}
}
