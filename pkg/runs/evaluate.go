package runs

import (
	"context"
	"errors"
	"fmt"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/hnn"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
)

// Evaluate measures a trained run of videos or states on test data, against the true system where it is known, and keeps the
// report. Of a simulated system it takes n test trajectories; 0 means TestTrajectories.
func (r *Run) Evaluate(ctx context.Context, d *device.Device, n int) (*Report, error) {
	if r.OfDensity() {
		return nil, r.unlike("videos or states")
	}
	m, header, err := r.measured(d)
	if err != nil {
		return nil, err
	}
	out := &Report{Header: header}
	test, err := r.Data.Test(ctx, n)
	if err != nil {
		return nil, err
	}
	out.TestTrajectories = test.N
	if out.TrainTrajectories, err = r.Data.Trajectories(); err != nil {
		return nil, err
	}
	switch m := m.(type) {
	case video.Model:
		err = out.videos(ctx, r.Data, test, m)
	case *hnn.StatesModel:
		err = out.states(test, m)
	}
	if err != nil {
		return nil, err
	}
	return out, r.keep(out)
}

// course is where some videos go: their states at the first frame, from which rollouts start, and at every frame, as the
// model unrolls them in training.
type course struct {
	first  video.States
	frames []video.States
}

// inferred are the courses of some videos: as the model infers them at its best, and, where that is something else, as its
// encoder alone does.
type inferred struct{ best, encoder *course }

func infer(m video.Model, v video.Clips) (inferred, error) {
	h, ok := m.(*hgn.Model)
	if !ok {
		first, err := m.Start(v)
		if err != nil {
			return inferred{}, err
		}
		frames, err := m.Rollout(first, v.Dt, v.Frames-1)
		return inferred{best: &course{first, frames}}, err
	}
	var courses [2]*course
	for i, infer := range []func(video.Clips) (video.States, error){h.Infer, h.Encode} {
		anchored, err := infer(v)
		if err != nil {
			return inferred{}, err
		}
		frames, err := h.Through(anchored)
		if err != nil {
			return inferred{}, err
		}
		courses[i] = &course{frames[0], frames}
	}
	return inferred{courses[0], courses[1]}, nil
}

// videos fills the measures of a model of videos.
func (o *Report) videos(ctx context.Context, source Source, test *dataset.Set, m video.Model) error {
	train, err := source.Sample(ctx, 5*max(test.N, 40))
	if err != nil {
		return err
	}
	if o.MeanFrameMSE, err = dataset.MeanFrameMSE(train, test); err != nil {
		return err
	}
	train = train.Subset(0, test.N)
	onTrain, err := infer(m, Videos(train))
	if err != nil {
		return err
	}
	start, err := infer(m, Videos(test))
	if err != nil {
		return err
	}
	for _, measure := range []func() error{
		func() error { return o.reconstruction(m, train, *onTrain.best, test, start) },
		func() error { return o.reversal(m, test, start.best.first) },
		func() error { return o.againstTruth(ctx, m, test, start) },
	} {
		if err := errors.Join(ctx.Err(), measure()); err != nil {
			return err
		}
	}
	return nil
}

// reconstruction unrolls the learned dynamics over the frames of videos, as in the paper's Table 1, and follows the learned
// energy, as in its Table 2.
func (o *Report) reconstruction(m video.Model, train *dataset.Set, trained course, test *dataset.Set, start inferred) error {
	onTrain, trainEnergies, err := unroll(m, train, trained.frames)
	if err != nil {
		return err
	}
	onTest, energies, err := unroll(m, test, start.best.frames)
	if err != nil {
		return err
	}
	if start.encoder != nil {
		asEncoded, _, err := unroll(m, test, start.encoder.frames)
		if err != nil {
			return err
		}
		mse := asEncoded.Mean()
		o.MSETestEncoder = &mse
	}
	o.MSETrain, o.MSETest = onTrain.Mean(), onTest.Mean()
	if finite(o.MSETrain) == nil || finite(o.MSETest) == nil || finite(metrics.VarianceAlong(energies)) == nil {
		return fmt.Errorf("the rollouts of this model do not stay finite within a video: train it again, with a lower learning rate or another integrator")
	}
	o.MSETrainInterval, o.MSETestInterval = metrics.MeanInterval(onTrain.PerTrajectory()), metrics.MeanInterval(onTest.PerTrajectory())
	o.MSEPerStepTrain, o.MSEPerStep = onTrain.PerStep(), onTest.PerStep()
	o.EnergyVariance, o.EnergyVarianceRatio = metrics.VarianceAlong(energies), finite(metrics.VarianceRatio(energies))
	o.EnergyVarianceTrain = metrics.MeanInterval(metrics.VariancesAlong(trainEnergies))
	o.EnergyVarianceTest = metrics.MeanInterval(metrics.VariancesAlong(energies))
	for _, c := range []struct {
		set    *dataset.Set
		frames []video.States
		to     *[]float64
	}{{train, trained.frames, &o.UnrollTrain}, {test, start.best.frames, &o.UnrollTest}} {
		first := make([]video.States, len(c.frames))
		for t, s := range c.frames {
			first[t] = s.Part(0, 1)
		}
		one, _, err := unroll(m, c.set.Subset(0, 1), first)
		if err != nil {
			return err
		}
		*c.to = one.PerStep()
	}
	if test.Energy != nil {
		learned, truth := make([]float64, test.N), make([]float64, test.N)
		for i := range learned {
			learned[i], truth[i] = mean(energies[i]), mean(test.Energy[i*test.T:(i+1)*test.T])
		}
		c := metrics.RankCorrelation(learned, truth)
		_, _, r2 := metrics.Calibrate(learned, truth)
		o.EnergyCorrelation, o.EnergyR2 = finite(c), finite(r2)
	}
	return nil
}

// unroll predicts every frame of a set from the states at the frames.
func unroll(m video.Model, s *dataset.Set, states []video.States) (*metrics.StepMSE, [][]float64, error) {
	var mse metrics.StepMSE
	energies := make([][]float64, s.N)
	for t, state := range states {
		frames, err := m.Draw(state)
		if err != nil {
			return nil, nil, err
		}
		k, v, err := m.Energies(state)
		if err != nil {
			return nil, nil, err
		}
		n := len(frames) / s.N
		for i := range s.N {
			mse.AddTo(i, t, frames[i*n:][:n], s.Frame(i, t))
			energies[i] = append(energies[i], float64(k[i])+float64(v[i]))
		}
	}
	return &mse, energies, nil
}

// reversal goes forward and back.
func (o *Report) reversal(m video.Model, test *dataset.Set, start video.States) error {
	there, err := m.Rollout(start, test.Dt, test.T)
	if err != nil {
		return err
	}
	back, err := m.Rollout(there[test.T], -test.Dt, test.T)
	if err != nil {
		return err
	}
	o.ReversalError = finite(metrics.ReversalError(flat(start), flat(back[test.T]), 0))
	return nil
}

func flat(s video.States) []float32 { return append(append([]float32(nil), s.Q...), s.P...) }

func mean(x []float64) (m float64) {
	for _, v := range x {
		m += v / float64(len(x))
	}
	return m
}
