package hgn

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/video"
)

// There and back again, in every form of K: the dynamics are reversible.
func TestRolloutThereAndBack(t *testing.T) {
	for kinetic := range kinetics {
		t.Run(kinetic, func(t *testing.T) {
			const steps = 40 // more than one chunk of the compiled program
			p := tiny()
			p.Kinetic = kinetic
			m := newModel(t, p, tinyVideo)
			start := randomStates(1, 6, 2)
			there, err := m.Rollout(start, m.Video.Dt, steps)
			ok(t, err)
			if len(there) != steps+1 || !slices.Equal(there[0].Q, start.Q) || !slices.Equal(there[0].P, start.P) {
				t.Fatalf("%d states, the first is not the start", len(there))
			}
			if distance(there[steps].Q, start.Q) < 0.1 {
				t.Fatal("nothing has moved")
			}
			back, err := m.Rollout(there[steps], -m.Video.Dt, steps)
			ok(t, err)
			for i := range back {
				if far := max(distance(back[i].Q, there[steps-i].Q), distance(back[i].P, there[steps-i].P)); far > 1e-5 {
					t.Fatalf("on the way back, state %d differs by %.2g of its size", steps-i, far)
				}
			}
		})
	}
}

// Steps are never longer than the training's: an interval of more is split evenly, one of less is not.
func TestRolloutSplitsLongIntervals(t *testing.T) {
	const n = 20
	m := newModel(t, tiny(), tinyVideo)
	start := randomStates(1, 3, 2)
	for _, c := range []struct {
		dt    float64 // in units of the training's
		split int
	}{{1, 1}, {-1, 1}, {0.3, 1}, {1.2, 2}, {2, 2}, {-2, 2}, {2.3, 3}, {-3, 3}} {
		dt := c.dt * m.Video.Dt
		long, err := m.Rollout(start, dt, n)
		ok(t, err)
		fine, err := m.Rollout(start, dt/float64(c.split), n*c.split)
		ok(t, err)
		if len(long) != n+1 {
			t.Fatalf("%d intervals give %d states", n, len(long))
		}
		for i, s := range long {
			if want := fine[i*c.split]; !slices.Equal(s.Q, want.Q) || !slices.Equal(s.P, want.P) {
				t.Fatalf("dt %g times that of the training: state %d is not state %d of the fine rollout", c.dt, i, i*c.split)
			}
		}
	}
	whole, err := m.Rollout(start, m.Video.Dt, n)
	ok(t, err)
	half, err := m.Rollout(start, m.Video.Dt/2, 2*n)
	ok(t, err)
	if far := distance(half[2*n].Q, whole[n].Q); far == 0 || far > 0.1 {
		t.Errorf("half the step gives a motion that differs by %.2g of its size: dt has no effect, or too much", far)
	}
}

func TestRolloutRefuses(t *testing.T) {
	m := newModel(t, tiny(), tinyVideo)
	start := randomStates(1, 3, 2)
	for _, dt := range []float64{0, math.NaN(), math.Inf(1), math.Inf(-1)} {
		if _, err := m.Rollout(start, dt, 3); err == nil {
			t.Errorf("a rollout with dt %g was made", dt)
		}
	}
	if _, err := m.Rollout(start, 0.1, -1); err == nil {
		t.Error("a rollout of -1 steps was made")
	}
	if states, err := m.Rollout(start, 0.1, 0); err != nil || len(states) != 1 || !slices.Equal(states[0].Q, start.Q) {
		t.Errorf("a rollout of no steps gives %d states and the error %v", len(states), err)
	}
}

// How many are asked for at once makes no difference, within a chunk or beyond it.
func TestOneIsAsMany(t *testing.T) {
	m := newModel(t, tiny(), tinyVideo)
	const n = inferChunk + 3
	videos := noise(tinyVideo, n, 1)
	all, err := m.Infer(videos)
	ok(t, err)
	for _, i := range []int{0, 1, inferChunk - 1, inferChunk, n - 1} {
		size := tinyVideo.Frames * tinyVideo.Pixels()
		one, err := m.Infer(video.Clips{Shape: tinyVideo, N: 1, Pixels: videos.Pixels[i*size:][:size]})
		ok(t, err)
		q, p := all.At(i)
		near(t, fmt.Sprintf("q of video %d", i), double(one.Q), double(q), 1e-6)
		near(t, fmt.Sprintf("p of video %d", i), double(one.P), double(p), 1e-6)
	}
	const many = 2*decodeChunk + 7
	s := randomStates(1, many, 2)
	frames, err := m.Decode(s.Q)
	ok(t, err)
	k, v, err := m.Energies(s)
	ok(t, err)
	if len(frames) != many*tinyVideo.Pixels() || len(k) != many || len(v) != many {
		t.Fatalf("%d states give %d pixels and %d, %d energies", many, len(frames), len(k), len(v))
	}
	for _, i := range []int{0, decodeChunk - 1, decodeChunk, 2*decodeChunk + 1, many - 1} {
		q, p := s.At(i)
		one, err := m.Decode(q)
		ok(t, err)
		near(t, fmt.Sprintf("frame %d", i), double(one), double(frames[i*tinyVideo.Pixels():][:tinyVideo.Pixels()]), 1e-6)
		k1, v1, err := m.Energies(video.States{N: 1, D: 2, Q: q, P: p})
		ok(t, err)
		near(t, fmt.Sprintf("K, V of state %d", i), []float64{float64(k1[0]), float64(v1[0])}, []float64{float64(k[i]), float64(v[i])}, 1e-5)
	}
}

// Start is the state at the first frame: followed to the middle one it is what Infer says.
func TestStart(t *testing.T) {
	m := newModel(t, tiny(), tinyVideo)
	videos := noise(tinyVideo, 5, 1)
	start, err := m.InferInitial(videos)
	ok(t, err)
	middle, err := m.Infer(videos)
	ok(t, err)
	states, err := m.Rollout(start, m.Video.Dt, m.Video.Frames/2)
	ok(t, err)
	end := states[m.Video.Frames/2]
	if far := max(distance(end.Q, middle.Q), distance(end.P, middle.P)); far > 1e-5 {
		t.Errorf("followed to the middle frame, the start differs by %.2g from what was inferred there", far)
	}
}

func TestInferRefusesOtherVideos(t *testing.T) {
	m := newModel(t, tiny(), tinyVideo)
	for _, v := range []video.Shape{{Frames: 6, Size: 8, Dt: 0.2}, {Frames: 7, Size: 16, Dt: 0.2}, {Frames: 7, Size: 8, Dt: 0.1}} {
		if _, err := m.Encode(noise(v, 2, 1)); err == nil {
			t.Errorf("a model of %s encoded videos of %s", tinyVideo, v)
		}
		if _, err := m.Infer(noise(v, 2, 1)); err == nil {
			t.Errorf("a model of %s took videos of %s", tinyVideo, v)
		}
		if _, err := m.InferInitial(noise(v, 2, 1)); err == nil {
			t.Errorf("a model of %s started on videos of %s", tinyVideo, v)
		}
	}
}

// A store is of the model whose variables it holds, and of no other.
func TestCheck(t *testing.T) {
	trained := newModel(t, tiny(), tinyVideo)
	ok(t, trained.build())
	load := func(p Params, v video.Shape) *Model {
		m := newModel(t, p, v)
		for v := range trained.store.IterVariables() {
			_, err := m.store.CreateVariable(v.Path(), tensors.FromFlatDataAndDimensions(
				tensors.MustCopyFlatData[float32](v.MustValue()), v.Shape().Dimensions...))
			ok(t, err)
		}
		return m
	}
	if err := load(tiny(), tinyVideo).Check(); err != nil {
		t.Errorf("the model's own variables: %v", err)
	}
	if err := newModel(t, tiny(), tinyVideo).Check(); err == nil {
		t.Error("an empty store passes")
	}
	for name, change := range map[string]func(p *Params, v *video.Shape){
		"another latent":           func(p *Params, _ *video.Shape) { p.Latent = "circle*2" },
		"more coordinates":         func(p *Params, _ *video.Shape) { p.Latent = "circle,line*2" },
		"a learned K":              func(p *Params, _ *video.Shape) { p.Kinetic = "even" },
		"another width of V":       func(p *Params, _ *video.Shape) { p.EnergyHidden = []int{7} },
		"a deeper V":               func(p *Params, _ *video.Shape) { p.EnergyHidden = []int{6, 6} },
		"another pool":             func(p *Params, _ *video.Shape) { p.Pool = 4 },
		"more frame features":      func(p *Params, _ *video.Shape) { p.FrameFeatures = 5 },
		"another width of encoder": func(p *Params, _ *video.Shape) { p.EncoderHidden = []int{9} },
		"a deeper encoder":         func(p *Params, _ *video.Shape) { p.EncoderHidden = []int{8, 8} },
		"another z":                func(p *Params, _ *video.Shape) { p.Z = 4 },
		"another width of f_psi":   func(p *Params, _ *video.Shape) { p.StateHidden = []int{3} },
		"another width of decoder": func(p *Params, _ *video.Shape) { p.DecoderHidden = []int{6, 11} },
		"a deeper decoder":         func(p *Params, _ *video.Shape) { p.DecoderHidden = []int{6, 10, 10} },
		"more frames":              func(_ *Params, v *video.Shape) { v.Frames = 8 },
		"larger frames":            func(_ *Params, v *video.Shape) { v.Size = 16 },
	} {
		t.Run(name, func(t *testing.T) {
			p, v := tiny(), tinyVideo
			change(&p, &v)
			if load(p, v).Check() == nil {
				t.Error("the variables of another model pass")
			}
		})
	}
}

// Parameters counts the weights, not the optimizer's.
func TestParametersLeavesTheOptimizerOut(t *testing.T) {
	l := newLearner(t, tiny(), noise(tinyVideo, 8, 1))
	ok(t, l.model.build())
	before := l.model.Parameters()
	// The decoder's last layer alone has (10 + 1) weights a pixel.
	if before < 11*tinyVideo.Pixels() || before > 30*tinyVideo.Pixels() {
		t.Errorf("the model has %d parameters", before)
	}
	train(t, l, 0, 1)
	if after := l.model.Parameters(); after != before {
		t.Errorf("after a step the model has %d parameters, before it had %d", after, before)
	}
}

// RolloutFromAnchor passes the anchor's state and goes on from it both ways; by a reversible method it is the rollout from the first.
func TestRolloutFromAnchor(t *testing.T) {
	for _, integrator := range []string{"leapfrog", "euler"} {
		for _, anchor := range []string{"first", "middle", "last"} {
			p := tiny()
			p.Integrator, p.Anchor = integrator, anchor
			m := newModel(t, p, tinyVideo)
			middle := randomStates(3, 5, 2)
			states, err := m.RolloutFromAnchor(middle)
			ok(t, err)
			if len(states) != tinyVideo.Frames || !slices.Equal(states[m.Anchor()].Q, middle.Q) || !slices.Equal(states[m.Anchor()].P, middle.P) {
				t.Fatalf("%s, %s: %d states, and the anchor's is not the given one", integrator, anchor, len(states))
			}
			first, err := m.RewindToFirst(middle)
			ok(t, err)
			rolled, err := m.Rollout(first, m.Video.Dt, tinyVideo.Frames-1)
			ok(t, err)
			worst := 0.0
			for i := range rolled {
				worst = max(worst, distance(rolled[i].Q, states[i].Q), distance(rolled[i].P, states[i].P))
			}
			if distance(states[0].Q, first.Q) > 1e-6 || integrator == "leapfrog" && worst > 1e-5 {
				t.Errorf("%s, %s: the first state differs by %.1e, the rollout from it by %.1e", integrator, anchor, distance(states[0].Q, first.Q), worst)
			}
			if integrator == "euler" && anchor != "first" && worst < 1e-3 {
				t.Errorf("%s, %s: back and forth comes to the same, %.1e", integrator, anchor, worst)
			}
		}
	}
}
