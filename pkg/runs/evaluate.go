package runs

import (
	"context"
	"errors"
	"slices"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/hnn"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
)

// Evaluate measures a trained run of videos or states on test data, against the true system if it is known, and keeps
// the report. It takes n test trajectories, of files at most those that were held out; 0 means TestTrajectories of
// a simulated system, and of files all.
func (r *Run) Evaluate(ctx context.Context, d *device.Device, n int) (*Report, error) {
	if r.OfDensity() {
		return nil, r.unlike("videos or states")
	}
	m, header, err := r.measured(d)
	if err != nil {
		return nil, err
	}
	out := &Report{Header: header}
	if out.TrainTrajectories, err = r.Data.Trajectories(ctx); err != nil {
		return nil, err
	}
	switch m := m.(type) {
	case video.Model:
		err = out.videos(ctx, r.Data, n, m)
	case *hnn.StatesModel:
		err = out.states(ctx, r.Data, n, m)
	}
	if err != nil {
		return nil, err
	}
	return out, r.keep(d, n, out)
}

// ErrNotFinite is returned when a model's predictions run off to infinity within the length of a video.
var ErrNotFinite = errors.New("the rollouts of this model do not stay finite within a video: train it again, with a lower learning rate or another integrator")

// mostTraining is the largest number of training videos that are measured beside the test videos and averaged to the
// mean frame.
const mostTraining = 1000

// trainingVideos returns the number of training videos for the measures on n test videos: the mean frame is taken
// over five times as many.
func trainingVideos(n int) int { return min(5*max(n, 40), mostTraining) }

// videos fills in the measures of a model of videos, on n test trajectories.
func (o *Report) videos(ctx context.Context, source Source, n int, m video.Model) error {
	test, err := source.testSet(ctx, n)
	if err != nil {
		return err
	}
	train, err := source.Sample(ctx, trainingVideos(test.n))
	if err != nil {
		return err
	}
	g, err := evaluate(ctx, m, test, train.MeanFrame())
	if err != nil {
		return err
	}
	o.TestTrajectories = g.n
	o.MeanFrameMSE = mean(g.meanFrame)
	o.ReversalError = finite(metrics.ReversalError(g.there, g.back, 0))
	if err := o.reconstruction(m, train.Subset(0, g.n), g); err != nil {
		return err
	}
	o.energy(g)
	o.formula(m, g)
	if err := o.damping(m, test, g); err != nil {
		return err
	}
	if o.Steps >= leastExamined {
		if o.Verdict, o.Evidence, err = source.verdict(ctx, m, test, train.Subset(0, verdictLooks)); err != nil {
			return err
		}
	}
	if o.Coverage, err = source.coverage(ctx, m, test); err != nil {
		return err
	}
	if g.truth != nil {
		o.againstTruth(m, g, g.truth, train.Dt)
		o.family(&g.truth.families, train.Vary.Names(), g.meanFrame)
	}
	if h, ok := m.(*hgn.Model); ok && h.Residual() > 0 {
		o.ImplicitResidual = finite(h.Residual())
	}
	return ctx.Err()
}

// reconstruction measures the learned dynamics unrolled over the frames of videos, as in the paper's Table 1, and the
// learned energy of training videos.
func (o *Report) reconstruction(m video.Model, train *dataset.Dataset, g *evaluation) error {
	start, err := infer(m, Videos(train))
	if err != nil {
		return err
	}
	var onTrain metrics.StepMSE
	energies, _, err := unroll(&onTrain, 0, m, train, start.best.frames)
	if err != nil {
		return err
	}
	o.MSETrain, o.MSETest = onTrain.Mean(), g.unrolled.Mean()
	if finite(o.MSETrain) == nil || finite(o.MSETest) == nil || video.HasEnergy(m) && finite(metrics.VarianceAlong(g.energies)) == nil {
		return ErrNotFinite
	}
	o.MSETrainInterval, o.MSETestInterval = metrics.MeanInterval(onTrain.PerTrajectory()), metrics.MeanInterval(g.unrolled.PerTrajectory())
	o.MSEPerStepTrain, o.MSEPerStep = onTrain.PerStep(), g.unrolled.PerStep()
	o.UnrollTrain, o.UnrollTest = onTrain.Trajectory(0), g.unrolled.Trajectory(0)
	if g.encoded != nil {
		if o.MSETestEncoder = finite(g.encoded.Mean()); o.MSETestEncoder != nil {
			interval := metrics.MeanInterval(g.encoded.PerTrajectory())
			o.MSETestEncoderInterval = &interval
		}
	}
	o.EnergyVarianceTrain = metrics.MeanInterval(metrics.VariancesAlong(energies))
	return nil
}

// energy follows the learned energy along test videos, as in the paper's Table 2, and compares it with the true one.
func (o *Report) energy(g *evaluation) {
	if g.energies == nil {
		o.EnergyVarianceTest, o.EnergyVarianceTrain = metrics.Only(unknown), metrics.Only(unknown)
		return
	}
	o.EnergyVariance = finite(metrics.VarianceAlong(g.energies))
	o.EnergyVarianceTest = metrics.MeanInterval(metrics.VariancesAlong(g.energies))
	if o.EnergyVarianceRatio = finite(metrics.VarianceRatio(g.energies)); o.EnergyVarianceRatio != nil {
		interval := metrics.MeanInterval(metrics.VarianceRatios(g.energies))
		o.EnergyVarianceRatioInterval = &interval
	}
	if g.trueEnergy == nil {
		return
	}
	learned, truth := make([]float64, g.n), make([]float64, g.n)
	for i := range learned {
		learned[i], truth[i] = mean(g.energies[i]), mean(g.trueEnergy[i])
	}
	c := metrics.RankCorrelation(learned, truth)
	_, _, r2 := metrics.Calibrate(learned, truth)
	_, _, tracking := metrics.Calibrate(slices.Concat(g.energies...), slices.Concat(g.trueEnergy...))
	o.EnergyCorrelation, o.EnergyR2, o.EnergyTracking = finite(c), finite(r2), finite(tracking)
}

// formula fits a formula to V if a separable H has a single coordinate. With K = p²/2 the fitted numbers are those of
// the accelerations: ω² for a spring, g/l for a pendulum.
func (o *Report) formula(m video.Model, g *evaluation) {
	h, ok := m.(*hgn.Model)
	if !ok || !h.HasEnergy() || h.Params.Hamiltonian != "separable" || h.Params.Kinetic != "quadratic" || len(h.Latent().Circle) != 1 {
		return
	}
	var groups []int
	for i, along := range g.places {
		groups = append(groups, slices.Repeat([]int{i}, len(along))...)
	}
	f := metrics.Potential(slices.Concat(g.places...), slices.Concat(g.potentials...), groups, h.Latent().Circle[0])
	o.Formula = &f
}

func mean(x []float64) (m float64) {
	for _, v := range x {
		m += v / float64(len(x))
	}
	return m
}
