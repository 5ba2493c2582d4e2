package runs

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/physics"
)

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
	var dreamt [][]float32 // [frame][n, pixels]
	for _, state := range states {
		frames, err := m.Draw(state)
		if err != nil {
			return err
		}
		dreamt = append(dreamt, frames)
	}
	return f.compare(first, s, donor, dreamt)
}

// compare compares rollouts with simulations that have the donors' constants.
func (f *families) compare(first int, s *dataset.Dataset, donor []int, dreamt [][]float32) error {
	n, pixels := len(donor), s.Size*s.Size*3
	inPlace, nearest, failed := make([][][]float64, n), make([][][]float64, n), make([]error, n)
	video.Parallel(n, func(i int) {
		own, err := s.PhysicsOf(i)
		given, failure := s.PhysicsOf(donor[i])
		if failed[i] = errors.Join(err, failure); failed[i] != nil {
			return
		}
		q, p := s.State(i, 0)
		p = sameVelocity(own, given, q, p)
		film := make([][]float32, len(dreamt))
		for t := range film {
			film[t] = dreamt[t][i*pixels:][:pixels]
		}
		if inPlace[i], _, failed[i] = physics.Trajectory(given, q, p, s.Dt, s.T); failed[i] == nil {
			nearest[i], failed[i] = nearestMotion(s, donor[i], film, given, q, p)
		}
	})
	if err := errors.Join(failed...); err != nil {
		return err
	}
	clean := make([]uint8, pixels)
	for t, frames := range dreamt {
		for i := range n {
			for _, of := range []struct {
				mse  *metrics.StepMSE
				path [][]float64
			}{{&f.surgery, nearest[i]}, {&f.inPlace, inPlace[i]}} {
				if err := s.Draw(donor[i], of.path[t], clean); err != nil {
					return err
				}
				of.mse.AddTo(first+i, t, frames[i*pixels:][:pixels], clean)
			}
		}
	}
	return nil
}

// nearestMotion returns the positions along the motion of a system whose pictures, drawn as those of trajectory i,
// differ least from a film. It starts from the state (q, p) at the first frame, and takes steps of Levenberg and
// Marquardt with derivatives by finite differences.
func nearestMotion(s *dataset.Dataset, i int, film [][]float32, system physics.System, q, p []float64) ([][]float64, error) {
	const (
		iterations = 8
		h          = 0.02 // displacements that change the bytes of pictures by more than their rounding
		stride     = 2    // every second frame tells enough
	)
	d := len(q)
	pictures := func(y []float64) (path [][]float64, out []float64, err error) {
		if path, _, err = physics.Trajectory(system, y[:d], y[d:], s.Dt, len(film)); err != nil {
			return nil, nil, err
		}
		drawn := make([]uint8, len(film[0]))
		for t := 0; t < len(film); t += stride {
			if err := s.Draw(i, path[t], drawn); err != nil {
				return nil, nil, err
			}
			for k, v := range drawn {
				out = append(out, float64(video.Unit[v]-film[t][k]))
			}
		}
		return path, out, nil
	}
	y := slices.Concat(q, p)
	path, residuals, err := pictures(y)
	if err != nil {
		return nil, err
	}
	damping := 1e-2
	for range iterations {
		normal, slope := mat.NewSymDense(2*d, nil), mat.NewVecDense(2*d, nil)
		columns := make([][]float64, 2*d)
		for j := range y {
			moved := slices.Clone(y)
			moved[j] += h
			_, there, err := pictures(moved)
			if err != nil {
				return nil, err
			}
			floats.Sub(there, residuals)
			floats.Scale(1/h, there)
			columns[j] = there
		}
		for j := range columns {
			slope.SetVec(j, -floats.Dot(columns[j], residuals))
			for k := range j + 1 {
				normal.SetSym(j, k, floats.Dot(columns[j], columns[k]))
			}
			normal.SetSym(j, j, normal.At(j, j)*(1+damping)+1e-12)
		}
		var cholesky mat.Cholesky
		step := mat.NewVecDense(2*d, nil)
		if !cholesky.Factorize(normal) || cholesky.SolveVecTo(step, slope) != nil {
			break
		}
		moved := slices.Clone(y)
		floats.Add(moved, step.RawVector().Data)
		if there, after, err := pictures(moved); err == nil && floats.Dot(after, after) < floats.Dot(residuals, residuals) {
			y, path, residuals, damping = moved, there, after, damping/5
		} else {
			damping *= 10
		}
	}
	return path, nil
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
