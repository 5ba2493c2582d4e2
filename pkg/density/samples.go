package density

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"

	"hgn.local/pkg/badinput"
)

// Samples is the distribution of a set of points. It has no density; Sample draws rows with replacement.
type Samples struct {
	name  string
	x     []float64 // [n, d]
	d     int
	names []string // of the coordinates, or nil
	shape []int    // of the picture that a point is, or nil

	conditions []Condition
	cond       []float64 // [n, Width(conditions)]
}

// FromSamples returns the distribution of points [n, d]. They must be finite, and differ in every coordinate: along a
// constant one there is no density.
func FromSamples(name string, points []float64, d int) (*Samples, error) {
	return newSamples(name, points, d, nil)
}

// newSamples is FromSamples for coordinates with names, which its errors give.
func newSamples(name string, points []float64, d int, names []string) (*Samples, error) {
	if err := checkRows(points, d, names); err != nil {
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
			return nil, badinput.Errorf("%s: %s is %v in all %d points, and a constant has no density: leave it out", name, coordinate(names, j), points[j], len(points)/d)
		}
	}
	return &Samples{name: name, x: points, d: d, names: names}, nil
}

// coordinate names a coordinate in errors.
func coordinate(names []string, j int) string {
	if names == nil {
		return "coordinate " + strconv.Itoa(j)
	}
	return "column " + strconv.Quote(names[j])
}

// Names returns the names of the coordinates, or nil if they have none.
func (s *Samples) Names() []string { return s.names }

// Shape returns the height and width of the picture that a point is, or nil if nobody said that it is one.
func (s *Samples) Shape() []int { return s.shape }

// Conditions describes what the points are given with, and returns its values as numbers, [n, Width]; see Encode.
func (s *Samples) Conditions() (all []Condition, values []float64) { return s.conditions, s.cond }

// Name implements Target; for a file it is the path.
func (s *Samples) Name() string { return s.name }

// Dim implements Target.
func (s *Samples) Dim() int { return s.d }

// Len returns the number of points.
func (s *Samples) Len() int { return len(s.x) / s.d }

// Points returns the points themselves, [n, d], not a copy.
func (s *Samples) Points() []float64 { return s.x }

const (
	onGrid     = 0.25 // share of different values among all, below which values lie on a grid
	gridPoints = 50   // of fewer points nothing is said
)

// Remark says in a sentence which coordinates lie on a grid, and "" if none does. Their density has no bound: a model
// gets the likelier the more sharply it learns the grid.
func (s *Samples) Remark() string {
	n := s.Len()
	if n < gridPoints {
		return ""
	}
	var which []string
	most, seen := int(onGrid*float64(n)), map[float64]bool{}
	for j := range s.d {
		clear(seen)
		for i := 0; i < n && len(seen) <= most; i++ {
			seen[s.x[i*s.d+j]] = true
		}
		if len(seen) <= most {
			which = append(which, fmt.Sprintf("%s (%d values in %d points)", coordinate(s.names, j), len(seen), n))
		}
	}
	if len(which) == 0 {
		return ""
	}
	return "values lie on a grid, whose density has no bound, so that likelihoods of them say little: add noise of a grid's step to " + some(which)
}

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
	var sides, given [2][]float64
	width := Width(s.conditions)
	for at, k := range r.Perm(len(groups)) {
		side := 0
		if len(sides[1]) < want*s.d && at < len(groups)-1 {
			side = 1
		}
		for _, i := range groups[k] {
			sides[side] = append(sides[side], s.x[i*s.d:(i+1)*s.d]...)
			given[side] = append(given[side], s.cond[i*width:(i+1)*width]...)
		}
	}
	part := func(side int) *Samples {
		return &Samples{s.name, sides[side], s.d, s.names, s.shape, s.conditions, given[side]}
	}
	if _, err = newSamples(s.name, sides[0], s.d, s.names); err != nil {
		return nil, nil, badinput.Errorf("the points left to train on are too few: %w", err)
	}
	return part(0), part(1), nil
}
