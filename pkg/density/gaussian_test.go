package density

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// In d = 1, 2, 8: log p is the sum over independent coordinates, and |L⁻¹(x - mean)|² of a sample has the chi-square
// distribution of d degrees of freedom (a Kolmogorov-Smirnov test, which a scale 4% off fails).
func TestGaussianDimensions(t *testing.T) {
	for _, d := range []int{1, 2, 8} {
		mean, scale := make([]float64, d), make([]float64, d)
		for i := range d {
			mean[i], scale[i] = float64(i)-1, 0.3+0.4*float64(i)
		}
		g, err := NewGaussian(mean, scale)
		if err != nil {
			t.Fatal(err)
		}
		const n = 20000
		x := g.Sample(rand.New(rand.NewPCG(uint64(d), 1)), n)
		logs, err := LogDensities(g, x)
		if err != nil {
			t.Fatal(err)
		}
		entropy := 0.0
		for i := range d {
			entropy += 0.5*math.Log(2*math.Pi*math.E) + math.Log(scale[i])
		}
		if got, se := Entropy(g); math.Abs(got-entropy) > 1e-12 || se != 0 {
			t.Errorf("d = %d: entropy %v ± %v, want %v", d, got, se, entropy)
		}
		squares, wide := make([]float64, n), make([]float64, n)
		for i := range n {
			want := 0.0
			for j := range d {
				want += distuv.Normal{Mu: mean[j], Sigma: scale[j]}.LogProb(x[i*d+j])
				z := (x[i*d+j] - mean[j]) / scale[j]
				squares[i] += z * z
			}
			wide[i] = squares[i] * 1.04 * 1.04
			if math.Abs(logs[i]-want) > 1e-10 {
				t.Fatalf("d = %d: log p = %v, want %v", d, logs[i], want)
			}
		}
		if gap := kolmogorov(squares, d); gap > 1.95 { // p = 0.001
			t.Errorf("d = %d: the sample is not of the density, √n D = %v", d, gap)
		}
		if gap := kolmogorov(wide, d); gap < 1.95 {
			t.Errorf("d = %d: a sample 4%% too wide was not noticed, √n D = %v", d, gap)
		}
	}
}

// kolmogorov is √n times the largest distance of the sample's distribution function from that of chi-square.
func kolmogorov(values []float64, d int) float64 {
	sorted := append([]float64(nil), values...)
	slices.Sort(sorted)
	n, gap := float64(len(sorted)), 0.0
	for i, v := range sorted {
		f := distuv.ChiSquared{K: float64(d)}.CDF(v)
		gap = math.Max(gap, math.Max(f-float64(i)/n, float64(i+1)/n-f))
	}
	return gap * math.Sqrt(n)
}

func TestGaussianCovariance(t *testing.T) {
	c := []float64{1, 0.6, 0.2, 0.6, 2, -0.5, 0.2, -0.5, 0.7}
	g, err := NewGaussianCovariance([]float64{1, 2, 3}, c)
	if err != nil {
		t.Fatal(err)
	}
	const n = 100000
	x := g.Sample(rand.New(rand.NewPCG(1, 6)), n)
	for i := range 3 {
		for j := range 3 {
			sum := 0.0
			for k := range n {
				sum += (x[3*k+i] - g.mean[i]) * (x[3*k+j] - g.mean[j]) / n
			}
			if math.Abs(sum-c[3*i+j]) > 0.03 {
				t.Errorf("covariance (%d,%d) of the sample is %v, want %v", i, j, sum, c[3*i+j])
			}
		}
	}
	// -log p over the sample averages to the entropy.
	logs, err := LogDensities(g, x)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, l := range logs {
		sum -= l / n
	}
	if want, _ := Entropy(g); math.Abs(sum-want) > 0.015 {
		t.Errorf("mean -log p %v, entropy %v", sum, want)
	}
}

func TestMixture(t *testing.T) {
	m, err := Gaussians(4, 2)
	if err != nil {
		t.Fatal(err)
	}
	// Far apart, so H = log K + that of one Gaussian, less the hair by which they overlap.
	one := math.Log(2*math.Pi*math.E) + 2*math.Log(0.4)
	if got, se := Entropy(m); math.Abs(got-math.Log(4)-one) > 4*se+3e-3 || se > 0.003 {
		t.Errorf("entropy %v ± %v, want %v", got, se, math.Log(4)+one)
	}
	shares, err := m.Shares(m.Sample(rand.New(rand.NewPCG(1, 2)), 10000))
	if err != nil {
		t.Fatal(err)
	}
	for k, s := range shares {
		if math.Abs(s-0.25) > 0.02 {
			t.Errorf("mode %d has %v of the points", k, s)
		}
	}
	for _, d := range []int{1, 8} { // in other dimensions: importance of the marginal
		m, err := Gaussians(4, d)
		if err != nil {
			t.Fatal(err)
		}
		one := float64(d) * (0.5*math.Log(2*math.Pi*math.E) + math.Log(0.4))
		if got, se := Entropy(m); math.Abs(got-math.Log(4)-one) > 4*se+3e-3 {
			t.Errorf("d = %d: entropy %v ± %v, want %v", d, got, se, math.Log(4)+one)
		}
	}
	// A 1-D mixture integrates to 1.
	line, err := Gaussians(3, 1)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i := range 4000 {
		sum += math.Exp(line.LogDensity([]float64{-8 + 0.004*(float64(i)+0.5)})) * 0.004
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("a mixture on the line integrates to %v", sum)
	}
}

// Entropies of closed form agree with the Monte Carlo estimate over the same density.
func TestEntropyClosedFormAgrees(t *testing.T) {
	for _, name := range []string{"gaussian", "checkerboard"} {
		target, err := Named(name)
		if err != nil {
			t.Fatal(err)
		}
		exact := target.(Exact)
		closed, none := Entropy(exact)
		estimate, se := Entropy(struct{ Exact }{exact})
		if none != 0 || math.Abs(closed-estimate) > 4*se+1e-9 {
			t.Errorf("%s: %v, estimated %v ± %v", name, closed, estimate, se)
		}
	}
}
