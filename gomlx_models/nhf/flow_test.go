package nhf

import (
	"fmt"
	"math"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/mat"

	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/points"
	"hgn.local/kernels_xla/phase"
)

// variants are flows of every kind, in float64.
func variants() map[string]Params {
	all := map[string]Params{}
	add := func(name string, change func(p *Params)) {
		p := tiny()
		p.Dt = 0.7
		change(&p)
		all[name] = p
	}
	add("two Hamiltonians", func(p *Params) {})
	add("shared", func(p *Params) { p.Hamiltonians, p.Shared = 3, true })
	add("without springs", func(p *Params) { p.Spring = 0 })
	add("fixed kinetic", func(p *Params) { p.Kinetic = "fixed" })
	add("fixed dt, tanh, one layer", func(p *Params) { p.LearnDt, p.Activation, p.EnergyHidden = false, "tanh", []int{9} })
	add("affine refreshments", func(p *Params) { p.Refresh, p.RefreshHidden = affine, []int{5} })
	add("spline refreshments, spline encoder", func(p *Params) { p.Refresh, p.Encoder, p.RefreshHidden, p.Bins = splined, splined, []int{5}, 4 })
	add("softplus, one step", func(p *Params) { p.Activation, p.LeapfrogSteps, p.Hamiltonians = "softplus", 1, 1 })
	return all
}

// Path is made of Leapfrog steps, and ends where Forward does.
func TestPathIsItsSteps(t *testing.T) {
	p := tiny()
	p.Hamiltonians, p.LeapfrogSteps = 2, 3
	standard := points.Standardizer{Mean: []float64{5, -3}, Scale: []float64{2, 0.1}}
	m := newModel(t, p, standard)
	q, momenta, err := m.SamplePrior(4, 20)
	ok(t, err)
	qs, ps, err := m.Path(q, momenta)
	ok(t, err)
	if len(qs) != 7 || len(ps) != 7 {
		t.Fatalf("a path of six steps has %d positions and %d momenta", len(qs), len(ps))
	}
	for step := range 6 {
		if q, momenta, err = m.Leapfrog(step/3, q, momenta); err != nil {
			t.Fatal(err)
		}
		if farthest(t, q.X, qs[step+1].X) > 1e-12 || farthest(t, momenta.X, ps[step+1].X) > 1e-12 {
			t.Errorf("step %d of the path is no leapfrog step", step)
		}
	}
	qT, _, err := m.Forward(qs[0], ps[0])
	ok(t, err)
	sampled, err := m.Sample(4, 20)
	ok(t, err)
	if farthest(t, qT.X, qs[6].X) > 0 || farthest(t, sampled.X, qs[6].X) > 0 {
		t.Error("Path, Forward and Sample end at different places")
	}
	for _, i := range []int{-1, 2} {
		if _, _, err := m.Leapfrog(i, q, momenta); err == nil {
			t.Errorf("there is a Hamiltonian %d", i)
		}
	}
}

// A leapfrog step is the kick, drift and kick of the energies that Kinetic and Potential give, whose derivatives are
// taken by finite differences here; and those start near zero forces.
func TestEnergiesDriveTheStep(t *testing.T) {
	for name, p := range variants() {
		p.LearnDt = false
		m := newModel(t, p, points.Identity(2))
		q, momenta := normal(5, 1, 2), normal(6, 1, 2)
		derivative := func(f func(i int, x points.Points) ([]float64, error), at []float64) []float64 {
			const h = 1e-5
			x := points.New(4, 2)
			for i := range 4 {
				copy(x.At(i), at)
				x.At(i)[i/2] += []float64{-h, h}[i%2]
			}
			e, err := f(0, x)
			ok(t, err)
			return []float64{(e[1] - e[0]) / (2 * h), (e[3] - e[2]) / (2 * h)}
		}
		at, moving := append([]float64{}, q.X...), append([]float64{}, momenta.X...)
		kick := func() {
			for k, v := range derivative(m.Potential, at) {
				moving[k] -= p.Dt / 2 * v
			}
		}
		kick()
		for k, v := range derivative(m.Kinetic, moving) {
			at[k] += p.Dt * v
		}
		kick()
		qNext, pNext, err := m.Leapfrog(0, q, momenta)
		ok(t, err)
		if farthest(t, qNext.X, at) > 1e-8 || farthest(t, pNext.X, moving) > 1e-8 {
			t.Errorf("%s: a step goes to %v %v where the energies lead to %v %v", name, qNext.X, pNext.X, at, moving)
		}
	}
}

// With quadratic energies the flow is a linear map S of (q, p), so that q_T is normal with the covariance that the first
// rows of S give; and with the momenta's true conditional density as the encoder, every single importance
// weight is the density.
func TestQuadraticFlowIsNormal(t *testing.T) {
	const k, mass, dt = 1.7, 0.6, 0.5
	p := tiny()
	p.Dt, p.LearnDt, p.EncoderHidden = dt, false, []int{4}
	standard := points.Standardizer{Mean: []float64{1, -2}, Scale: []float64{3, 0.5}}
	m := newModel(t, p, standard)
	m.energies = func(*Model, *model.Scope) phase.Separable {
		square := func(scale float64) func(x *Node) *Node {
			return func(x *Node) *Node { return MulScalar(ReduceSum(Square(x), -1), scale) }
		}
		return phase.Sum{K: square(0.5 / mass), V: square(0.5 * k)}
	}
	// S of one coordinate: four leapfrog steps.
	s := mat.NewDense(2, 2, []float64{1, 0, 0, 1})
	for range p.Hamiltonians * p.LeapfrogSteps {
		kick := mat.NewDense(2, 2, []float64{1, 0, -k * dt / 2, 1})
		drift := mat.NewDense(2, 2, []float64{1, dt / mass, 0, 1})
		s.Product(kick, drift, kick, s)
	}
	var c mat.Dense // covariance of (q_T, p_T)
	c.Mul(s, s.T())
	slope, variance := c.At(1, 0)/c.At(0, 0), c.At(1, 1)-c.At(0, 1)*c.At(1, 0)/c.At(0, 0)

	// The encoder: mean = slope·q by way of relu(q) - relu(-q), and a constant log-scale.
	ok(t, m.build())
	set := func(path string, values []float64, dims ...int) {
		v := m.store.GetVariable(path)
		if v == nil {
			t.Fatalf("there is no variable %s", path)
		}
		ok(t, v.SetValue(nets.Tensor(m.dtype, values, dims...)))
	}
	logScale := 0.5 * math.Log(variance)
	raw := logScale / math.Sqrt(1-logScale*logScale/(maxLogScale*maxLogScale))
	set("/encoder/hidden_0/weights", []float64{1, -1, 0, 0, 0, 0, 1, -1, 0, 0, 0, 0}, 3, 4)
	set("/encoder/mean/weights", []float64{slope, 0, -slope, 0, 0, slope, 0, -slope, 0, 0}, 5, 2)
	set("/encoder/log_scale/weights", []float64{0, 0, 0, 0, 0, 0, 0, 0, raw, raw}, 5, 2)

	q := standard.Inverse(normal(7, 40, 2))
	for _, momenta := range []int{1, 7} {
		got, err := m.LogProbWith(q, momenta)
		ok(t, err)
		elbo, err := m.ELBO(q, momenta)
		ok(t, err)
		for i := range q.N() {
			want := standard.LogDet()
			for _, v := range standard.Forward(q.Part(i, 1)).X {
				want += -0.5*v*v/c.At(0, 0) - 0.5*math.Log(2*math.Pi*c.At(0, 0))
			}
			if math.Abs(got[i]-want) > 1e-10 || math.Abs(elbo[i]-want) > 1e-10 {
				t.Fatalf("log p of point %d with %d momenta is %.12g, the ELBO %.12g, where %.12g is right", i, momenta, got[i], elbo[i], want)
			}
		}
	}
}

func ExampleModel_Path() {
	backend, _ := compute.NewWithConfig("go")
	m, err := New(backend, Quick(), points.Identity(2))
	if err != nil {
		fmt.Println(err)
		return
	}
	q, p, _ := m.SamplePrior(1, 100)
	qs, _, err := m.Path(q, p)
	fmt.Println(len(qs), "times", qs[0].N(), "points of", qs[0].Dim, "coordinates", err)
	// Output: 5 times 100 points of 2 coordinates <nil>
}
