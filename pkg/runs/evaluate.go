package runs

import (
	"context"
	"errors"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/render"
)

// Report holds the measures of a trained model, as `hgn eval --json` prints them. Pixel errors are mean
// squared errors of pixels in [0, 1]. What needs the true system is nil where the data are a file
// without it.
type Report struct {
	Model      string `json:"model"`
	System     string `json:"system"`
	Preset     string `json:"preset"`
	Latent     string `json:"latent"`
	Kinetic    string `json:"kinetic"`
	Integrator string `json:"integrator"`
	Seed       uint64 `json:"seed"`
	Backend    string `json:"backend"`

	Steps      int     `json:"steps"`
	Seconds    float64 `json:"seconds"` // of training
	Restarts   int     `json:"restarts"`
	Parameters int     `json:"parameters"`

	MSETrain       float64   `json:"mse_train"`    // reconstruction of whole training videos
	MSETest        float64   `json:"mse_test"`     // the same of test videos
	MSEPerStep     []float64 `json:"mse_per_step"` // of test videos, frame by frame
	MeanFrameMSE   float64   `json:"mean_frame_mse"`
	NoiseFloorMSE  *float64  `json:"noise_floor_mse"` // clean-state frames against the noisy ones
	IrreducibleMSE *float64  `json:"irreducible_mse"` // of the best prediction that knows the clean state
	Excess         *float64  `json:"excess"`          // (mse_test - noise_floor) / (mean_frame - noise_floor)

	Rollout      *Directions `json:"rollout_mse"`   // from the first frame, against the clean true trajectory
	RolloutShare *Directions `json:"rollout_share"` // the same as shares of mean_frame_mse

	// The same with states as the encoder infers them in one pass, without refinement: the paper's inference.
	MSETestEncoder      float64     `json:"mse_test_encoder"`
	RolloutShareEncoder *Directions `json:"rollout_share_encoder"`

	EnergyVariance      float64  `json:"energy_variance"`       // along each test trajectory, their mean; in the model's units squared
	EnergyVarianceRatio float64  `json:"energy_variance_ratio"` // that over the variance across trajectories
	ReversalError       float64  `json:"reversal_error"`        // relative, as many steps forward and back as a video has frames
	EnergyCorrelation   *float64 `json:"energy_correlation"`    // rank correlation of learned with true energy
}

// Directions are rollouts at four speeds: dt, -dt, 2 dt and dt/2.
type Directions struct {
	Forward  float64 `json:"forward"`
	Backward float64 `json:"backward"`
	Double   float64 `json:"double"`
	Half     float64 `json:"half"`
}

// Evaluate measures the trained run on its data: on the test set, and on as many training videos.
func (r *Run) Evaluate(ctx context.Context, d *device.Device) (*Report, error) {
	m, meta, err := r.Load(d)
	if err != nil {
		return nil, err
	}
	train, err := r.Data.Train(ctx, nil)
	if err != nil {
		return nil, err
	}
	test, err := r.Data.Test(ctx)
	if err != nil {
		return nil, err
	}
	out := &Report{
		Model: r.Model, System: r.Data.System(), Preset: r.Params.Preset, Latent: r.Params.Latent, Kinetic: r.Params.Kinetic,
		Integrator: r.Params.Integrator, Seed: r.Params.Seed, Backend: d.Name,
		Steps: meta.Step, Seconds: meta.Seconds, Restarts: meta.Attempt, Parameters: m.Parameters(),
	}
	if out.MeanFrameMSE, err = dataset.MeanFrameMSE(train, test); err != nil {
		return nil, err
	}
	train = train.Subset(0, min(train.N, test.N))
	trainStart, err := m.Start(Videos(train))
	if err != nil {
		return nil, err
	}
	start, err := m.Start(Videos(test))
	if err != nil {
		return nil, err
	}
	encoded, err := m.Encode(Videos(test))
	if err != nil {
		return nil, err
	}
	if encoded, err = m.First(encoded); err != nil {
		return nil, err
	}
	for _, measure := range []func() error{
		func() error { return out.reconstruction(m, train, trainStart, test, start, encoded) },
		func() error { return out.reversal(m, test, start) },
		func() error { return out.againstTruth(ctx, m, test, start, encoded) },
	} {
		if err := errors.Join(ctx.Err(), measure()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// reconstruction rolls the inferred states over all frames, and compares.
func (o *Report) reconstruction(m *hgn.Model, train *dataset.Set, trainStart video.States, test *dataset.Set, start, encoded video.States) error {
	onTrain, _, err := unroll(m, train, trainStart)
	if err != nil {
		return err
	}
	onTest, energies, err := unroll(m, test, start)
	if err != nil {
		return err
	}
	asEncoded, _, err := unroll(m, test, encoded)
	if err != nil {
		return err
	}
	o.MSETrain, o.MSETest, o.MSEPerStep, o.MSETestEncoder = onTrain.Mean(), onTest.Mean(), onTest.PerStep(), asEncoded.Mean()
	o.EnergyVariance, o.EnergyVarianceRatio = metrics.VarianceAlong(energies), metrics.VarianceRatio(energies)
	if test.Energy != nil {
		learned, truth := make([]float64, test.N), make([]float64, test.N)
		for i := range learned {
			learned[i], truth[i] = mean(energies[i]), test.Energy[i*test.T]
		}
		c := metrics.RankCorrelation(learned, truth)
		o.EnergyCorrelation = &c
	}
	return nil
}

// unroll returns the pixel error of a set's reconstruction, and the learned energy [N][T] along it.
func unroll(m *hgn.Model, s *dataset.Set, start video.States) (*metrics.StepMSE, [][]float64, error) {
	states, err := m.Rollout(start, s.Dt, s.T-1)
	if err != nil {
		return nil, nil, err
	}
	var mse metrics.StepMSE
	energies := make([][]float64, s.N)
	for t, state := range states {
		frames, err := m.Decode(state.Q)
		if err != nil {
			return nil, nil, err
		}
		k, v, err := m.Energies(state)
		if err != nil {
			return nil, nil, err
		}
		n := len(frames) / s.N
		for i := range s.N {
			mse.Add(t, frames[i*n:][:n], s.Frame(i, t))
			energies[i] = append(energies[i], float64(k[i])+float64(v[i]))
		}
	}
	return &mse, energies, nil
}

// reversal runs the inferred states a video's length forward, and back.
func (o *Report) reversal(m *hgn.Model, test *dataset.Set, start video.States) error {
	there, err := m.Rollout(start, test.Dt, test.T)
	if err != nil {
		return err
	}
	back, err := m.Rollout(there[test.T], -test.Dt, test.T)
	if err != nil {
		return err
	}
	o.ReversalError = metrics.ReversalError(flat(start), flat(back[test.T]), 0)
	return nil
}

func flat(s video.States) []float32 { return append(append([]float32(nil), s.Q...), s.P...) }

// againstTruth compares rollouts with the clean true trajectories, in both directions of time and at
// other speeds than that of the training videos. Where the truth is not known it leaves the report as it is.
func (o *Report) againstTruth(ctx context.Context, m *hgn.Model, test *dataset.Set, start, encoded video.States) error {
	if test.System == "" || test.Q == nil {
		return nil
	}
	system, err := physics.ByName(test.System)
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
	o.Rollout, o.RolloutShare, o.RolloutShareEncoder = &Directions{}, &Directions{}, &Directions{}
	for _, c := range []struct {
		speed float64
		of    func(*Directions) *float64
	}{
		{1, func(d *Directions) *float64 { return &d.Forward }},
		{-1, func(d *Directions) *float64 { return &d.Backward }},
		{2, func(d *Directions) *float64 { return &d.Double }},
		{0.5, func(d *Directions) *float64 { return &d.Half }},
	} {
		if err := ctx.Err(); err != nil {
			return err
		}
		mse, err := rolloutErrors(m, system, test, c.speed*test.Dt, start, encoded)
		if err != nil {
			return err
		}
		*c.of(o.Rollout), *c.of(o.RolloutShare), *c.of(o.RolloutShareEncoder) = mse[0], mse[0]/o.MeanFrameMSE, mse[1]/o.MeanFrameMSE
	}
	return nil
}

// rolloutErrors are the pixel errors of rollouts, T-1 intervals of dt from each of the given inferences of the
// first states, against the drawing of the true trajectories from the set's clean first states.
func rolloutErrors(m *hgn.Model, system physics.System, s *dataset.Set, dt float64, starts ...video.States) ([]float64, error) {
	truth := make([][][]float64, s.N)
	for i := range truth {
		q, p := s.State(i, 0)
		var err error
		if truth[i], _, err = physics.Trajectory(system, q, p, dt, s.T); err != nil {
			return nil, err
		}
	}
	out := make([]float64, len(starts))
	clean := make([]uint8, s.Size*s.Size*3)
	for j, start := range starts {
		states, err := m.Rollout(start, dt, s.T-1)
		if err != nil {
			return nil, err
		}
		var mse metrics.StepMSE
		for t, state := range states {
			frames, err := m.Decode(state.Q)
			if err != nil {
				return nil, err
			}
			for i := range s.N {
				render.Frame(system, truth[i][t], s.Size, clean)
				mse.Add(t, frames[i*len(clean):][:len(clean)], clean)
			}
		}
		out[j] = mse.Mean()
	}
	return out, nil
}

func mean(x []float64) (m float64) {
	for _, v := range x {
		m += v / float64(len(x))
	}
	return m
}
