package page

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute/dtypes"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/rnvp"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/integrate"
)

var shape = video.Shape{Frames: 9, Size: 8, Dt: 0.125}

// TestStatesAreTheModels holds the page's states over 100 steps, both ways in time, its energies and its frames
// against the model's, for every form of H, kind of coordinate, friction and integrator.
func TestStatesAreTheModels(t *testing.T) {
	type variant struct{ latent, hamiltonian, kinetic, friction, integrator string }
	all := []variant{
		{"circle", "separable", "quadratic", "none", "leapfrog"},
		{"line*2,circle,line", "separable", "even", "none", "leapfrog"},
		{"circle*2,line", "separable", "mlp", "none", "yoshida4"},
		{"circle,constant,line", "separable", "quadratic", "learned", "leapfrog"},
		{"line*2", "inertial", "quadratic", "none", "leapfrog"},
		{"line,circle", "metric", "quadratic", "learned", "leapfrog"},
		{"circle,line", "joint", "quadratic", "none", "leapfrog"},
		{"line,circle", "metric", "quadratic", "learned", "rk4"},
	}
	for _, in := range integrate.All() {
		all = append(all, variant{"line,circle", "separable", "quadratic", "learned", in.Name()})
	}
	for i, v := range all {
		t.Run(fmt.Sprintf("%d_%s_%s", i, v.hamiltonian, v.integrator), func(t *testing.T) {
			p := hgn.Quick()
			p.Latent, p.Hamiltonian, p.Kinetic, p.Friction, p.Integrator = v.latent, v.hamiltonian, v.kinetic, v.friction, v.integrator
			p.EnergyHidden, p.DecoderHidden, p.EncoderHidden, p.StateHidden, p.Products = []int{7, 5}, []int{6, 9}, []int{4}, []int{4}, i%3 != 1
			m, err := hgn.New(backend(t), p, shape, nil)
			ok(t, err)
			m.Check() // makes the variables, and says that there were none
			stir(t, m.Store(), 0.1)
			if root := m.Store().GetVariable("/friction/root"); root != nil {
				ok(t, root.SetValue(nets.Tensor(dtypes.Float32, []float64{0.2}))) // backwards in time, friction makes chaos of more
			}
			compareHGN(t, m)
		})
	}
}

func compareHGN(t *testing.T, m *hgn.Model) {
	t.Helper()
	r, d := rand.New(rand.NewPCG(1, 2)), m.Latent().Dim()
	s := video.NewStates(1, d)
	for i := range s.Q {
		s.Q[i], s.P[i] = float32(0.7*r.NormFloat64()), float32(0.5*r.NormFloat64())
	}
	about, raw, err := readHGN(m)
	ok(t, err)
	ok(t, about.fill(m, s))
	for i, sign := range []float64{1, -1} {
		if ref := about.Reference[i]; ref.Steps != 100 || ref.Dt != sign*shape.Dt || len(ref.States) != 11 {
			t.Fatalf("the model's own states are %+v", ref)
		}
	}
	var got struct {
		Far, Energies []float64
		Pixels        []int
		Worst, Moved  float64
	}
	inNode(t, about, raw, fmt.Sprintf(`
const m = hgn(about, bytes), s = m.start(about.starts[0]), path = rollout(m, about.starts[0], about.video.dt, 100);
const moved = Math.max(...path.map((x) => Math.max(...x.map((v, k) => Math.abs(v - path[0][k])))));
print({ worst: checked(about, m), moved, far: rollout(m, about.starts[0], -0.3, 4)[4], energies: m.energies(s), pixels: [...m.draw(s.q, new Uint8ClampedArray(%d))] });`, shape.Pixels()), &got)
	if !(got.Worst < 1e-3) || got.Moved < 0.1 {
		t.Errorf("the states differ by %g, and have moved by %g", got.Worst, got.Moved)
	}
	far, err := m.Rollout(s, -0.3, 4) // each in three steps of -0.1
	ok(t, err)
	for k, v := range append(widen(far[4].Q), widen(far[4].P)...) {
		if e := math.Abs(got.Far[k] - v); !(e < 1e-3*(1+math.Abs(v))) {
			t.Errorf("after long steps, number %d is %g on the page and %g in the model", k, got.Far[k], v)
		}
	}
	k, v, err := m.Energies(s)
	ok(t, err)
	if e := max(math.Abs(got.Energies[0]-float64(k[0])), math.Abs(got.Energies[1]-float64(v[0]))); !(e < 1e-4*(1+math.Abs(float64(k[0]))+math.Abs(float64(v[0])))) {
		t.Errorf("the energies are %v on the page and %g, %g in the model", got.Energies, k[0], v[0])
	}
	pixels, err := m.Decode(s.Q)
	ok(t, err)
	for i, x := range pixels {
		if e := math.Abs(float64(got.Pixels[i]) - 255*float64(x)); !(e < 2) {
			t.Fatalf("pixel %d is %d on the page and %.1f in the model", i, got.Pixels[i], 255*x)
		}
	}
}

// TestImplicitIsExplicit holds the implicit form of each splitting method against its explicit one, which are the
// same for a separable H.
func TestImplicitIsExplicit(t *testing.T) {
	var worst float64
	inNode(t, nil, nil, `
let worst = 0;
for (const [name, m] of Object.entries(INTEGRATORS)) {
  if (!m.halves) continue;
  const system = { byQ: (q) => q.map((x) => x + Math.sin(2 * x)), byP: (q, p) => p.map((x) => x + x ** 3 / 9) };
  const ends = [true, false].map((separable) => {
    const q = Float64Array.of(0.5, -1), p = Float64Array.of(1, 0.3);
    for (let i = 0; i < 50; i++) step(name, { ...system, separable }, q, p, 0.1);
    return [...q, ...p];
  });
  ends[0].forEach((v, i) => { worst = Math.max(worst, Math.abs(v - ends[1][i])); });
}
print(worst);`, &worst)
	if !(worst < 1e-9) {
		t.Errorf("they differ by %g", worst)
	}
}

// TestPointsAreTheFlows holds the page's way through a flow and back against the model's.
func TestPointsAreTheFlows(t *testing.T) {
	standard := points.Standardizer{Mean: []float64{1, -2}, Scale: []float64{0.5, 3}}
	chain := func(change func(p *nhf.Params)) func(t *testing.T) points.Model {
		return func(t *testing.T) points.Model {
			p := nhf.Quick()
			p.EnergyHidden, p.EncoderHidden, p.Hamiltonians = []int{7, 5}, []int{4}, 3
			change(&p)
			m, err := nhf.New(backend(t), p, standard)
			ok(t, err)
			m.Check()
			stir(t, m.Store(), 0.1)
			return m
		}
	}
	for name, build := range map[string]func(t *testing.T) points.Model{
		"quick": chain(func(p *nhf.Params) {}),
		"paper": chain(func(p *nhf.Params) {
			p.Activation, p.LeapfrogSteps, p.LearnDt, p.Spring, p.Dt = "softplus", 2, false, 0, 0.1
		}),
		"fixed":  chain(func(p *nhf.Params) { p.Kinetic, p.Activation = "fixed", "tanh" }),
		"shared": chain(func(p *nhf.Params) { p.Shared = true }),
		"double": chain(func(p *nhf.Params) { p.Dtype, p.Prior = "float64", "soft_uniform" }),
		"rnvp": func(t *testing.T) points.Model {
			p := rnvp.Quick()
			p.Hidden = []int{7, 5}
			m, err := rnvp.New(backend(t), p, standard)
			ok(t, err)
			m.Check()
			stir(t, m.Store(), 0.3)
			return m
		},
	} {
		t.Run(name, func(t *testing.T) {
			about, raw, err := readFlow(build(t), []float64{0, 0, 1, 1})
			ok(t, err)
			var got struct{ Worst, Back, Moved float64 }
			inNode(t, about, raw, `
const flow = FLOWS[about.kind](about, bytes);
let back = 0, moved = 0;
for (const r of about.reference) {
  const there = through(flow, r.states[0], 0);
  there[flow.stages].forEach((v, k) => { moved = Math.max(moved, Math.abs(v - r.states[0][k])); });
  for (let k = 0; k <= flow.stages; k++) through(flow, there[k], k)[0].forEach((v, i) => { back = Math.max(back, Math.abs(v - r.states[0][i])); });
}
print({ worst: checked(about, flow), back, moved });`, &got)
			if !(got.Worst < 1e-3) || !(got.Back < 1e-9) || got.Moved < 0.1 {
				t.Errorf("the page differs by %g from the model, is off by %g after a way back, and moved points by %g", got.Worst, got.Back, got.Moved)
			}
		})
	}
}
