package figures

import (
	"fmt"
	"math"
	"slices"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
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
	periods, err := smallPeriods(m, starts)
	if err != nil {
		return nil, "", err
	}
	var truth, learned plots.Series
	var codes [][]float64
	var constant []float64
	worst := 0.0
	for i, period := range periods {
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
		worst += math.Abs(period/exact-1) / float64(len(periods))
	}
	sortByX(&truth)
	sortByX(&learned)
	truth.Name, learned.Name = "true", "learned, video by video"
	p, err = plots.Curves(plots.Chart{Title: "One model of a family", X: names[0], Y: "period of small oscillations", Height: 340}, truth, learned)
	r2, _ := metrics.Explained(codes, constant, 3)
	return p, fmt.Sprintf("The learned periods are off by %.1f%% in the mean; what was inferred explains %.1f%% of the variance of %s over test videos.", 100*worst, 100*r2, names[0]), err
}

func (r *Run) kinetic() string {
	h, err := r.HGN()
	if err != nil {
		return ""
	}
	return h.Kinetic
}

// smallPeriods are the periods about the minimum of V along the one coordinate that moves, with the constants of each state, for K = p²/2.
func smallPeriods(m *hgn.Model, s video.States) ([]float64, error) {
	const n = 240
	l := m.Latent()
	moving := slices.Index(l.Constant, false)
	low, high := -math.Pi, math.Pi
	if !l.Circle[moving] {
		low, high = math.Inf(1), math.Inf(-1)
		for i := range s.N {
			q, _ := s.At(i)
			low, high = math.Min(low, float64(q[moving])), math.Max(high, float64(q[moving]))
		}
	}
	step := (high - low) / n
	out := make([]float64, s.N)
	for i := range s.N {
		q, _ := s.At(i)
		grid := video.NewStates(n+1, s.D)
		for k := range n + 1 {
			at, _ := grid.At(k)
			copy(at, q)
			at[moving] = float32(low + float64(k)*step)
		}
		_, v, err := m.Energies(grid)
		if err != nil {
			return nil, err
		}
		k := min(max(slices.Index(v, slices.Min(v)), width), n-width)
		// The curvature is that of a parabola through points some way apart, which float32 does not blur.
		curvature := (float64(v[k+width]) - 2*float64(v[k]) + float64(v[k-width])) / (step * step * width * width)
		out[i] = 2 * math.Pi / math.Sqrt(curvature)
	}
	return out, nil
}

const width = 8 // of the parabola, in steps of the grid: a fifth of a radian on a circle

// truePeriod is that of small oscillations about q = 0.
func truePeriod(s physics.Separable) float64 {
	const h = 1e-3
	second := func(f func([]float64) float64) float64 {
		return (f([]float64{h}) - 2*f([]float64{0}) + f([]float64{-h})) / (h * h)
	}
	return 2 * math.Pi / math.Sqrt(second(s.Potential)*second(s.Kinetic))
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
