package runs

import (
	"context"
	"errors"
	"math"
	"math/cmplx"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/render"
)

// simulatorMetrics accumulates the measures that need the true simulator: errors against clean states, and against trajectories in
// other directions.
type simulatorMetrics struct {
	n           int
	system      physics.System
	floors      []float64 // errors of the clean frames, one a trajectory
	irreducible float64
	rollouts    [len(directions)]metrics.StepMSE // against the clean true trajectories
	encoder     *[len(directions)]metrics.StepMSE

	learned, truth [][]float64 // states at all frames of the first videos
}

// add takes in some videos.
func (c *simulatorMetrics) add(ctx context.Context, m video.Model, part *dataset.Dataset, start inferred) (err error) {
	if c.system, err = part.Physics(); err != nil {
		return err
	}
	floors, failed := make([]float64, part.N), make([]error, part.N)
	video.Parallel(part.N, func(i int) { floors[i], failed[i] = part.Subset(i, i+1).NoiseFloorMSE() })
	irreducible, err := part.IrreducibleMSE()
	if err = errors.Join(append(failed, err)...); err != nil {
		return err
	}
	c.floors = append(c.floors, floors...)
	c.irreducible += (irreducible - c.irreducible) * float64(part.N) / float64(c.n+part.N)
	if start.encoder != nil && c.encoder == nil {
		c.encoder = new([len(directions)]metrics.StepMSE)
	}
	for i, d := range directions {
		if err := ctx.Err(); err != nil {
			return err
		}
		dt := d.speed * part.Dt
		truth, err := trueRollouts(c.system, part, dt)
		if err != nil {
			return err
		}
		if err := against(&c.rollouts[i], c.n, m, c.system, part, truth, dt, start.best.first); err != nil {
			return err
		}
		if start.encoder == nil {
			continue
		}
		if err := against(&c.encoder[i], c.n, m, c.system, part, truth, dt, start.encoder.first); err != nil {
			return err
		}
	}
	if err := c.pair(m, part, start.best.first); err != nil {
		return err
	}
	c.n += part.N
	return nil
}

// againstTruth fills the measures that need the true system.
func (o *Report) againstTruth(m video.Model, g *evaluation, c *simulatorMetrics, dt float64) {
	floor := mean(c.floors)
	o.NoiseFloorMSE, o.IrreducibleMSE = &floor, &c.irreducible
	o.Excess = finite(metrics.Excess(o.MSETest, floor, o.MeanFrameMSE))
	above, of := make([]float64, g.n), make([]float64, g.n)
	for i, mse := range g.unrolled.PerTrajectory() {
		above[i], of[i] = mse-c.floors[i], g.meanFrame[i]-c.floors[i]
	}
	if o.Excess != nil {
		interval := metrics.RatioInterval(above, of)
		o.ExcessInterval = &interval
	}
	o.Rollout, o.RolloutShare, o.VPT = &Directions{}, &Directions{}, &Directions{}
	o.RolloutShareInterval, o.VPTInterval = &Intervals{}, &Intervals{}
	if c.encoder != nil {
		o.RolloutShareEncoder, o.RolloutShareEncoderInterval = &Directions{}, &Intervals{}
	}
	for i, d := range directions {
		mse := &c.rollouts[i]
		*d.of(o.Rollout), *d.of(o.RolloutShare) = mse.Mean(), mse.Mean()/o.MeanFrameMSE
		*d.interval(o.RolloutShareInterval) = metrics.RatioInterval(mse.PerTrajectory(), g.meanFrame)
		valid := metrics.VPT(mse.Normalised(), metrics.VPTThreshold, d.speed*dt).Mean
		*d.of(o.VPT), *d.interval(o.VPTInterval) = valid.Mean, valid
		if c.encoder != nil {
			mse := &c.encoder[i]
			*d.of(o.RolloutShareEncoder) = mse.Mean() / o.MeanFrameMSE
			*d.interval(o.RolloutShareEncoderInterval) = metrics.RatioInterval(mse.PerTrajectory(), g.meanFrame)
		}
	}
	o.symetric(m, c)
}

// trueRollouts are the true trajectories from the clean first states of a set, as positions [trajectory][time].
func trueRollouts(system physics.System, s *dataset.Dataset, dt float64) ([][][]float64, error) {
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

// against takes the errors of rollouts from start, against the frames of true trajectories, into mse, as the trajectories from
// from on.
func against(mse *metrics.StepMSE, from int, m video.Model, system physics.System, s *dataset.Dataset, truth [][][]float64, dt float64, start video.States) error {
	states, err := m.Rollout(start, dt, s.T-1)
	if err != nil {
		return err
	}
	pixels := s.Size * s.Size * 3
	clean := make([]uint8, s.N*pixels)
	for t, state := range states {
		frames, err := m.Draw(state)
		if err != nil {
			return err
		}
		video.Parallel(s.N, func(i int) { render.Frame(system, truth[i][t], s.Size, clean[i*pixels:][:pixels]) })
		for i := range s.N {
			mse.AddTo(from+i, t, frames[i*pixels:][:pixels], clean[i*pixels:][:pixels])
		}
	}
	return nil
}

// symetricDegree is that of the polynomial map that is looked for; see metrics.MeasureSyMetric. The states of so many videos
// are enough for it.
const (
	symetricDegree = 5
	symetricVideos = TestTrajectories
)

// pair keeps learned and true states at all frames of the first videos.
func (c *simulatorMetrics) pair(m video.Model, s *dataset.Dataset, start video.States) error {
	n := min(s.N, symetricVideos-c.n)
	if n <= 0 {
		return nil
	}
	states, err := m.Rollout(start, s.Dt, s.T-1)
	if err != nil {
		return err
	}
	for i := range n {
		for t, state := range states {
			q, p := state.At(i)
			c.learned = append(c.learned, append(wide(q), wide(p)...))
			trueQ, trueP := s.State(i, t)
			trueQ, trueP = physics.Reduce(c.system, trueQ, trueP)
			c.truth = append(c.truth, append(append([]float64(nil), trueQ...), trueP...))
		}
	}
	return nil
}

// symetric asks whether the learned states are the true ones in other canonical coordinates, over all frames of the videos.
func (o *Report) symetric(m video.Model, c *simulatorMetrics) {
	if h, ok := m.(*hgn.Model); ok {
		unwrap(c.learned, c.truth, h.Latent().Circle, physics.Coordinates(c.system))
	}
	measured := metrics.MeasureSyMetric(c.learned, c.truth, symetricDegree)
	if finite(measured.R2) != nil && finite(measured.Symplecticity) != nil {
		o.SyMetric = &measured
	}
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
