package density

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

// planar lists a target of every family in the plane.
func planar(t *testing.T) []Exact {
	t.Helper()
	var out []Exact
	for _, name := range append(Names(), "gaussians3", "rings2", "pinwheel3", "checkerboard6") {
		target, err := Named(name)
		if err != nil {
			t.Fatal(err)
		}
		if target.Name() != name {
			t.Errorf("Named(%q) is called %q", name, target.Name())
		}
		out = append(out, target.(Exact))
	}
	grey := image.NewGray(image.Rect(3, 5, 9, 8))
	for i := range grey.Pix {
		grey.Pix[i] = uint8(14 * i)
	}
	picture, err := FromImage("grey", grey, false)
	if err != nil {
		t.Fatal(err)
	}
	skewed, err := NewGaussianCovariance([]float64{1, -0.5}, []float64{1, 0.7, 0.7, 0.8})
	if err != nil {
		t.Fatal(err)
	}
	round, err := NewGaussian([]float64{-2, 0}, []float64{0.5, 1})
	if err != nil {
		t.Fatal(err)
	}
	uneven, err := NewMixture([]float64{3, 1}, skewed, round)
	if err != nil {
		t.Fatal(err)
	}
	return append(out, picture, skewed, uneven)
}

const (
	edge  = 6.0 // the tests' grids cover [-edge, edge]²
	cells = 24  // on each side: the fields of the checkerboard begin where cells do
	fine  = 10  // points on each side of a cell
)

// masses integrates a density over each cell by the midpoint rule.
func masses(target Exact) (mass []float64, total float64) {
	const h = 2 * edge / cells / fine
	mass = make([]float64, cells*cells)
	for i := range cells * fine {
		for j := range cells * fine {
			v := math.Exp(target.LogDensity([]float64{-edge + (float64(i)+0.5)*h, -edge + (float64(j)+0.5)*h})) * h * h
			mass[i/fine*cells+j/fine] += v
			total += v
		}
	}
	return mass, total
}

// misfit is the p-value of Pearson's chi-square test of points against the masses of cells. Cells where few points are
// expected count as one, with all that is beyond the edge.
func misfit(mass, x []float64) float64 {
	n := float64(len(x) / 2)
	counts, restCount := make([]float64, len(mass)), 0.0
	where := func(v float64) int { return int(math.Floor((v + edge) / (2 * edge) * cells)) }
	for i := 0; i < len(x); i += 2 {
		if a, b := where(x[i]), where(x[i+1]); a >= 0 && a < cells && b >= 0 && b < cells {
			counts[a*cells+b]++
		} else {
			restCount++
		}
	}
	square, degrees, rest := 0.0, -1, n
	add := func(count, want float64) {
		square += (count - want) * (count - want) / want
		degrees++
	}
	for k, m := range mass {
		if n*m < 10 {
			restCount += counts[k]
			continue
		}
		rest -= n * m
		add(counts[k], n*m)
	}
	add(restCount, math.Max(rest, 1))
	return 1 - distuv.ChiSquared{K: float64(degrees)}.CDF(square)
}

func TestDensitiesIntegrateToOneAndSamplesAgree(t *testing.T) {
	for _, target := range planar(t) {
		mass, total := masses(target)
		if target.Name() == "grey" || target.Name() == "checkerboard6" {
			// Their pixels' edges cut cells: the integral is coarse, and TestPicture tests the sample.
			if math.Abs(total-1) > 0.02 {
				t.Errorf("%s integrates to %.8f", target.Name(), total)
			}
			continue
		}
		if math.Abs(total-1) > 1e-6 {
			t.Errorf("%s integrates to %.8f", target.Name(), total)
		}
		x := target.Sample(rand.New(rand.NewPCG(5, 8)), 40000)
		if p := misfit(mass, x); p < 1e-4 {
			t.Errorf("%s: the sample differs from the density, p = %.2g", target.Name(), p)
		}
		for i := range x {
			x[i] *= 1.04
		}
		if p := misfit(mass, x); p > 1e-6 {
			t.Errorf("%s: a sample 4%% too wide was not noticed, p = %.2g", target.Name(), p)
		}
	}
}

// A picture's pixels get points in proportion to their grey, and the density is that share over the pixel's area.
func TestPicture(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	img.SetNRGBA(0, 0, color.NRGBA{51, 51, 51, 255})
	img.SetNRGBA(1, 0, color.NRGBA{204, 204, 204, 255})
	for _, c := range []struct {
		ink  bool
		left float64
	}{{false, 0.2}, {true, 0.8}} {
		p, err := FromImage("two", img, c.ink)
		if err != nil {
			t.Fatal(err)
		}
		if got := math.Exp(p.LogDensity([]float64{-3, 1})); math.Abs(got-c.left/16) > 1e-6 {
			t.Errorf("ink %v: density %v left, want %v", c.ink, got, c.left/16)
		}
		for _, out := range [][]float64{{-4.1, 0}, {0, 2.1}, {4, 0}} {
			if !math.IsInf(p.LogDensity(out), -1) {
				t.Errorf("the density at %v is not zero", out)
			}
		}
		x := p.Sample(rand.New(rand.NewPCG(1, 1)), 20000)
		left := 0.0
		for i := 0; i < len(x); i += 2 {
			if x[i] < 0 {
				left += 1.0 / 20000
			}
			if math.Abs(x[i]) > 4 || math.Abs(x[i+1]) > 2 {
				t.Fatalf("a point at (%v, %v)", x[i], x[i+1])
			}
		}
		if math.Abs(left-c.left) > 0.015 {
			t.Errorf("ink %v: %v of the points are left, want %v", c.ink, left, c.left)
		}
	}
	// The top row of the picture is at the top.
	tall := image.NewGray(image.Rect(0, 0, 1, 2))
	tall.SetGray(0, 0, color.Gray{255})
	p, err := FromImage("tall", tall, false)
	if err != nil {
		t.Fatal(err)
	}
	if x := p.Sample(rand.New(rand.NewPCG(1, 1)), 1); x[1] <= 0 || !math.IsInf(p.LogDensity([]float64{0, -1}), -1) {
		t.Errorf("the picture stands on its head: %v", x)
	}
}

// The quadrature of moons and rings agrees with brute force, near the arcs and far out.
func TestArcsQuadrature(t *testing.T) {
	rings, err := Rings(4)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	for _, a := range []*Arcs{TwoMoons(), rings} {
		for i := range 24 {
			reach := []float64{3, 12, 40}[i%3]
			x := []float64{reach * (2*r.Float64() - 1), reach * (2*r.Float64() - 1)}
			var terms []float64
			for _, c := range a.arcs {
				from, to := 0.0, c.up*math.Pi
				if c.full {
					to = 2 * math.Pi
				}
				const n = 50000
				for k := range n {
					sin, cos := math.Sincos(from + (to-from)*(float64(k)+0.5)/n)
					dx, dy := x[0]-c.x-c.radius*cos, x[1]-c.y-c.radius*sin
					terms = append(terms, -(dx*dx+dy*dy)/(2*a.sigma*a.sigma)-math.Log(n))
				}
			}
			want := floats.LogSumExp(terms) - math.Log(2*math.Pi*a.sigma*a.sigma*float64(len(a.arcs)))
			// The midpoint rule itself errs by the square of its step over the integrand's scale.
			if got := a.LogDensity(x); math.Abs(got-want) > 1e-7*math.Max(1, math.Abs(want)) {
				t.Errorf("%s at %v: %.12g, brute force %.12g", a.Name(), x, got, want)
			}
		}
		for _, far := range [][]float64{{1e6, 0}, {-1e160, 1e160}, {0, math.MaxFloat64}, {0, 0}} {
			if v := a.LogDensity(far); math.IsNaN(v) || v > 0 {
				t.Errorf("%s at %v: %v", a.Name(), far, v)
			}
		}
	}
	// The centre of a ring sees all of it at its radius: a closed form.
	one, err := Rings(1)
	if err != nil {
		t.Fatal(err)
	}
	want := -9/(2*0.01) - math.Log(2*math.Pi*0.01)
	if got := one.LogDensity([]float64{0, 0}); math.Abs(got-want) > 1e-10 {
		t.Errorf("a ring's centre: %.14g, want %.14g", got, want)
	}
	// On the ring κ = 900: I0's asymptotic series gives e^-κ I0(κ) = (1 + 1/8κ + 9/128κ² + 75/1024κ³)/√(2πκ).
	k := 900.0
	want = math.Log((1+1/(8*k)+9/(128*k*k)+75/(1024*k*k*k))/math.Sqrt(2*math.Pi*k)) - math.Log(2*math.Pi*0.01)
	if got := one.LogDensity([]float64{0, -3}); math.Abs(got-want) > 1e-10 {
		t.Errorf("on a ring: %.14g, want %.14g", got, want)
	}
}

func TestSameSeedSameSample(t *testing.T) {
	for _, target := range planar(t) {
		a, b := target.Sample(rand.New(rand.NewPCG(9, 9)), 50), target.Sample(rand.New(rand.NewPCG(9, 9)), 50)
		if len(a) != 100 {
			t.Fatalf("%s: %d numbers for 50 points", target.Name(), len(a))
		}
		for i := range a {
			if a[i] != b[i] {
				t.Fatalf("%s: two samples of one seed differ", target.Name())
			}
		}
		low, high := Bounds(target)
		if w, h := high[0]-low[0], high[1]-low[1]; math.Abs(w-h) > 1e-9 || w < 1 || w > 20 {
			t.Errorf("%s: bounds %v to %v", target.Name(), low, high)
		}
	}
}
