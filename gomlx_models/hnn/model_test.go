package hnn

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/graphtest"
)

var _ video.Model = (*Model)(nil)

// How many are asked for at once makes no difference, within a chunk or beyond it.
func TestOneIsAsMany(t *testing.T) {
	for _, variant := range []string{Pixels, Conv} {
		t.Run(variant, func(t *testing.T) {
			m := newModel(t, tiny(variant), tinyVideo)
			const n = chunk + 3
			videos := noise(tinyVideo, n, 1)
			start, err := m.InferInitial(videos)
			ok(t, err)
			frames, err := m.Draw(start)
			ok(t, err)
			k, v, err := m.Energies(start)
			ok(t, err)
			if start.N != n || start.D != m.Latent() || len(frames) != n*tinyVideo.Pixels() || len(k) != n || len(v) != n {
				t.Fatalf("%d videos give %d states with %d coordinates, %d pixels and %d, %d energies", n, start.N, start.D, len(frames), len(k), len(v))
			}
			for _, i := range []int{0, chunk - 1, chunk, n - 1} {
				one, err := m.InferInitial(videos.Part(i, 1))
				ok(t, err)
				q, p := start.At(i)
				near(t, fmt.Sprintf("q of video %d", i), double(one.Q), double(q), 1e-6)
				near(t, fmt.Sprintf("p of video %d", i), double(one.P), double(p), 1e-6)
				frame, err := m.Draw(start.Part(i, 1))
				ok(t, err)
				near(t, fmt.Sprintf("frame %d", i), double(frame), double(frames[i*tinyVideo.Pixels():][:tinyVideo.Pixels()]), 1e-6)
				k1, v1, err := m.Energies(start.Part(i, 1))
				ok(t, err)
				near(t, fmt.Sprintf("K, V of state %d", i), []float64{float64(k1[0]), float64(v1[0])}, []float64{float64(k[i]), float64(v[i])}, 1e-5)
			}
		})
	}
}

// A state depends on its two frames and on no others.
func TestEncodeSeesTwoFrames(t *testing.T) {
	m := newModel(t, tiny(Pixels), tinyVideo)
	v := noise(tinyVideo, 1, 1)
	const at = 2
	before, err := m.Encode(v, at)
	ok(t, err)
	for changed := range tinyVideo.Frames {
		other := v
		other.Pixels = slices.Clone(v.Pixels)
		for i := range other.Frame(0, changed) {
			other.Frame(0, changed)[i] ^= 0xff
		}
		after, err := m.Encode(other, at)
		ok(t, err)
		if moved := !slices.Equal(before.Q, after.Q); moved != (changed == at || changed == at+1) {
			t.Errorf("the state of frames %d and %d depends on frame %d: %t", at, at+1, changed, moved)
		}
	}
	for _, t0 := range []int{-1, tinyVideo.Frames - 1} {
		if _, err := m.Encode(v, t0); err == nil {
			t.Errorf("there is a state of frames %d and %d", t0, t0+1)
		}
	}
	if _, err := m.InferInitial(noise(video.Shape{Frames: 6, Size: 8, Dt: 0.2}, 1, 1)); err == nil {
		t.Error("videos of another length were encoded")
	}
}

// A conv model has the HGN's latent and its networks' sizes: encoder and f_psi differ only in the number of frames that are
// seen.
func TestConvIsMatchedToTheHGN(t *testing.T) {
	for _, size := range []int{32, 64} {
		v := video.Shape{Frames: 3, Size: size, Dt: 0.125}
		theirs := hgn.Paper()
		theirs.Filters, theirs.Deterministic, theirs.DecodedFrames = 4, true, 3
		var err error
		theirs.Latent, err = hgn.ConvLatent(size)
		ok(t, err)
		backend := graphtest.Backend(t)
		other, err := hgn.New(backend, theirs, v, nil)
		ok(t, err)
		if other.Check() == nil { // makes the variables
			t.Fatal("an empty store passes")
		}
		ours := Paper()
		ours.Variant, ours.Filters = Conv, 4
		m := newModel(t, ours, v)
		ok(t, m.build())
		if m.Latent() != other.Latent().Dim() {
			t.Errorf("at %d pixels q has %d coordinates, the HGN's %d", size, m.Latent(), other.Latent().Dim())
		}
		compared := 0
		for w := range other.Store().IterVariables() {
			path := w.Path()
			if strings.HasPrefix(path, "/f_psi") {
				path = "/encoder" + path
			}
			if !strings.HasPrefix(path, "/encoder/") || path == "/encoder/conv_0/kernel" {
				continue
			}
			own := m.store.GetVariable(path)
			if own == nil || !own.Shape().Equal(w.Shape()) {
				t.Errorf("at %d pixels %s is not as the HGN's, %s", size, path, w.Shape())
			}
			compared++
		}
		if compared != 25 { // kernels and biases of eight layers and of five, but for the first kernel
			t.Errorf("%d variables were compared", compared)
		}
	}
}

// The learned energy is kept along a rollout, in every variant that has one, and time can be turned round.
func TestRolloutKeepsTheLearnedEnergy(t *testing.T) {
	const steps, dt = 15, 0.1
	check := func(t *testing.T, start video.States, roll func(video.States, float64, int) ([]video.States, error),
		energies func(video.States) (k, v []float32, err error)) {
		there, err := roll(start, dt, steps)
		ok(t, err)
		if len(there) != steps+1 || !slices.Equal(there[0].Q, start.Q) || !slices.Equal(there[0].P, start.P) {
			t.Fatalf("%d states, the first is not the start", len(there))
		}
		if slices.Equal(there[steps].Q, start.Q) {
			t.Fatal("nothing has moved")
		}
		total := func(s video.States) (h []float64) {
			k, v, err := energies(s)
			ok(t, err)
			for i := range k {
				h = append(h, float64(k[i]+v[i]))
			}
			return h
		}
		near(t, "H", total(there[steps]), total(start), 1e-4)
		back, err := roll(there[steps], -dt, steps)
		ok(t, err)
		near(t, "q after there and back", double(back[steps].Q), double(start.Q), 1e-4)
		near(t, "p after there and back", double(back[steps].P), double(start.P), 1e-4)
	}
	for _, variant := range []string{Pixels, Conv} {
		t.Run(variant, func(t *testing.T) {
			m := newModel(t, tiny(variant), tinyVideo)
			check(t, randomStates(1, 3, m.Latent()), m.Rollout, m.Energies)
		})
	}
	t.Run(States, func(t *testing.T) {
		m := newStates(t, tiny(States), 2)
		check(t, randomStates(1, 3, 2), m.Rollout, m.Energies)
	})
}

// An interval longer than that between frames is split.
func TestRolloutSplitsLongIntervals(t *testing.T) {
	m := newModel(t, tiny(Pixels), tinyVideo)
	start := randomStates(1, 2, 2)
	long, err := m.Rollout(start, -3*tinyVideo.Dt, 4)
	ok(t, err)
	fine, err := m.Rollout(start, -tinyVideo.Dt, 12)
	ok(t, err)
	for i, s := range long {
		near(t, fmt.Sprintf("state %d", i), double(s.Q), double(fine[3*i].Q), 0)
	}
	for _, dt := range []float64{0, math.NaN(), math.Inf(1)} {
		if _, err := m.Rollout(start, dt, 3); err == nil {
			t.Errorf("a rollout with dt %g was made", dt)
		}
	}
	if _, err := m.Rollout(start, 0.1, -1); err == nil {
		t.Error("a rollout of -1 steps was made")
	}
}

func TestStatesModelRefuses(t *testing.T) {
	m := newStates(t, tiny(Baseline), 2)
	if _, _, err := m.Energies(randomStates(1, 3, 2)); err == nil {
		t.Error("a plain network has an energy")
	}
	if _, err := m.Rates(randomStates(1, 3, 1)); err == nil {
		t.Error("states with another number of coordinates have rates")
	}
	if _, err := m.Rollout(randomStates(1, 3, 1), 0.1, 2); err == nil {
		t.Error("states with another number of coordinates were integrated")
	}
}

// checked is either kind of model.
type checked interface {
	Check() error
	Store() *model.Store
	Parameters() int
}

// A store is of the model whose variables it holds, and of no other.
func TestCheck(t *testing.T) {
	for _, variant := range []string{Pixels, Conv, States, Baseline} {
		t.Run(variant, func(t *testing.T) {
			make := func(p Params) checked {
				if p.OfVideos() {
					return newModel(t, p, tinyVideo)
				}
				return newStates(t, p, 2)
			}
			trained := make(tiny(variant))
			if trained.Check() == nil {
				t.Error("an empty store passes")
			}
			if trained.Parameters() == 0 {
				t.Error("a model that was built has no parameters")
			}
			load := func(p Params) checked {
				m := make(p)
				for v := range trained.Store().IterVariables() {
					_, err := m.Store().CreateVariable(v.Path(), tensors.FromFlatDataAndDimensions(
						tensors.MustCopyFlatData[float32](v.MustValue()), v.Shape().Dimensions...))
					ok(t, err)
				}
				return m
			}
			if err := load(tiny(variant)).Check(); err != nil {
				t.Errorf("the model's own variables: %v", err)
			}
			for name, change := range map[string]func(p *Params){
				"energy_hidden": func(p *Params) { p.EnergyHidden = []int{6, 4}; p.Filters = 5 },
				"deeper":        func(p *Params) { p.EnergyHidden = []int{6, 5, 5}; p.Channels = 3 },
			} {
				p := tiny(variant)
				change(&p)
				if load(p).Check() == nil {
					t.Errorf("another %s: the variables of another model pass", name)
				}
			}
		})
	}
}

// Parameters counts the weights, not the optimizer's.
func TestParametersLeavesTheOptimizerOut(t *testing.T) {
	m, videos := newModel(t, tiny(Pixels), tinyVideo), noise(tinyVideo, 8, 1)
	l, err := NewLearner(m, videos)
	ok(t, err)
	ok(t, m.build())
	before := m.Parameters()
	if before < 2*10*tinyVideo.Pixels() || before > 30*tinyVideo.Pixels() { // two heads of the decoder with 9+1 weights a pixel
		t.Errorf("the model has %d parameters", before)
	}
	train(t, l, 0, 1)
	if after := m.Parameters(); after != before {
		t.Errorf("after a step the model has %d parameters, before it had %d", after, before)
	}
}
