package points

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"hgn.local/gomlx_models/fit"
	"hgn.local/kernels_xla/graphtest"
)

var ok = graphtest.OK

func random(seed uint64, n, dim int) Points {
	rng, x := rand.New(rand.NewPCG(seed, 0)), New(n, dim)
	for i := range x.X {
		x.X[i] = rng.NormFloat64()
	}
	return x
}

func TestCheck(t *testing.T) {
	good := random(1, 5, 3)
	ok(t, good.Check(3))
	ok(t, good.CheckTraining(3))
	ok(t, good.Part(0, 1).Check(3))
	spoiled := func(v float64) Points { x := random(1, 5, 3); x.X[7] = v; return x }
	constant := random(1, 5, 3)
	for i := range 5 {
		constant.At(i)[1] = 4
	}
	for _, c := range []struct {
		x    Points
		says string
	}{
		{Points{}, "at least 1"}, {New(4, 2), "2 coordinates"}, {Points{X: make([]float64, 7), Dim: 3}, "7 numbers"},
		{New(0, 3), "no points"}, {spoiled(math.NaN()), "coordinate 1 of point 2"}, {spoiled(math.Inf(-1)), "-Inf"},
		{constant, "coordinate 1 is 4"}, {good.Part(0, 1), "single point"},
	} {
		err := c.x.CheckTraining(3)
		var bad interface{ BadInput() bool }
		if err == nil || !strings.Contains(err.Error(), c.says) || !errors.As(err, &bad) {
			t.Errorf("the error is %v, which does not say %q", err, c.says)
		}
	}
	if good.N() != 5 || (Points{}).N() != 0 || &good.At(2)[1] != &good.X[7] {
		t.Error("points are not where they should be")
	}
}

// Standardised data has mean 0 and deviation 1, far from the origin too, and comes back.
func TestStandardise(t *testing.T) {
	x := random(2, 1000, 2)
	for i := range x.N() {
		x.At(i)[0], x.At(i)[1] = 1e9+1e-3*x.At(i)[0], -7+1e6*x.At(i)[1]
	}
	s, err := Standardise(x)
	ok(t, err)
	y := s.Forward(x)
	for k := range 2 {
		mean, squares := 0.0, 0.0
		for i := range y.N() {
			mean += y.At(i)[k] / 1000
			squares += y.At(i)[k] * y.At(i)[k] / 1000
		}
		if math.Abs(mean) > 1e-3 || math.Abs(squares-1) > 1e-3 {
			t.Errorf("coordinate %d has mean %g and mean square %g", k, mean, squares)
		}
	}
	for i, v := range s.Inverse(y).X {
		if math.Abs(v-x.X[i]) > 1e-6 {
			t.Fatalf("number %d comes back as %g instead of %g", i, v, x.X[i])
		}
	}
	if got := s.LogDet(); math.Abs(got+math.Log(s.Scale[0]*s.Scale[1])) > 1e-9 || Identity(4).LogDet() != 0 {
		t.Errorf("the Jacobian's logarithm is %g", got)
	}
	for _, bad := range []Standardizer{{}, {Mean: []float64{0}, Scale: []float64{0}}, {Mean: []float64{0}, Scale: []float64{-2}}, {Mean: []float64{math.NaN()}, Scale: []float64{1}}, {Mean: []float64{0, 1}, Scale: []float64{1}}, {Mean: []float64{0}, Scale: []float64{1}, Cond: &Standardizer{Mean: []float64{0}, Scale: []float64{0}}}} {
		if bad.Check() == nil {
			t.Errorf("%v is no standardisation", bad)
		}
	}
	if _, err := Standardise(New(9, 2)); err == nil {
		t.Error("constant points were standardised")
	}
}

// A few far points change neither mean nor scale, unless they are so far that float32 could not hold both; a density that is itself
// wide, or has two modes far apart, is standardised by all of its points.
func TestStandardiseBesideFarPoints(t *testing.T) {
	x := random(2, 1000, 1)
	want, err := Standardise(x)
	ok(t, err)
	for _, far := range [][]float64{{1e3}, {-2e4}, {1e6}, {9e4, -9e4, 1e5}} {
		s, err := Standardise(Points{X: slices.Concat(x.X[:500], far, x.X[500:]), Dim: 1})
		if ok(t, err); math.Abs(s.Mean[0]-want.Mean[0]) > 1e-12 || math.Abs(s.Scale[0]/want.Scale[0]-1) > 1e-12 {
			t.Errorf("beside points at %v: %v, want %v", far, s, want)
		}
	}
	s, err := Standardise(Points{X: append(slices.Clone(x.X), 1e20), Dim: 1})
	if ok(t, err); math.Abs(s.Forward(Points{X: []float64{1e20}, Dim: 1}).X[0]-mostStretch) > 1 {
		t.Errorf("a point at 1e20: %v", s)
	}
	heavy, modes := slices.Clone(x.X), slices.Clone(x.X)
	for i := range heavy {
		heavy[i] = math.Pow(heavy[i], 3)
		if i%20 == 0 {
			modes[i] += 1000
		}
	}
	for name, values := range map[string][]float64{"heavy tails": heavy, "two modes": modes} {
		s, err := Standardise(Points{X: values, Dim: 1})
		if mean, deviation := moments(values); err != nil || s.Mean[0] != mean || s.Scale[0] != deviation {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
}

// An epoch of batches holds every point once, and a step's batch does not depend on those before it.
func TestBatch(t *testing.T) {
	x := New(12, 1)
	for i := range x.X {
		x.X[i] = float64(i)
	}
	var epoch []float64
	for step := range 3 {
		epoch = append(epoch, x.Batch(5, step, 4).X...)
	}
	slices.Sort(epoch)
	if !slices.Equal(epoch, x.X) {
		t.Errorf("an epoch holds %v", epoch)
	}
	if !slices.Equal(x.Batch(5, 7, 4).X, x.Batch(5, 7, 4).X) || slices.Equal(x.Batch(5, 0, 4).X, x.Batch(6, 0, 4).X) {
		t.Error("a batch is no function of seed and step")
	}
}

func TestChunks(t *testing.T) {
	for _, n := range []int{1, 10, 11, 95} {
		seen := make([]atomic.Int32, n)
		ok(t, Chunks(n, 10, func(from, count int) error {
			for i := from; i < from+count; i++ {
				seen[i].Add(1)
			}
			return nil
		}))
		for i := range seen {
			if seen[i].Load() != 1 {
				t.Errorf("of %d, number %d is seen %d times", n, i, seen[i].Load())
			}
		}
	}
	err := Chunks(50, 10, func(from, _ int) error {
		if from >= 20 {
			return fmt.Errorf("at %d", from)
		}
		return nil
	})
	if err == nil || err.Error() != "at 20" {
		t.Errorf("the error is %v, not that of the first chunk that had one", err)
	}
}

// The standardisation is kept in the store, and one that is there counts.
func TestStored(t *testing.T) {
	store := fit.NewStore(1)
	first := Standardizer{Mean: []float64{1, 2}, Scale: []float64{3, 4}}
	for _, initial := range []Standardizer{first, Identity(2)} {
		s, err := Stored(store, initial)
		ok(t, err)
		if !slices.Equal(s.Mean, first.Mean) || !slices.Equal(s.Scale, first.Scale) {
			t.Errorf("stored is %v", s)
		}
	}
	if _, err := Stored(store, Identity(3)); err == nil {
		t.Error("a standardisation of 2 coordinates was taken for one of 3")
	}
	if fit.Parameters(store) != 0 {
		t.Error("the standardisation counts as trainable")
	}
}
