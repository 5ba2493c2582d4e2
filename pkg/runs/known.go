package runs

import (
	"errors"
	"math/rand/v2"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/hnn"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/physics"
)

// physicalState is a state of the true system.
type physicalState struct{ q, p []float64 }

// knownPhysics fits the first states of the first n videos by least squares, as an observer would who knows the true
// system and measures the positions, with the noise that the frames show, in the first frames of each, which are
// those that the model sees. It draws new noise of the same strength as in the frames. No model that learns from the
// frames can be expected to predict better.
func knownPhysics(s *dataset.Dataset, n, frames int) ([]physicalState, error) {
	n = max(n, 0)
	fitted, failed := make([]physicalState, n), make([]error, n)
	video.Parallel(n, func(i int) {
		r := rand.New(rand.NewPCG(0xb0d, uint64(i)))
		seen := make([][]float64, frames)
		for t := range seen {
			q, _ := s.State(i, t)
			for _, x := range q {
				seen[t] = append(seen[t], x+s.Noise*r.NormFloat64())
			}
		}
		q, p := s.State(i, 0)
		system, err := s.PhysicsOf(i)
		if err != nil {
			failed[i] = err
			return
		}
		fitted[i].q, fitted[i].p, failed[i] = physics.Fit(system, seen, s.Dt, q, p)
	})
	return fitted, errors.Join(failed...)
}

// paths simulates true trajectories of a set's systems from n states, as positions [trajectory][time].
func paths(s *dataset.Dataset, n int, start func(i int) physicalState, dt float64, frames int) ([][][]float64, error) {
	out, failed := make([][][]float64, n), make([]error, n)
	video.Parallel(n, func(i int) {
		system, err := s.PhysicsOf(i)
		if err != nil {
			failed[i] = err
			return
		}
		from := start(i)
		out[i], _, failed[i] = physics.Trajectory(system, from.q, from.p, dt, frames)
	})
	return out, errors.Join(failed...)
}

// knownPaths simulates trajectories from the fitted states, which belong to the videos' first frames, and returns
// them from frame number from on.
func knownPaths(s *dataset.Dataset, fitted []physicalState, dt float64, from, frames int) ([][][]float64, error) {
	if from == 0 {
		return paths(s, len(fitted), func(i int) physicalState { return fitted[i] }, dt, frames)
	}
	all, err := paths(s, len(fitted), func(i int) physicalState { return fitted[i] }, s.Dt, from+frames) // dt is the videos'
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i] = all[i][from:]
	}
	return all, nil
}

// framesSeen returns the number of frames of a video, from the first on, from which a model infers the state.
func framesSeen(m video.Model, frames int) int {
	switch m := m.(type) {
	case *hgn.Model:
		if m.Params.FramesIn > 0 {
			return m.Params.FramesIn
		}
	case *hnn.Model:
		if m.Params.Refine == 0 {
			return 2
		}
	}
	return frames
}
