package runs

import (
	"errors"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
)

// rolloutErrors accumulates the errors of predicted frames against the true trajectory without noise, step by step.
type rolloutErrors struct {
	best    metrics.StepMSE  // from states of the model's full inference
	encoder *metrics.StepMSE // from states of its encoder alone; nil if they are the same
	still   metrics.StepMSE  // of the prediction that nothing moves after the first step
	bound   metrics.StepMSE  // of a predictor that knows the physics, from states fitted to equally noisy positions; of the first trajectories
}

// boundTrajectories is the number of trajectories for which states are fitted: each takes dozens of simulations.
const boundTrajectories = 60

// add processes rollouts of n trajectories, over steps intervals of dt, from frame number from of their videos. They
// are the trajectories from first on.
func (e *rolloutErrors) add(first int, m video.Model, s *dataset.Dataset, start inferred, n int, fitted []physicalState, dt float64, from, steps int) error {
	roll := func(c *course) ([]video.States, error) { return m.Rollout(c.frames[from].Part(0, n), dt, steps) }
	best, err := roll(start.best)
	if err != nil {
		return err
	}
	var encoder []video.States
	if start.encoder != nil {
		if encoder, err = roll(start.encoder); err != nil {
			return err
		}
		if e.encoder == nil {
			e.encoder = &metrics.StepMSE{}
		}
	}
	truth, err := paths(s, n, func(i int) physicalState {
		q, p := s.State(i, from)
		return physicalState{q, p}
	}, dt, steps+1)
	if err != nil {
		return err
	}
	known, err := knownPaths(s, fitted[:min(n, len(fitted))], dt, from, steps+1)
	if err != nil {
		return err
	}
	pixels := s.Size * s.Size * 3
	draw := func(paths [][][]float64, t int) ([]uint8, error) {
		out, failed := make([]uint8, len(paths)*pixels), make([]error, len(paths))
		video.Parallel(len(paths), func(i int) { failed[i] = s.Draw(i, paths[i][t], out[i*pixels:][:pixels]) })
		return out, errors.Join(failed...)
	}
	bestFrames, encoderFrames := &stepFrames{model: m, states: best}, &stepFrames{model: m, states: encoder}
	var still []float32
	for t := range steps + 1 {
		clean, err := draw(truth, t)
		if err != nil {
			return err
		}
		bound, err := draw(known, t)
		if err != nil {
			return err
		}
		if still == nil {
			still = unit(clean)
		}
		add := func(mse *metrics.StepMSE, frames []float32) {
			for i := range len(frames) / pixels {
				mse.AddTo(first+i, t, frames[i*pixels:][:pixels], clean[i*pixels:][:pixels])
			}
		}
		frames, err := bestFrames.at(t)
		if err != nil {
			return err
		}
		add(&e.best, frames)
		add(&e.still, still)
		add(&e.bound, unit(bound))
		if encoder != nil {
			if frames, err = encoderFrames.at(t); err != nil {
				return err
			}
			add(e.encoder, frames)
		}
	}
	return nil
}

// share returns an error as a share of a yardstick's error on the same trajectories.
func (e *rolloutErrors) share(of *metrics.StepMSE, yardstick []float64) metrics.Estimate {
	each := of.PerTrajectory()
	return metrics.RatioInterval(each, yardstick[:len(each)])
}

// unit converts bytes to pixels in [0, 1].
func unit(bytes []uint8) []float32 {
	out := make([]float32, len(bytes))
	for i, v := range bytes {
		out[i] = float32(v) / 255
	}
	return out
}
