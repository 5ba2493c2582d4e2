package prior

import (
	"errors"
	"math"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/kernels_xla/graphtest"
)

var ok = graphtest.OK

// densities are priors of every kind, gentle and steep ones, in dim coordinates.
func densities(t *testing.T, dim int) []Prior {
	t.Helper()
	var all []Prior
	for _, spec := range []string{
		"normal", "normal:scale=2.5", "soft_uniform", "soft_uniform:width=3,sharpness=1.5", "soft_uniform:sharpness=60",
		"uniform:width=3", "mixture", "mixture:k=3,radius=2,scale=0.3", "mixture:k=1,radius=1",
	} {
		p, err := Parse(spec, dim)
		ok(t, err)
		all = append(all, p)
		if r := p.Relaxed(); r != p {
			all = append(all, r)
		}
	}
	return all
}

// Every density integrates to 1, in one and in two dimensions.
// The grid's cells are such that the edges of the boxes fall between them.
func TestDensitiesIntegrateToOne(t *testing.T) {
	const half, n1, n2 = 15.0, 30000, 600
	for _, p := range densities(t, 1) {
		sum := 0.0
		for i := range n1 {
			sum += math.Exp(p.LogDensity([]float64{half * ((2*float64(i)+1)/n1 - 1)})) * 2 * half / n1
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("%s integrates to %.6f", p.Name(), sum)
		}
	}
	for _, p := range densities(t, 2) {
		sum, step := 0.0, 2*half/n2
		for i := range n2 {
			for j := range n2 {
				sum += math.Exp(p.LogDensity([]float64{step*(float64(i)+0.5) - half, step*(float64(j)+0.5) - half})) * step * step
			}
		}
		if math.Abs(sum-1) > 0.005 {
			t.Errorf("%s in the plane integrates to %.5f", p.Name(), sum)
		}
	}
}

// Z = σ/(1 - exp(-βσ)) is the integral of the two sigmoids' product, to the accuracy of the numerical one.
func TestSoftUniformNormaliser(t *testing.T) {
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	for _, u := range []SoftUniform{{1, 4, 10}, {1, 1, 1}, {1, 0.3, 2}, {1, 7, 0.5}} {
		const n = 100001
		half := u.Width/2 + 45/u.Sharpness
		sum := 0.0
		for i := range n {
			s := half * (2*float64(i)/(n-1) - 1)
			sum += sigmoid(u.Sharpness*(s+u.Width/2)) * sigmoid(-u.Sharpness*(s-u.Width/2)) * 2 * half / (n - 1)
		}
		z := u.Width / (1 - math.Exp(-u.Sharpness*u.Width))
		if math.Abs(sum/z-1) > 1e-9 {
			t.Errorf("%s: the integral is %.12g, Z is %.12g", u.Name(), sum, z)
		}
		if got := -u.constant(); math.Abs(got-math.Log(z)) > 1e-12 {
			t.Errorf("%s uses log Z = %.15g instead of %.15g", u.Name(), got, math.Log(z))
		}
	}
}

// The graph's log-density is the host's, where the density is zero too.
func TestGraphAgrees(t *testing.T) {
	backend := graphtest.Backend(t)
	for _, dim := range []int{1, 2, 5} {
		rng := rand.New(rand.NewPCG(1, uint64(dim)))
		const n = 200
		x := make([]float64, n*dim)
		for i := range x {
			x[i] = 3 * rng.NormFloat64()
		}
		for i := range n * dim / 2 {
			x[i] /= 4 // half of them inside the boxes
		}
		for _, p := range densities(t, dim) {
			exec, err := NewExec(backend, p.LogProbGraph)
			ok(t, err)
			out, err := exec.Call(tensors.FromFlatDataAndDimensions(x, n, dim))
			ok(t, err)
			for i, got := range tensors.MustCopyFlatData[float64](out[0]) {
				want := p.LogDensity(x[i*dim:][:dim])
				if got != want && !(math.Abs(got-want) <= 1e-10*(1+math.Abs(want))) {
					t.Errorf("%s in %d dimensions at %v: %.15g in the graph, %.15g on the host", p.Name(), dim, x[i*dim:][:dim], got, want)
					break
				}
			}
		}
	}
}

// The gradient of the log-density to train with is finite everywhere, and points back in from outside.
func TestRelaxedGradient(t *testing.T) {
	backend := graphtest.Backend(t)
	for _, p := range densities(t, 2) {
		exec, err := NewExec(backend, func(x *Node) *Node { return Gradient(ReduceAllSum(p.Relaxed().LogProbGraph(x)), x)[0] })
		ok(t, err)
		out, err := exec.Call([][]float32{{30, 40}, {-20, 25}, {0, -33}, {0.1, 0.2}})
		ok(t, err)
		g := tensors.MustCopyFlatData[float32](out[0])
		for _, v := range g {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				t.Fatalf("%s has the gradient %v", p.Name(), g)
			}
		}
		if !(g[0] < 0 && g[1] < 0 && g[2] > 0 && g[3] < 0 && g[5] > 0) {
			t.Errorf("far outside, the gradient %v of %s does not point back", g[:6], p.Name())
		}
	}
}

// The samplers agree with the densities: the distribution function of the first coordinate, by numerical integration,
// is that of 20 000 samples (Kolmogorov-Smirnov), and so is the mean of the log-density.
func TestSamplesAgree(t *testing.T) {
	const n = 20000
	for _, p := range densities(t, 1) {
		x := p.Sample(rand.New(rand.NewPCG(7, 0)), n)
		sort.Float64s(x)
		const step = 1e-3
		at, cumulative, worst := -16.0, 0.0, 0.0
		for i, v := range x {
			for at < v {
				cumulative += math.Exp(p.LogDensity([]float64{at + step/2})) * step
				at += step
			}
			worst = math.Max(worst, math.Abs(cumulative-(float64(i)+0.5)/n))
		}
		if worst > 1.95/math.Sqrt(n) { // exceeded once in a thousand
			t.Errorf("%s: the distribution functions of samples and density differ by %.4f", p.Name(), worst)
		}
	}
	for _, p := range densities(t, 2) {
		// ∫ π log π on a grid against the mean over samples.
		const half, n2 = 15.0, 300
		entropy, step := 0.0, 2*half/n2
		for i := range n2 {
			for j := range n2 {
				if l := p.LogDensity([]float64{step*(float64(i)+0.5) - half, step*(float64(j)+0.5) - half}); l > -700 {
					entropy += math.Exp(l) * l * step * step
				}
			}
		}
		x, mean := p.Sample(rand.New(rand.NewPCG(8, 0)), n), 0.0
		for i := range n {
			mean += p.LogDensity(x[2*i:2*i+2]) / n
		}
		if math.Abs(mean-entropy) > 0.06 {
			t.Errorf("%s: the mean log-density is %.4f over samples and %.4f by integration", p.Name(), mean, entropy)
		}
	}
}

func TestParse(t *testing.T) {
	for _, p := range densities(t, 3) {
		if p.Relaxed() == p && strings.HasPrefix(p.Name(), "uniform") {
			continue // made by other means than Parse
		}
		again, err := Parse(p.Name(), 3)
		ok(t, err)
		if again.Name() != p.Name() || again.Dim() != 3 {
			t.Errorf("%s is parsed as %s in %d dimensions", p.Name(), again.Name(), again.Dim())
		}
	}
	for spec, says := range map[string]string{
		"":                         "choose one of mixture, normal, soft_uniform, uniform",
		"gaussian":                 "choose one of",
		"normal:":                  "no option",
		"normal:width=2":           "takes scale",
		"normal:scale=-1":          "positive",
		"normal:scale=0":           "positive",
		"normal:scale=NaN":         "positive",
		"soft_uniform:width=wide":  "positive",
		"mixture:k=2.5":            "whole number",
		"mixture:k=100000":         "1000",
		"uniform:width=4,,":        "no option",
		"soft_uniform:sharpness=∞": "positive",
	} {
		_, err := Parse(spec, 2)
		var bad interface{ BadInput() bool }
		if err == nil || !strings.Contains(err.Error(), says) || !errors.As(err, &bad) {
			t.Errorf("%q gives the error %v, which does not say %q", spec, err, says)
		}
	}
	if _, err := Parse("normal", 0); err == nil {
		t.Error("a prior of 0 dimensions was made")
	}
}
