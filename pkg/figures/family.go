package figures

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"hgn.local/pkg/metrics"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// Family draws what one model has learned of systems that differ in a constant: the period of small oscillations that the
// learned H has for what was inferred of each test video, against the true constant, beside the true period.
func (r *Run) Family() (p *plots.Picture, note string, err error) {
	m, err := r.generative()
	if err != nil {
		return nil, "", err
	}
	test, err := r.Test()
	if err != nil {
		return nil, "", err
	}
	l := m.Latent()
	if test.Vary == "" || l.Constants() == 0 || l.Dim()-l.Constants() != 1 || r.kinetic() != "quadratic" {
		return nil, "", mistake("the run %q is of no family: train one with one coordinate that moves on data in which a constant differs, for example --constant length=0.6..1.4", r.Name())
	}
	starts, err := r.Starts()
	if err != nil {
		return nil, "", err
	}
	names := test.Vary.Names()
	_, curvatures, err := runs.LeastPotential(m, starts)
	if err != nil {
		return nil, "", err
	}
	var truth, learned plots.Series
	var codes [][]float64
	var constant []float64
	var off []float64
	for i, curvature := range curvatures {
		period := 2 * math.Pi / math.Sqrt(curvature)
		system, err := test.PhysicsOf(i)
		if err != nil {
			return nil, "", err
		}
		separable, ok := system.(physics.Separable)
		if !ok || system.Dim() != 1 {
			return nil, "", mistake("the true period is known of systems with one coordinate only")
		}
		exact := truePeriod(separable)
		x := test.Varied[i*len(names)]
		truth.X, truth.Y = append(truth.X, x), append(truth.Y, exact)
		learned.X, learned.Y = append(learned.X, x), append(learned.Y, period)
		codes, constant = append(codes, runs.ConstantsOf(m, starts, i)), append(constant, x)
		off = append(off, math.Abs(period/exact-1))
	}
	sortByX(&truth)
	sortByX(&learned)
	learned.Y = medians(learned.Y)
	truth.Name, learned.Name = "true", "learned, median of nine videos"
	slices.Sort(off)
	far := len(off) - sort.SearchFloat64s(off, 0.1)
	p, err = plots.Curves(plots.Chart{Title: "One model of a family", X: names[0], Y: "period of small oscillations", Height: 340}, truth, learned)
	r2, _ := metrics.Explained(codes, constant, runs.FamilyDegree)
	told := fmt.Sprintf("what was inferred explains %.1f%% of the variance of %s", 100*r2, names[0])
	if m.Params.Constant == "given" {
		told = names[0] + " was given with each video"
	}
	return p, fmt.Sprintf("The learned periods are off by %.1f%% in the median, and by more than 10%% in %d of %d test videos; %s.",
		100*off[len(off)/2], far, len(off), told), err
}

func (r *Run) kinetic() string {
	h, err := r.HGN()
	if err != nil {
		return ""
	}
	return h.Kinetic
}

// truePeriod is that of small oscillations about q = 0.
func truePeriod(s physics.Separable) float64 {
	const h = 1e-3
	second := func(f func([]float64) float64) float64 {
		return (f([]float64{h}) - 2*f([]float64{0}) + f([]float64{-h})) / (h * h)
	}
	return 2 * math.Pi / math.Sqrt(second(s.Potential)*second(s.Kinetic))
}

// medians gives the median of each value and its eight neighbours, so that single videos of which little can be inferred do not hide the rest.
func medians(y []float64) []float64 {
	out := make([]float64, len(y))
	for i := range y {
		near := slices.Sorted(slices.Values(y[max(0, i-4):min(len(y), i+5)]))
		out[i] = near[len(near)/2]
	}
	return out
}

func sortByX(s *plots.Series) {
	order := make([]int, len(s.X))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case s.X[a] < s.X[b]:
			return -1
		case s.X[a] > s.X[b]:
			return 1
		}
		return 0
	})
	x, y := make([]float64, len(order)), make([]float64, len(order))
	for k, i := range order {
		x[k], y[k] = s.X[i], s.Y[i]
	}
	s.X, s.Y = x, y
}
