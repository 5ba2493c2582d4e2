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
)

// simulatorMetrics accumulates the measures that need the true simulator: errors against clean states, and against
// trajectories in other directions and after the end of the videos.
type simulatorMetrics struct {
	n           int
	system      physics.System
	floors      []float64 // errors of the clean frames, one for each trajectory
	irreducible float64
	rollouts    [len(directions)]rolloutErrors // from the first frame
	forecast    rolloutErrors                  // from the last one
	cannot      [len(directions)]bool          // the model cannot run in that direction, see video.NotApplicable

	families families

	learned, truth [][]float64 // states at all frames of the first videos
}

// add processes some videos.
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
	fitted, err := knownPhysics(part, min(part.N, boundTrajectories-c.n), framesSeen(m, part.T))
	if err != nil {
		return err
	}
	for i, d := range directions {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := c.rollouts[i].add(c.n, m, part, start, part.N, fitted, d.speed*part.Dt, 0, part.T-1)
		if c.cannot[i] = notApplicable(err); err != nil && !c.cannot[i] {
			return err
		}
	}
	if n := min(part.N, forecastTrajectories-c.n); n > 0 {
		if err := c.forecast.add(c.n, m, part, start, n, fitted, part.Dt, part.T-1, forecastFrames); err != nil {
			return err
		}
	}
	if err := c.families.add(c.n, m, part, start.best.frames[0]); err != nil {
		return err
	}
	if err := c.pair(m, part, start.best.frames[0]); err != nil {
		return err
	}
	c.n += part.N
	return nil
}

// againstTruth fills in the measures that need the true system.
func (o *Report) againstTruth(m video.Model, g *evaluation, c *simulatorMetrics, dt float64) {
	floor := mean(c.floors)
	o.NoiseFloorMSE, o.IrreducibleMSE = &floor, &c.irreducible
	o.Excess = finite(metrics.Excess(o.MSETest, floor, o.MeanFrameMSE))
	o.ExcessIrreducible = finite(metrics.Excess(o.MSETest, c.irreducible, o.MeanFrameMSE))
	above, of, above0, of0 := make([]float64, g.n), make([]float64, g.n), make([]float64, g.n), make([]float64, g.n)
	for i, mse := range g.unrolled.PerTrajectory() {
		above[i], of[i] = mse-c.floors[i], g.meanFrame[i]-c.floors[i]
		above0[i], of0[i] = mse-c.irreducible, g.meanFrame[i]-c.irreducible
	}
	if o.Excess != nil {
		interval := metrics.RatioInterval(above, of)
		o.ExcessInterval = &interval
	}
	if o.ExcessIrreducible != nil {
		interval := metrics.RatioInterval(above0, of0)
		o.ExcessIrreducibleInterval = &interval
	}
	o.Rollout, o.RolloutShare, o.RolloutShareBound = &Directions{}, &Directions{}, &Directions{}
	o.VPT, o.VPTStill, o.VPTRelative, o.VPTRelativeStill = &Directions{}, &Directions{}, &Directions{}, &Directions{}
	o.RolloutShareInterval, o.VPTInterval, o.VPTRelativeInterval = &Intervals{}, &Intervals{}, &Intervals{}
	if c.rollouts[0].encoder != nil {
		o.RolloutShareEncoder, o.RolloutShareEncoderInterval = &Directions{}, &Intervals{}
	}
	for i, d := range directions {
		if c.cannot[i] {
			o.notApplicable(i)
			continue
		}
		e := &c.rollouts[i]
		*d.of(o.Rollout), *d.of(o.RolloutShare) = e.best.Mean(), e.best.Mean()/o.MeanFrameMSE
		*d.interval(o.RolloutShareInterval) = e.share(&e.best, g.meanFrame)
		*d.of(o.RolloutShareBound) = e.share(&e.bound, g.meanFrame).Mean
		if e.encoder != nil {
			*d.of(o.RolloutShareEncoder) = e.encoder.Mean() / o.MeanFrameMSE
			*d.interval(o.RolloutShareEncoderInterval) = e.share(e.encoder, g.meanFrame)
		}
		for _, v := range []struct {
			errors    func(*metrics.StepMSE) [][]float64
			threshold float64
			of, still *Directions
			interval  *Intervals
		}{
			{(*metrics.StepMSE).Normalised, metrics.VPTThreshold, o.VPT, o.VPTStill, o.VPTInterval},
			{func(e *metrics.StepMSE) [][]float64 { return e.InUnits(o.MeanFrameMSE) }, metrics.VPTRelativeThreshold, o.VPTRelative, o.VPTRelativeStill, o.VPTRelativeInterval},
		} {
			valid := metrics.VPT(v.errors(&e.best), v.threshold, d.speed*dt).Mean
			*d.of(v.of), *d.interval(v.interval) = valid.Mean, valid
			*d.of(v.still) = metrics.VPT(v.errors(&e.still), v.threshold, d.speed*dt).Mean.Mean
		}
	}
	o.forecast(&c.forecast, g.meanFrame)
	o.byEnergy(g, c)
	o.symetric(m, c)
}

// notApplicable leaves the measures of a direction unknown.
func (o *Report) notApplicable(i int) {
	for _, of := range []*Directions{o.Rollout, o.RolloutShare, o.RolloutShareBound, o.RolloutShareEncoder, o.VPT, o.VPTStill, o.VPTRelative, o.VPTRelativeStill} {
		if of != nil {
			*directions[i].of(of) = unknown
		}
	}
	for _, in := range []*Intervals{o.RolloutShareInterval, o.RolloutShareEncoderInterval, o.VPTInterval, o.VPTRelativeInterval} {
		if in != nil {
			*directions[i].interval(in) = metrics.Only(unknown)
		}
	}
	o.NotApplicable = append(o.NotApplicable, directionNames[i])
}

// symetricDegree is the degree of the polynomial map to find; see metrics.MeasureSyMetric. The states of
// symetricVideos videos are enough for it.
const (
	symetricDegree = 5
	symetricVideos = TestTrajectories
)

// pair stores learned and true states at all frames of the first videos.
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

// symetric measures whether the learned states are the true ones in other canonical coordinates, over all frames of
// the videos.
func (o *Report) symetric(m video.Model, c *simulatorMetrics) {
	if h, ok := m.(*hgn.Model); ok {
		unwrap(c.learned, c.truth, h.Latent().Circle, physics.Coordinates(c.system))
	}
	measured := metrics.MeasureSyMetric(c.learned, c.truth, symetricDegree)
	if finite(measured.R2) != nil && finite(measured.Symplecticity) != nil {
		o.SyMetric = &measured
	}
}

// unwrap adds whole turns to learned angles so that they are a smooth function of the true ones: the branch of a
// learned angle depends on where the circle happens to begin. Each learned angle is paired with the true angle with
// which it agrees best, in either sense.
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
