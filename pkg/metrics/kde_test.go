package metrics

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"hgn.local/pkg/badinput"
)

func places(lo, hi float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = lo + (hi-lo)*float64(i)/float64(n-1)
	}
	return out
}

func normal(x, sigma float64) float64 {
	return math.Exp(-x*x/(2*sigma*sigma)) / (sigma * math.Sqrt(2*math.Pi))
}

// The estimate from a Gaussian sample is the Gaussian widened by the kernel, up to the noise of the sample.
func TestKDE2OfAGaussian(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const n = 10000
	points := make([]float64, 0, 2*n)
	for range n {
		points = append(points, 1+0.5*r.NormFloat64(), -1+2*r.NormFloat64())
	}
	h, err := Scott(points, 2)
	if err != nil {
		t.Fatal(err)
	}
	for j, sigma := range []float64{0.5, 2} {
		if want := sigma * math.Pow(n, -1.0/6); math.Abs(h[j]/want-1) > 0.03 {
			t.Errorf("bandwidth %d is %v, want %v", j, h[j], want)
		}
	}
	xs, ys := places(-2, 4, 100), places(-10, 8, 100)
	start := time.Now()
	got, err := KDE2(points, xs, ys, [2]float64(h))
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("10 000 points on 100 x 100 took %v", took)
	}
	sx, sy := math.Hypot(0.5, h[0]), math.Hypot(2, h[1])
	top, sum, square := normal(0, sx)*normal(0, sy), 0.0, 0.0
	for i, y := range ys {
		for j, x := range xs {
			sum += got[i][j] * (xs[1] - xs[0]) * (ys[1] - ys[0])
			off := (got[i][j] - normal(x-1, sx)*normal(y+1, sy)) / top
			square += off * off / 1e4
			if math.Abs(off) > 0.14 { // four and a half standard deviations of the sample's noise
				t.Fatalf("at (%v, %v): off by %v of the largest value", x, y, off)
			}
		}
	}
	if rms := math.Sqrt(square); rms > 0.013 {
		t.Errorf("off by %v of the largest value over the grid", rms)
	}
	if math.Abs(sum-1) > 1e-3 {
		t.Errorf("the estimate integrates to %v", sum)
	}
}

// The binned estimate is the sum over kernels, for kernels narrower and wider than the grid's steps, and for points
// outside the grid.
func TestKDEIsTheSumOfKernels(t *testing.T) {
	points := []float64{0.123, 0.456, -0.7, 1.1, 1.31, -0.95, 0.123, 0.5}
	xs, ys := places(-1, 1, 21), places(-1.5, 0.9, 13)
	for _, h := range [][2]float64{{0.05, 0.1}, {0.3, 0.2}, {1, 2}} {
		got, err := KDE2(points, xs, ys, h)
		if err != nil {
			t.Fatal(err)
		}
		top := normal(0, h[0]) * normal(0, h[1])
		for i, y := range ys {
			for j, x := range xs {
				want := 0.0
				for k := 0; k < len(points); k += 2 {
					want += normal(x-points[k], h[0]) * normal(y-points[k+1], h[1]) / 4
				}
				if math.Abs(got[i][j]-want) > 0.01*top {
					t.Errorf("h = %v at (%v, %v): %v, want %v", h, x, y, got[i][j], want)
				}
			}
		}
		line, err := KDE1(points, xs, h[0])
		if err != nil {
			t.Fatal(err)
		}
		for j, x := range xs {
			want := 0.0
			for _, p := range points {
				want += normal(x-p, h[0]) / float64(len(points))
			}
			if math.Abs(line[j]-want) > 0.01*normal(0, h[0]) {
				t.Errorf("h = %v at %v: %v, want %v", h[0], x, line[j], want)
			}
		}
	}
}

func TestKDEOfBadInput(t *testing.T) {
	grid := places(0, 1, 5)
	only := func(_ any, err error) error { return err }
	for what, err := range map[string]error{
		"constant":           only(Scott([]float64{1, 2, 1, 3}, 2)),
		"one point":          only(Scott([]float64{1, 2}, 2)),
		"NaN spread":         only(Scott([]float64{1, nan}, 1)),
		"odd":                only(Scott([]float64{1, 2, 3}, 2)),
		"odd points":         only(KDE2([]float64{1, 2, 3}, grid, grid, [2]float64{1, 1})),
		"no points":          only(KDE1(nil, grid, 1)),
		"NaN":                only(KDE1([]float64{nan}, grid, 1)),
		"no bandwidth":       only(KDE1([]float64{1}, grid, 0)),
		"negative":           only(KDE2([]float64{1, 2}, grid, grid, [2]float64{1, -1})),
		"one place":          only(KDE1([]float64{1}, []float64{1}, 1)),
		"uneven":             only(KDE1([]float64{1}, []float64{1, 2, 4}, 1)),
		"falling":            only(KDE1([]float64{1}, []float64{2, 1}, 1)),
		"a very wide kernel": only(KDE1([]float64{1}, grid, 1e9)),
	} {
		if err == nil || !badinput.Is(err) {
			t.Errorf("%s: %v", what, err)
		} else {
			t.Log(err)
		}
	}
}
