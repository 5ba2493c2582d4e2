package runs

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/physics"
)

// Family measures how well a model has learned constants that differ from video to video, for which its latent has
// coordinates.
type Family struct {
	Constants []FamilyConstant `json:"constants"`
	// Surgery is the error of rollouts after the inferred constants of one video are put into the state of another,
	// against the simulator with these constants from the same positions and velocities, as a share of mean_frame_mse.
	// See donors for which video gives its constants.
	Surgery metrics.Estimate `json:"surgery_share"`
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
	codes   [][]float64 // inferred constants of each video
	truth   [][]float64 // true ones
	surgery metrics.StepMSE
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

// near is how many trajectories have constants like those of one, itself included.
const near = 8

// operate changes the inferred constants of videos to those of others: the median of what was inferred from the
// videos whose true constants are nearest, since a single video may be misjudged.
func (f *families) operate(first int, m *hgn.Model, s *dataset.Dataset, start video.States) error {
	n := start.N
	donor, err := donors(s, n)
	if err != nil {
		return err
	}
	changed := start.Clone()
	for i := range n {
		to, _ := changed.At(i)
		for k, constant := range m.Latent().Constant {
			if !constant {
				continue
			}
			var alike []float64
			for _, j := range byConstants(s, donor[i], n)[:min(near, n)] {
				from, _ := start.At(j)
				alike = append(alike, float64(from[k]))
			}
			slices.Sort(alike)
			to[k] = float32(alike[len(alike)/2])
		}
	}
	if l := m.Latent(); l.Dim()-l.Constants() == 1 && l.Circle[slices.Index(l.Constant, false)] {
		// The model chooses freely where an angle begins, and may choose differently for other constants, so the angle
		// is counted from the minimum of V.
		before, _, err := LeastPotential(m, start)
		if err != nil {
			return err
		}
		after, _, err := LeastPotential(m, changed)
		if err != nil {
			return err
		}
		for i := range n {
			to, _ := changed.At(i)
			to[slices.Index(l.Constant, false)] += float32(after[i] - before[i])
		}
	}
	states, err := m.Rollout(changed, s.Dt, s.T-1)
	if err != nil {
		return err
	}
	truth, failed := make([][][]float64, n), make([]error, n)
	video.Parallel(n, func(i int) {
		own, err := s.PhysicsOf(i)
		given, failure := s.PhysicsOf(donor[i])
		if failed[i] = errors.Join(err, failure); failed[i] != nil {
			return
		}
		q, p := s.State(i, 0)
		truth[i], _, failed[i] = physics.Trajectory(given, q, sameVelocity(own, given, q, p), s.Dt, s.T)
	})
	if err := errors.Join(failed...); err != nil {
		return err
	}
	clean := make([]uint8, s.Size*s.Size*3)
	for t, state := range states {
		frames, err := m.Draw(state)
		if err != nil {
			return err
		}
		for i := range n {
			if err := s.Draw(donor[i], truth[i][t], clean); err != nil {
				return err
			}
			f.surgery.AddTo(first+i, t, frames[i*len(clean):][:len(clean)], clean)
		}
	}
	return nil
}

// donors chooses, for each of the first n trajectories, another whose constants it gets: the first after half of n at
// which its motion, at the same place and velocity, has an energy that trajectories with such constants have. Other
// motions are none that a model could have seen: a body of a short pendulum that spins fast would have many times
// the usual energy at the end of a long one. If there is none, the trajectory with the nearest constants serves.
func donors(s *dataset.Dataset, n int) ([]int, error) {
	systems, energies := make([]physics.System, n), make([]float64, n)
	for i := range n {
		var err error
		if systems[i], err = s.PhysicsOf(i); err != nil {
			return nil, err
		}
		energies[i] = systems[i].Energy(s.State(i, 0))
	}
	alike := make([][]int, n) // for each, all trajectories by the distance of their constants, itself first
	for i := range n {
		alike[i] = byConstants(s, i, n)
	}
	out := make([]int, n)
	for i := range n {
		q, p := s.State(i, 0)
		out[i] = alike[i][1]
		for k := range n - 1 {
			j := (i + n/2 + k) % n
			if j == i {
				continue
			}
			var seen []float64
			for _, a := range alike[j][:min(near, n)] {
				seen = append(seen, energies[a])
			}
			if e := systems[j].Energy(q, sameVelocity(systems[i], systems[j], q, p)); e >= slices.Min(seen) && e <= slices.Max(seen) {
				out[i] = j
				break
			}
		}
	}
	return out, nil
}

// byConstants lists the first n trajectories by how far their constants are from those of trajectory i, in units of
// each constant's range.
func byConstants(s *dataset.Dataset, i, n int) []int {
	names := len(s.Vary.Names())
	distance := make([]float64, n)
	for k := range names {
		low, high := math.Inf(1), math.Inf(-1)
		for j := range n {
			low, high = math.Min(low, s.Varied[j*names+k]), math.Max(high, s.Varied[j*names+k])
		}
		for j := range n {
			d := (s.Varied[j*names+k] - s.Varied[i*names+k]) / math.Max(high-low, 1e-300)
			distance[j] += d * d
		}
	}
	order := make([]int, n)
	for j := range order {
		order[j] = j
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(distance[a], distance[b]) })
	return order
}

// sameVelocity returns the momenta with which system to moves as system from does at (q, p), for systems in which
// each velocity is proportional to its momentum.
func sameVelocity(from, to physics.System, q, p []float64) []float64 {
	d := len(q)
	velocity, unit, force := make([]float64, d), make([]float64, d), make([]float64, d)
	from.Derivative(q, p, velocity, force)
	ones := make([]float64, d)
	for i := range ones {
		ones[i] = 1
	}
	to.Derivative(q, ones, unit, force)
	out := make([]float64, d)
	for i := range out {
		if out[i] = p[i]; unit[i] != 0 {
			out[i] = velocity[i] / unit[i]
		}
	}
	return out
}

// family fills in the measures of constants that differ.
func (o *Report) family(f *families, names []string, meanFrame []float64) {
	if f.codes == nil {
		return
	}
	o.Family = &Family{}
	for k, name := range names {
		values := make([]float64, len(f.truth))
		for i := range values {
			values[i] = f.truth[i][k]
		}
		r2, _ := metrics.Explained(f.codes, values, FamilyDegree)
		o.Family.Constants = append(o.Family.Constants, FamilyConstant{name, finite(r2)})
	}
	each := f.surgery.PerTrajectory()
	o.Family.Surgery = metrics.Only(math.NaN())
	if len(each) > 0 {
		o.Family.Surgery = metrics.RatioInterval(each, meanFrame[:len(each)])
	}
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
