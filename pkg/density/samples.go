package density

import (
	"encoding/binary"
	"math"
	"math/rand/v2"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/npz"
)

// Samples is the distribution of a set of points. It has no density; Sample draws rows with replacement.
type Samples struct {
	name string
	x    []float64 // [n, d]
	d    int
}

// FromSamples returns the distribution of points [n, d]. They must be finite, and differ in every coordinate: along a
// constant one there is no density.
func FromSamples(name string, points []float64, d int) (*Samples, error) {
	if err := CheckPoints(points, d); err != nil {
		return nil, badinput.Errorf("%s: %w", name, err)
	}
	if len(points) == d {
		return nil, badinput.Errorf("%s: there is one point only, and one point has no density: give more", name)
	}
	for j := range d {
		constant := true
		for i := j; i < len(points) && constant; i += d {
			constant = points[i] == points[j]
		}
		if constant {
			return nil, badinput.Errorf("%s: coordinate %d is %v in all %d points, and a constant has no density: leave it out", name, j, points[j], len(points)/d)
		}
	}
	return &Samples{name, points, d}, nil
}

// FromFile reads the array x, [N, d] of float64 or float32 in any order, of an .npz file.
func FromFile(path string) (*Samples, error) {
	file, err := npz.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	shape, x, err := file.Floats("x")
	if err != nil {
		return nil, err
	}
	if len(shape) != 2 || shape[1] < 1 {
		return nil, badinput.Errorf("the array x of %s has the shape %v: points are rows, [N, d]", path, shape)
	}
	return FromSamples(path, x, shape[1])
}

// Name implements Target; for a file it is the path.
func (s *Samples) Name() string { return s.name }

// Dim implements Target.
func (s *Samples) Dim() int { return s.d }

// Len returns the number of points.
func (s *Samples) Len() int { return len(s.x) / s.d }

// Points returns the points themselves, [n, d], not a copy.
func (s *Samples) Points() []float64 { return s.x }

// Sample implements Target.
func (s *Samples) Sample(r *rand.Rand, n int) []float64 {
	out := make([]float64, 0, n*s.d)
	for range n {
		i := r.IntN(s.Len())
		out = append(out, s.x[i*s.d:(i+1)*s.d]...)
	}
	return out
}

// Split divides the points at random into some to train on and about the given share to hold out, at least one each.
// No point is in both: equal rows stay on one side, or the held-out score would reward memory.
func (s *Samples) Split(r *rand.Rand, held float64) (train, test *Samples, err error) {
	if !(held > 0 && held < 1) {
		return nil, nil, badinput.Errorf("the share of points to hold out is %v: give a number between 0 and 1", held)
	}
	var groups [][]int // rows of equal points
	known := map[string]int{}
	for i := range s.Len() {
		key := make([]byte, 0, 8*s.d)
		for _, v := range s.x[i*s.d : (i+1)*s.d] {
			key = binary.LittleEndian.AppendUint64(key, math.Float64bits(v+0)) // -0 becomes 0
		}
		k, ok := known[string(key)]
		if !ok {
			k = len(groups)
			known[string(key)] = k
			groups = append(groups, nil)
		}
		groups[k] = append(groups[k], i)
	}
	want := max(int(math.Round(held*float64(s.Len()))), 1)
	var sides [2][]float64
	for at, k := range r.Perm(len(groups)) {
		side := 0
		if len(sides[1]) < want*s.d && at < len(groups)-1 {
			side = 1
		}
		for _, i := range groups[k] {
			sides[side] = append(sides[side], s.x[i*s.d:(i+1)*s.d]...)
		}
	}
	if train, err = FromSamples(s.name, sides[0], s.d); err != nil {
		return nil, nil, badinput.Errorf("the points left to train on are too few: %w", err)
	}
	return train, &Samples{s.name, sides[1], s.d}, nil
}
