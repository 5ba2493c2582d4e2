package runs

import (
	"context"
	"math"
	"math/cmplx"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/render"
)

// againstTruth compares with what only a simulated system has: clean states and trajectories in other directions.
func (o *Report) againstTruth(ctx context.Context, m video.Model, test *dataset.Set, start inferred) error {
	if test.System == "" || test.Q == nil {
		return nil
	}
	system, err := test.Physics()
	if err != nil {
		return err
	}
	floor, err := test.NoiseFloorMSE()
	if err != nil {
		return err
	}
	irreducible, err := test.IrreducibleMSE()
	if err != nil {
		return err
	}
	excess := metrics.Excess(o.MSETest, floor, o.MeanFrameMSE)
	o.NoiseFloorMSE, o.IrreducibleMSE, o.Excess = &floor, &irreducible, &excess
	o.Rollout, o.RolloutShare, o.VPT = &Directions{}, &Directions{}, &Directions{}
	if start.encoder != nil {
		o.RolloutShareEncoder = &Directions{}
	}
	for _, c := range directions {
		if err := ctx.Err(); err != nil {
			return err
		}
		truth, err := trueRollouts(system, test, c.speed*test.Dt)
		if err != nil {
			return err
		}
		mse, err := against(m, system, test, truth, c.speed*test.Dt, start.best.first)
		if err != nil {
			return err
		}
		*c.of(o.Rollout), *c.of(o.RolloutShare) = mse.Mean(), mse.Mean()/o.MeanFrameMSE
		*c.of(o.VPT) = metrics.VPT(mse.Normalised(), metrics.VPTThreshold, c.speed*test.Dt).Mean.Mean
		if start.encoder != nil {
			if mse, err = against(m, system, test, truth, c.speed*test.Dt, start.encoder.first); err != nil {
				return err
			}
			*c.of(o.RolloutShareEncoder) = mse.Mean() / o.MeanFrameMSE
		}
	}
	return o.symetric(m, system, test, start.best.first)
}

// trueRollouts are the true trajectories from the clean first states of a set, as positions [trajectory][time].
func trueRollouts(system physics.System, s *dataset.Set, dt float64) ([][][]float64, error) {
	truth := make([][][]float64, s.N)
	failed := make([]error, s.N)
	video.Parallel(s.N, func(i int) {
		q, p := s.State(i, 0)
		truth[i], _, failed[i] = physics.Trajectory(system, q, p, dt, s.T)
	})
	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}
	return truth, nil
}

// against is the error of rollouts from start against the frames of true trajectories.
func against(m video.Model, system physics.System, s *dataset.Set, truth [][][]float64, dt float64, start video.States) (*metrics.StepMSE, error) {
	states, err := m.Rollout(start, dt, s.T-1)
	if err != nil {
		return nil, err
	}
	var mse metrics.StepMSE
	pixels := s.Size * s.Size * 3
	clean := make([]uint8, s.N*pixels)
	for t, state := range states {
		frames, err := m.Draw(state)
		if err != nil {
			return nil, err
		}
		video.Parallel(s.N, func(i int) { render.Frame(system, truth[i][t], s.Size, clean[i*pixels:][:pixels]) })
		for i := range s.N {
			mse.AddTo(i, t, frames[i*pixels:][:pixels], clean[i*pixels:][:pixels])
		}
	}
	return &mse, nil
}

// symetricDegree is that of the polynomial map that is looked for; see metrics.MeasureSyMetric.
const symetricDegree = 5

// symetric asks whether the learned states are the true ones in other canonical coordinates, over all frames of the videos.
func (o *Report) symetric(m video.Model, system physics.System, s *dataset.Set, start video.States) error {
	states, err := m.Rollout(start, s.Dt, s.T-1)
	if err != nil {
		return err
	}
	var learned, truth [][]float64
	for i := range s.N {
		for t, state := range states {
			q, p := state.At(i)
			learned = append(learned, append(wide(q), wide(p)...))
			trueQ, trueP := s.State(i, t)
			trueQ, trueP = physics.Reduce(system, trueQ, trueP)
			truth = append(truth, append(append([]float64(nil), trueQ...), trueP...))
		}
	}
	if h, ok := m.(*hgn.Model); ok {
		unwrap(learned, truth, h.Latent().Circle, physics.Coordinates(system))
	}
	measured := metrics.MeasureSyMetric(learned, truth, symetricDegree)
	if !math.IsNaN(measured.R2) && !math.IsNaN(measured.Symplecticity) {
		o.SyMetric = &measured
	}
	return nil
}

// unwrap adds whole turns to learned angles so that they are a smooth function of the true ones: an angle's branch is where
// a learned circle happens to begin. Each is compared with the true angle that it goes with best, in either sense.
func unwrap(learned, truth [][]float64, circles []bool, coordinates []string) {
	for j, circle := range circles {
		if !circle {
			continue
		}
		best, sense, offset, with := 0.0, 0.0, 0.0, -1
		for k, c := range coordinates {
			for _, s := range []float64{1, -1} {
				var mean complex128
				for i := range learned {
					mean += cmplx.Exp(complex(0, learned[i][j]-s*truth[i][k])) / complex(float64(len(learned)), 0)
				}
				if c == physics.Circle && cmplx.Abs(mean) > best {
					best, sense, offset, with = cmplx.Abs(mean), s, cmplx.Phase(mean), k
				}
			}
		}
		if with < 0 {
			continue
		}
		for i := range learned {
			turns := math.Round((learned[i][j] - sense*truth[i][with] - offset) / (2 * math.Pi))
			learned[i][j] -= 2 * math.Pi * turns
		}
	}
}

func wide(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}
