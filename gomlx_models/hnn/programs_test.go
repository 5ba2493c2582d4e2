package hnn

import (
	"testing"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/kernels_xla/program"
)

// The programs for other programs compute what the model's own methods do.
func TestPrograms(t *testing.T) {
	for _, variant := range []string{Pixels, Conv} {
		t.Run(variant, func(t *testing.T) {
			shape := tinyVideo
			if variant == Conv {
				shape.Size = 16
			}
			m := newModel(t, tiny(variant), shape)
			ok(t, m.build())
			all, err := m.Programs()
			ok(t, err)
			const n = 3
			films := noise(shape, n, 1)
			var seen []uint8
			for i := range n {
				seen = append(seen, films.Video(i)[:2*shape.Pixels()]...)
			}
			s, err := m.InferInitial(films)
			ok(t, err)
			got := run(t, m, all, "encoder", tensors.FromFlatDataAndDimensions(seen, n, 2, shape.Size, shape.Size, 3))
			near(t, "q", got[0], widened(s.Q), 1e-5)
			near(t, "p", got[1], widened(s.P), 1e-5)
			frames, err := m.Draw(s)
			ok(t, err)
			q, p := tensors.FromFlatDataAndDimensions(s.Q, n, s.D), tensors.FromFlatDataAndDimensions(s.P, n, s.D)
			near(t, "frames", run(t, m, all, "decoder", q, p)[0], widened(frames), 1e-5)
			stepsAgree(t, m, all, s, q, p)
		})
	}
	m := newStates(t, tiny(States), 2)
	all, err := m.Programs()
	ok(t, err)
	s := video.States{N: 2, D: 2, Q: []float32{0.1, -1, 2, 0.3}, P: []float32{1, 0.5, -0.2, -2}}
	stepsAgree(t, m, all, s, tensors.FromFlatDataAndDimensions(s.Q, 2, 2), tensors.FromFlatDataAndDimensions(s.P, 2, 2))
	if all, err = newStates(t, tiny(Baseline), 2).Programs(); err != nil || len(all) != 1 {
		t.Errorf("a baseline has %d programs, %v", len(all), err)
	}
}

// stepsAgree compares the energies and one step back in time.
func stepsAgree(t *testing.T, m dynamic, all []program.Program, s video.States, q, p *tensors.Tensor) {
	t.Helper()
	k, v, err := m.Energies(s)
	ok(t, err)
	got := run(t, m, all, "energy", q, p)
	near(t, "kinetic", got[0], widened(k), 1e-5)
	near(t, "potential", got[1], widened(v), 1e-5)
	path, err := m.Rollout(s, -0.1, 1)
	ok(t, err)
	got = run(t, m, all, "step", q, p, float32(-0.1))
	near(t, "q_next", got[0], widened(path[1].Q), 1e-5)
	near(t, "p_next", got[1], widened(path[1].P), 1e-5)
}

// dynamic is a model with an energy.
type dynamic interface {
	stored
	Energies(video.States) (k, v []float32, err error)
	Rollout(s video.States, dt float64, steps int) ([]video.States, error)
}

type stored interface{ Store() *model.Store }

func run(t *testing.T, m stored, all []program.Program, name string, inputs ...any) (flat [][]float64) {
	t.Helper()
	out, err := program.Find(all, name).Run(graphtest.Backend(t), m.Store(), inputs...)
	ok(t, err)
	for _, o := range out {
		flat = append(flat, nets.Float64s(o))
	}
	return flat
}

func widened(x []float32) []float64 {
	return nets.Float64s(tensors.FromFlatDataAndDimensions(x, len(x)))
}
