package hgn

import (
	"errors"
	"math"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// withFriction is a tiny model with the rate c.
func withFriction(t *testing.T, c float64, change func(p *Params)) *Model {
	t.Helper()
	p := tiny()
	p.Friction = "learned"
	if change != nil {
		change(&p)
	}
	m := newModel(t, p, tinyVideo)
	_, err := m.Damping() // makes the rate
	ok(t, err)
	ok(t, m.setDamping(c))
	return m
}

// With friction the learned energy falls, for separable and metric kinetic energies, by any method; rollouts come back; and
// the rate is the one that was set.
func TestFriction(t *testing.T) {
	const c, steps = 0.6, 20
	for name, change := range map[string]func(p *Params){
		"quadratic": nil,
		"even":      func(p *Params) { p.Kinetic = "even" },
		"metric":    func(p *Params) { p.Hamiltonian = "metric" },
		"yoshida4":  func(p *Params) { p.Integrator = "yoshida4" },
	} {
		t.Run(name, func(t *testing.T) {
			m := withFriction(t, c, change)
			rate, err := m.Damping()
			ok(t, err)
			near(t, "rate", []float64{rate}, []float64{c}, 1e-6)
			start := randomStates(1, 5, 2)
			there, err := m.Rollout(start, m.Video.Dt, steps)
			ok(t, err)
			back, err := m.Rollout(there[steps], -m.Video.Dt, steps)
			ok(t, err)
			if far := max(distance(back[steps].Q, start.Q), distance(back[steps].P, start.P)); far > 1e-4 {
				t.Errorf("there and back, the state differs by %.2g of its size", far)
			}
			before := make([]float64, start.N)
			for i, s := range there {
				k, v, err := m.Energies(s)
				ok(t, err)
				for j := range before {
					h := float64(k[j]) + float64(v[j])
					if i > 0 && h > before[j] {
						t.Fatalf("the energy of state %d rises from %g to %g at step %d", j, before[j], h, i)
					}
					before[j] = h
				}
			}
		})
	}
}

// A video shown backwards obeys the same H with -c: from (q, -p) the motion of sense -1 is that from (q, p) back in time.
func TestFrictionOfReversedVideos(t *testing.T) {
	const unroll = 6
	m := withFriction(t, 0.6, nil)
	d := m.latent.Dim()
	start := randomStates(3, 4, d)
	back, err := m.Rollout(start, -m.Video.Dt, unroll)
	ok(t, err)
	exec, err := model.NewExec(m.backend, m.store, func(scope *model.Scope, q, p, sense *Node) *Node {
		states := integrate.Rollout(m.integrator, m.dynamics(scope, sense), phase.State{Q: q, P: Neg(p)}, Scalar(q.Graph(), q.DType(), m.Video.Dt), unroll)
		return states[unroll].Q
	})
	ok(t, err)
	for sense, same := range map[float32]bool{-1: true, 1: false} {
		senses := [][]float32{{sense}, {sense}, {sense}, {sense}}
		got, err := exec.Call1(padded(start.Q, 0, 4, d, 4), padded(start.P, 0, 4, d, 4), senses)
		ok(t, err)
		var flat []float32
		for _, row := range got.Value().([][]float32) {
			flat = append(flat, row...)
		}
		if far := distance(flat, back[unroll].Q); (far < 1e-5) != same {
			t.Errorf("sense %g: the motion differs by %.2g from that back in time", sense, far)
		}
	}
}

// filmed are videos of a model itself, from random states at the anchor.
func filmed(t *testing.T, m *Model, n int) video.Clips {
	t.Helper()
	states, err := m.RolloutFromAnchor(randomStates(5, n, m.latent.Dim()))
	ok(t, err)
	out := video.Clips{Shape: m.Video, N: n, Pixels: make([]uint8, n*m.Video.Frames*m.Video.Pixels())}
	for f, s := range states {
		frames, err := m.Decode(s.Q)
		ok(t, err)
		for i := range n {
			for k, x := range frames[i*m.Video.Pixels():][:m.Video.Pixels()] {
				out.Frame(i, f)[k] = uint8(math.Round(float64(x) * 255))
			}
		}
	}
	return out
}

// Films of a model with one rate of friction say so to the same model with another rate, and friction=auto keeps it; films
// without friction make it drop its own.
func TestDampingIsFoundInVideos(t *testing.T) {
	for _, c := range []float64{0, 0.5} {
		p := tiny()
		p.Latent, p.DecoderHidden, p.Refine, p.Friction = "line", nil, 10, "auto" // pictures that are monotone in q can be fitted from anywhere
		m := newModel(t, p, video.Shape{Frames: 7, Size: 8, Dt: 0.5})
		_, err := m.Damping() // makes the rate
		ok(t, err)
		ok(t, m.setDamping(c))
		films := filmed(t, m, leastVideos)
		wrong := c + 0.05
		ok(t, m.setDamping(wrong))
		found, err := m.ProfileDamping(films.Part(0, 20))
		ok(t, err)
		if found.N != 20 || !(math.Abs(found.Best-c) < 0.03) || !(found.Error < 0.02) {
			t.Errorf("films with the rate %g: found %.3f ± %.3f of %d", c, found.Best, found.Error, found.N)
		}
		if now, err := m.Damping(); err != nil || math.Abs(now-wrong) > 1e-5 {
			t.Errorf("the profile has changed the model's rate to %g, %v", now, err)
		}
		l, err := NewLearner(m, films)
		ok(t, err)
		if l.heldOut.N != leastVideos/10 {
			t.Errorf("%d videos are held out", l.heldOut.N)
		}
		ok(t, l.decide())
		if has, err := m.HasFriction(); err != nil || has != (c > 0) {
			t.Errorf("films with the rate %g: friction was kept: %t, %v", c, has, err)
		}
	}
}

func TestAutoRefusesFewVideos(t *testing.T) {
	p := tiny()
	p.Friction = "auto"
	if _, err := NewLearner(newModel(t, p, tinyVideo), noise(tinyVideo, 20, 1)); err == nil {
		t.Error("friction=auto decides by two videos")
	}
}

// The baselines have no energy, and a recurrent one goes by whole frames, forwards; they train like the rest.
func TestBaselines(t *testing.T) {
	for name, change := range map[string]func(p *Params){
		"ode":       func(p *Params) { p.Integrator = "rk4" },
		"recurrent": func(p *Params) { p.Integrator, p.Anchor = "euler", "first" },
	} {
		p := tiny()
		p.Dynamics, p.Beta, p.LearningRate, p.DecoderHidden = name, 0, 1e-2, []int{32}
		change(&p)
		l := newLearner(t, p, noise(tinyVideo, 4, 1))
		first, last := 0.0, 0.0
		for step := range p.Steps {
			losses, err := l.Step(step)
			ok(t, err)
			if step < 10 {
				first += losses["mse"]
			} else if step >= p.Steps-10 {
				last += losses["mse"]
			}
		}
		if last > 0.97*first {
			t.Errorf("%s: the MSE goes from %.4f to %.4f", name, first/10, last/10)
		}
		m, s := l.model, randomStates(1, 3, 2)
		ok(t, m.Check())
		var why video.NotApplicable
		if _, _, err := m.Energies(s); !errors.As(err, &why) || video.HasEnergy(m) {
			t.Errorf("%s has energies: %v", name, err)
		}
		for speed, can := range map[float64]bool{1: true, 2: true, -1: name == "ode", 0.5: name == "ode", 1.5: name == "ode"} {
			if _, err := m.Rollout(s, speed*m.Video.Dt, 4); errors.As(err, &why) == can {
				t.Errorf("%s at %g times the speed: %v", name, speed, err)
			}
		}
	}
}
