package hgn

import (
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/kernels_xla/program"
)

// The programs for other programs compute what the model's own methods do, of dense and of convolutional networks, of
// pools whose averages are rounded, and of friction.
func TestPrograms(t *testing.T) {
	for name, change := range map[string]func(p *Params, v *video.Shape){
		"dense": func(*Params, *video.Shape) {},
		"pool of 3, damped": func(p *Params, v *video.Shape) {
			v.Size, p.Pool, p.Friction = 9, 3, "learned"
		},
		"conv": func(p *Params, v *video.Shape) {
			*p, v.Size = Paper32(), 16
			p.Latent, _ = ConvLatent(v.Size)
			p.Filters, p.Preset, p.Hamiltonian, p.Kinetic = 2, "test", "separable", "quadratic"
		},
	} {
		t.Run(name, func(t *testing.T) {
			params, shape := tiny(), tinyVideo
			change(&params, &shape)
			m := newModel(t, params, shape)
			ok(t, m.build())
			all, err := m.Programs()
			ok(t, err)
			const n = 3
			run := func(name string, inputs ...any) [][]float32 {
				out, err := program.Find(all, name).Run(graphtest.Backend(t), m.Store(), inputs...)
				ok(t, err)
				var flat [][]float32
				for _, o := range out {
					flat = append(flat, tensors.MustCopyFlatData[float32](o))
				}
				return flat
			}
			agree := func(what string, got, want []float32) {
				t.Helper()
				if d := distance(got, want); len(got) != len(want) || !(d <= 1e-5) {
					t.Errorf("%s: %d values differ by %g of the largest", what, len(got), d)
				}
			}

			films := noise(shape, n, 1)
			in := params.framesIn(shape)
			var seen []uint8
			for i := range n {
				seen = append(seen, films.Video(i)[:in*shape.Pixels()]...)
			}
			s, err := m.Encode(films)
			ok(t, err)
			got := run("encoder", tensors.FromFlatDataAndDimensions(seen, n, in, shape.Size, shape.Size, 3))
			agree("q", got[0], s.Q)
			agree("p", got[1], s.P)

			s = randomStates(3, n, m.latent.Dim())
			q, p := tensors.FromFlatDataAndDimensions(s.Q, n, s.D), tensors.FromFlatDataAndDimensions(s.P, n, s.D)
			frames, err := m.Decode(s.Q)
			ok(t, err)
			agree("frames", run("decoder", q)[0], frames)
			k, v, err := m.Energies(s)
			ok(t, err)
			got = run("energy", q, p)
			agree("kinetic", got[0], k)
			agree("potential", got[1], v)
			path, err := m.Rollout(s, -0.1, 1)
			ok(t, err)
			got = run("step", q, p, float32(-0.1))
			agree("q_next", got[0], path[1].Q)
			agree("p_next", got[1], path[1].P)
		})
	}
}
