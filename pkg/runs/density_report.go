package runs

import (
	"context"
	"errors"
	"math"

	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/points"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/density"
)

// DensityReport holds the measures of a density model that `hgn eval` takes, with the keys that --json prints. All
// but the reversal error are in nats and in the units of the data; each mean over the test points has its standard
// error beside it. Infinite and unknown values are null.
type DensityReport struct {
	Header

	Target      string `json:"target"`
	Dim         int    `json:"dim"`
	TrainPoints int    `json:"train_points"`
	TestPoints  int    `json:"test_points"`

	NLL      *float64 `json:"nll"`               // mean of -log p over the test points; for an NHF its importance-weighted estimate
	NLLError *float64 `json:"nll_error"`         // standard error of that mean
	Momenta  int      `json:"momenta,omitempty"` // drawn for each point to estimate log p of an NHF
	ELBO     *float64 `json:"elbo"`              // mean evidence lower bound of an NHF
	Gap      *float64 `json:"elbo_gap"`          // by which the estimate of log p exceeds it

	Entropy         *float64 `json:"entropy"`          // mean of -log p of the target over the same points
	Divergence      *float64 `json:"divergence"`       // of the target from the model, KL(target || model), estimated on the same points
	DivergenceError *float64 `json:"divergence_error"` // its standard error

	// For a mixture of Gaussians: a missing mode hardly shows in a likelihood.
	ModeShares []float64 `json:"mode_shares,omitempty"` // share of the model's samples nearest to each mode
	ModeError  *float64  `json:"mode_error"`            // largest difference of a share from the mode's weight, over that weight

	ReversalError *float64 `json:"reversal_error"` // largest, in the model's coordinates, forward and back
}

// drawn is the number of model samples for the shares of modes, and of states for the reversal error.
const drawn = 10_000

// EvaluateDensity measures a trained density run on n test points, TestPoints if n is 0, and keeps the report.
func (r *Run) EvaluateDensity(ctx context.Context, d *device.Device, n int) (*DensityReport, error) {
	if !r.OfDensity() {
		return nil, r.unlike("a density")
	}
	loaded, header, err := r.measured(d)
	if err != nil {
		return nil, err
	}
	train, err := r.Data.Density.Train()
	if err != nil {
		return nil, err
	}
	test, err := r.Data.Density.Test(n)
	if err != nil {
		return nil, err
	}
	out := &DensityReport{Header: header, Target: r.Data.Density.Target, Dim: test.Dim, TrainPoints: train.N(), TestPoints: test.N()}
	m := loaded.(points.Model)
	logp, err := m.LogProb(test)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil { // only between measures: a whole one is kept
		return nil, err
	}
	nll, nllError := meanError(negative(logp))
	out.NLL, out.NLLError = finite(nll), finite(nllError)
	if f, ok := m.(*nhf.Model); ok {
		bound, err := f.ELBO(test, boundMomenta)
		if err != nil {
			return nil, err
		}
		elbo, _ := meanError(bound)
		out.Momenta, out.ELBO, out.Gap = f.Params.Evaluation, finite(elbo), finite(-nll-elbo)
	}
	exact, err := r.Data.Density.Exact()
	if err != nil {
		return nil, err
	}
	if exact != nil {
		truth := make([]float64, test.N())
		apart := make([]float64, test.N())
		for i := range truth {
			truth[i] = exact.LogDensity(test.At(i))
			apart[i] = truth[i] - logp[i]
		}
		entropy, _ := meanError(negative(truth))
		divergence, off := meanError(apart)
		out.Entropy, out.Divergence, out.DivergenceError = finite(entropy), finite(divergence), finite(off)
	}
	if err := errors.Join(ctx.Err(), out.modes(exact, m)); err != nil {
		return nil, err
	}
	if back, ok := m.(interface {
		ReversalError(seed uint64, n int) (float64, error)
	}); ok {
		e, err := back.ReversalError(1, drawn)
		if err != nil {
			return nil, err
		}
		out.ReversalError = finite(e)
	}
	return out, r.keep(d, n, out)
}

// modes fills in the measures of a mixture.
func (o *DensityReport) modes(target density.Target, m points.Model) error {
	mixture, ok := target.(interface {
		Shares(points []float64) ([]float64, error)
		Weights() []float64
	})
	if !ok {
		return nil
	}
	x, err := m.Sample(1, drawn)
	if err != nil {
		return err
	}
	if o.ModeShares, err = mixture.Shares(x.X); err != nil {
		return err
	}
	worst := 0.0
	for k, weight := range mixture.Weights() {
		worst = max(worst, math.Abs(o.ModeShares[k]-weight)/weight)
	}
	o.ModeError = &worst
	return nil
}

// boundMomenta is the number of momenta a point over which the ELBO is averaged.
const boundMomenta = 16

// meanError returns the mean of numbers and its standard error.
func meanError(x []float64) (m, e float64) {
	m = mean(x)
	for _, v := range x {
		e += (v - m) * (v - m)
	}
	return m, math.Sqrt(e / float64(max(1, len(x)-1)) / float64(len(x)))
}

func negative(x []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = -v
	}
	return out
}
