package runs

import (
	"cmp"
	"context"
	"math"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/hnn"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/physics"
)

// hnnKind describes the baselines. Variants of states learn from the true states of a simulated system and their
// derivatives.
var hnnKind = kind{
	preset: func(name string) (Params, error) { return hnn.Preset(name) },
	parse:  parse[hnn.Params],
	set:    set[hnn.Params],
	resolve: func(p Params, s Source) (Params, error) {
		h := p.(hnn.Params)
		if !h.OfVideos() && s.Recipe == nil {
			return h, badinput.Errorf("variant %s learns from states, which only a simulated system has: use --system, or variant %s", h.Variant, hnn.Pixels)
		}
		if h.LatentDim > 0 || h.Variant == hnn.Conv || h.Latent != "" && h.Latent != hnn.AutoLatent {
			return h, nil
		}
		if h.Latent == hnn.AutoLatent {
			system, err := simulated(s)
			if system == nil || err != nil {
				return h, cmp.Or(err, badinput.Errorf("the coordinates of videos of your own are not known: give latent_dim, or a latent such as circle"))
			}
			h.Latent = hgn.FormatLatent(physics.Coordinates(system))
			return h, nil
		}
		h.LatentDim = 4
		if s.Recipe != nil {
			system, err := s.Recipe.Physics()
			if err != nil {
				return h, err
			}
			h.LatentDim = system.Dim()
			if h.OfVideos() {
				h.LatentDim = len(physics.Coordinates(system))
			}
		}
		return h, nil
	},
	check: ofVideos[hnn.Params],
	describe: func(p Params, o *Header) {
		h := p.(hnn.Params)
		o.Variant, o.Latent, o.Integrator = h.Variant, h.Latent, h.Integrator
	},
	states: func(p Params) bool { return !p.(hnn.Params).OfVideos() },
	batch:  func(p Params) int { return p.(hnn.Params).Batch },
	build: func(d *device.Device, p Params, s Source, data *TrainingData) (Model, error) {
		h := p.(hnn.Params)
		if h.OfVideos() {
			shape, err := s.Shape()
			if err != nil {
				return nil, err
			}
			return hnn.New(d.Backend, h, shape, data.meanFrame())
		}
		return hnn.NewStates(d.Backend, h, h.LatentDim)
	},
	learn: func(m Model, data TrainingData) (learner, error) {
		switch m := m.(type) {
		case *hnn.StatesModel:
			samples, err := SamplesOf(data.Set)
			if err != nil {
				return nil, err
			}
			return hnn.NewStatesLearner(m, samples)
		default:
			return hnn.NewLearner(m.(*hnn.Model), data.Clips)
		}
	},
}

// SamplesOf returns the clean states of a set with their exact derivatives.
func SamplesOf(s *dataset.Dataset) (hnn.Samples, error) {
	system, err := s.Physics()
	if err != nil {
		return hnn.Samples{}, err
	}
	n, d := s.N*s.T, s.D
	out := hnn.Samples{States: video.NewStates(n, d), Rates: video.NewStates(n, d)}
	dq, dp := make([]float64, d), make([]float64, d)
	for k := range n {
		q, p := s.State(k/s.T, k%s.T)
		system.Derivative(q, p, dq, dp)
		for j := range d {
			out.States.Q[k*d+j], out.States.P[k*d+j] = float32(q[j]), float32(p[j])
			out.Rates.Q[k*d+j], out.Rates.P[k*d+j] = float32(dq[j]), float32(dp[j])
		}
	}
	return out, nil
}

// longer is the length of a states model's rollouts, in multiples of the data's length.
const longer = 10

// states fills in the measures of a model that learned from states, on n test trajectories.
func (o *Report) states(ctx context.Context, source Source, n int, m *hnn.StatesModel) error {
	test, err := states(ctx, source.testRecipe(n), nil)
	if err != nil {
		return err
	}
	o.TestTrajectories = test.N
	system, err := test.Physics()
	if err != nil {
		return err
	}
	start, energies := video.NewStates(test.N, test.D), make([]float64, test.N)
	for i := range test.N {
		q, p := test.State(i, 0)
		energies[i] = system.Energy(q, p)
		for j := range test.D {
			start.Q[i*test.D+j], start.P[i*test.D+j] = float32(q[j]), float32(p[j])
		}
	}
	steps := longer * test.T
	rollout, err := m.Rollout(start, test.Dt, steps)
	if err != nil {
		return err
	}
	drift, off := make([]float64, test.N), 0.0
	spread := math.Sqrt(metrics.VarianceAlong([][]float64{energies}))
	for i := range test.N {
		q, p := rollout[steps].At(i)
		drift[i] = math.Abs(system.Energy(wide(q), wide(p))-energies[i]) / spread
		for t := range test.T {
			q, p := rollout[t].At(i)
			trueQ, trueP := test.State(i, t)
			off += squared(wide(q), trueQ) + squared(wide(p), trueP)
		}
	}
	variance := metrics.VarianceAlong([][]float64{test.Q}) + metrics.VarianceAlong([][]float64{test.P})
	o.States = &StateReport{
		MSE:         off / float64(test.N*test.T*test.D) / variance,
		EnergyDrift: metrics.MeanInterval(drift),
		Steps:       steps,
	}
	return nil
}

func squared(a, b []float64) (sum float64) {
	for i := range a {
		sum += (a[i] - b[i]) * (a[i] - b[i])
	}
	return sum
}
