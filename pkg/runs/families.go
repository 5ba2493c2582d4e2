package runs

import (
	"math"
	"slices"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
)

// Family measures how well a model has learned constants that differ from video to video, for which its latent has
// coordinates.
type Family struct {
	Given     bool             `json:"given,omitempty"` // the constants are given with the videos, and not inferred
	Constants []FamilyConstant `json:"constants"`
	// Surgery is the error of rollouts after the inferred constants of one video are put into the state of another,
	// against the nearest motion that the simulator has with these constants, as a share of mean_frame_mse. See donors
	// for which video gives its constants.
	Surgery metrics.Estimate `json:"surgery_share"`
	// SurgeryInPlace is the same against the motion from the same positions and velocities. That asks for more: where
	// no video shows a pendulum go round, the scale of a learned angle may differ between lengths.
	SurgeryInPlace metrics.Estimate `json:"surgery_in_place_share"`
}

// FamilyConstant is one of the system's constants that differ between videos.
type FamilyConstant struct {
	Name      string   `json:"name"`
	Explained *float64 `json:"explained"` // share of its variance over videos that a polynomial of the inferred coordinates explains, on videos not used for the fit
}

// FamilyDegree is the degree of the polynomial from inferred to true constants; their relation is not fixed in
// advance.
const FamilyDegree = 3

// families accumulates the data for Family.
type families struct {
	given   bool            // codes are the true constants, to another scale
	codes   [][]float64     // inferred constants of each video
	truth   [][]float64     // true ones
	surgery metrics.StepMSE // against the nearest motions with the constants
	inPlace metrics.StepMSE // against the motions from the same positions and velocities
}

// ConstantsOf returns the inferred constants in state i, if the model's latent has any.
func ConstantsOf(m *hgn.Model, s video.States, i int) (c []float64) {
	q, _ := s.At(i)
	for k, constant := range m.Latent().Constant {
		if constant {
			c = append(c, float64(q[k]))
		}
	}
	return c
}

// add processes videos, which are the trajectories from first on.
func (f *families) add(first int, model video.Model, s *dataset.Dataset, start video.States) error {
	m, ok := model.(*hgn.Model)
	if !ok || s.Vary == "" || m.Latent().Constants() == 0 {
		return nil
	}
	f.given = m.Params.Constant == "given"
	k := len(s.Vary.Names())
	for i := range s.N {
		f.codes, f.truth = append(f.codes, ConstantsOf(m, start, i)), append(f.truth, s.Varied[i*k:][:k])
	}
	n := min(s.N, boundTrajectories-first)
	if n < 2 {
		return nil
	}
	return f.operate(first, m, s, start.Part(0, n))
}

// family fills in the measures of constants that differ.
func (o *Report) family(f *families, names []string, meanFrame []float64) {
	if f.codes == nil {
		return
	}
	o.Family = &Family{Given: f.given}
	for k, name := range names {
		values := make([]float64, len(f.truth))
		for i := range values {
			values[i] = f.truth[i][k]
		}
		r2, _ := metrics.Explained(f.codes, values, FamilyDegree)
		o.Family.Constants = append(o.Family.Constants, FamilyConstant{name, finite(r2)})
	}
	share := func(e *metrics.StepMSE) metrics.Estimate {
		each := e.PerTrajectory()
		return metrics.RatioInterval(each, meanFrame[:len(each)])
	}
	o.Family.Surgery, o.Family.SurgeryInPlace = share(&f.surgery), share(&f.inPlace)
}

// LeastPotential returns, for the constants of each state, the place along the one moving coordinate at which V is
// least, and V's curvature there, which is ω² of small oscillations if K = p²/2. On a line it searches the range of
// the states.
func LeastPotential(m *hgn.Model, s video.States) (places, curvatures []float64, err error) {
	const n = 240
	const width = 8 // half width of the parabola that gives the curvature, in steps of the grid: on a circle 0.2, which float32 does not blur
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
			return nil, nil, err
		}
		k := slices.Index(v, slices.Min(v))
		at := func(k int) float64 {
			if l.Circle[moving] {
				return float64(v[((k%n)+n)%n])
			}
			return float64(v[min(max(k, 0), n)])
		}
		if !l.Circle[moving] {
			k = min(max(k, width), n-width)
		}
		slope, second := (at(k+width)-at(k-width))/(2*width*step), (at(k+width)-2*at(k)+at(k-width))/(width*width*step*step)
		places, curvatures = append(places, low+float64(k)*step-slope/second), append(curvatures, second)
	}
	return places, curvatures, nil
}
