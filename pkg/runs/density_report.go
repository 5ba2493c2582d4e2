package runs

import (
	"context"
	"errors"
	"math"
	"slices"

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

	Columns []Column            `json:"columns,omitempty"` // of a table: the coordinates' names and scales
	Cond    []density.Condition `json:"cond,omitempty"`    // what the points are given with: then every p is p(x|c), and its own points are drawn at the conditions of test points

	NLL      *float64 `json:"nll"`       // mean of -log p over the test points; for an NHF its importance-weighted estimate
	NLLError *float64 `json:"nll_error"` // standard error of that mean, over the test points

	// Of a file of points, whose density is not known: the same of a normal density of the training points, with full
	// covariance, and a mean that follows linearly from the conditions; see density.Baseline.
	GaussianNLL      *float64 `json:"gaussian_nll,omitempty"`
	GaussianNLLError *float64 `json:"gaussian_nll_error,omitempty"`

	// Of an NHF, whose log p is an estimate; null or left out of others.
	Momenta      int      `json:"momenta,omitempty"` // drawn for each point to estimate log p
	MomentaError *float64 `json:"nll_momenta_error"` // standard error of NLL that comes from their number, at these test points
	MomentaBias  *float64 `json:"nll_momenta_bias"`  // by how much their number makes NLL too high on average, to first order
	ESS          *float64 `json:"ess"`               // mean effective share of the momenta, 0 to 1; of a flow that learned an energy, that of its weighted points
	ELBO         *float64 `json:"elbo"`              // mean evidence lower bound
	Gap          *float64 `json:"elbo_gap"`          // by which the estimate of log p exceeds it

	// Of a flow that learned an energy U: Z = ∫ exp(-U), by the importance weights of the flow's own points.
	LogZ           *float64 `json:"log_z,omitempty"`
	LogZError      *float64 `json:"log_z_error,omitempty"` // its standard error
	LogZBound      *float64 `json:"log_z_bound,omitempty"` // mean of the logarithms of the weights, which lies below on average
	LogZKnown      *float64 `json:"log_z_known,omitempty"` // the right value, if it is known
	WeightedPoints int      `json:"weighted_points,omitempty"`

	Entropy         *float64 `json:"entropy"`          // mean of -log p of the target over the same points
	Divergence      *float64 `json:"divergence"`       // of the target from the model, KL(target || model), estimated on the same points
	DivergenceError *float64 `json:"divergence_error"` // its standard error

	// For a mixture of Gaussians: a missing mode hardly shows in a likelihood.
	ModeShares []float64 `json:"mode_shares,omitempty"` // share of the model's samples nearest to each mode
	ModeError  *float64  `json:"mode_error"`            // largest difference of a share from the mode's weight, over that weight

	// Of the model's own points beside the test points; see package density on the distance.
	Coverage50          *float64 `json:"coverage_50"`           // share of the test points where the model is densest, among a half of its own points
	Coverage90          *float64 `json:"coverage_90"`           // the same of nine tenths
	CoverageError       *float64 `json:"coverage_error"`        // standard error of both, at most
	EnergyDistance      *float64 `json:"energy_distance"`       // squared, in standard deviations of the test points' coordinates
	EnergyDistanceError *float64 `json:"energy_distance_error"` // its standard error

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
	source := r.Data.Density
	if source.Unseen() {
		out := &DensityReport{Header: header, Target: source.Target, Dim: source.Dim}
		if err := errors.Join(ctx.Err(), out.partition(source, loaded.(*nhf.Model))); err != nil {
			return nil, err
		}
		return out, r.keep(d, n, out)
	}
	train, err := source.Train()
	if err != nil {
		return nil, err
	}
	test, err := r.Data.Density.Test(n)
	if err != nil {
		return nil, err
	}
	out := &DensityReport{Header: header, Target: r.Data.Density.Target, Dim: test.Dim, TrainPoints: train.N(), TestPoints: test.N()}
	m := loaded.(points.Model)
	logp, err := out.likelihood(m, test)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil { // only between measures: a whole one is kept
		return nil, err
	}
	if source.Energy {
		if err := out.partition(source, m.(*nhf.Model)); err != nil {
			return nil, err
		}
	}
	if source.Points == 0 && !source.Energy {
		out.baseline(train, test)
	}
	if out.Columns, err = source.columns(train); err != nil {
		return nil, err
	}
	if out.Cond = source.Cond; out.Cond != nil {
		if m, err = at(m, test); err != nil {
			return nil, err
		}
	}
	exact, err := source.Exact()
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
	if err := errors.Join(ctx.Err(), out.modes(exact, m), out.samples(m, test, logp)); err != nil {
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

// likelihood fills in the mean of -log p over the test points, and returns log p of each.
func (o *DensityReport) likelihood(m points.Model, test points.Points) (logp []float64, err error) {
	f, latent := m.(*nhf.Model)
	if !latent {
		if logp, err = m.LogProb(test); err != nil {
			return nil, err
		}
		nll, nllError := meanError(negative(logp))
		o.NLL, o.NLLError = finite(nll), finite(nllError)
		return logp, nil
	}
	all, err := f.Estimate(test, f.Params.Evaluation)
	if err != nil {
		return nil, err
	}
	n, variance, elbo, ess := float64(len(all)), 0.0, 0.0, 0.0
	for _, e := range all {
		logp = append(logp, e.LogP)
		variance, elbo, ess = variance+e.Error*e.Error/n, elbo+e.Bound/n, ess+e.ESS/float64(f.Params.Evaluation)/n
	}
	nll, nllError := meanError(negative(logp))
	o.NLL, o.NLLError = finite(nll), finite(nllError)
	o.Momenta, o.MomentaError, o.MomentaBias = f.Params.Evaluation, finite(math.Sqrt(variance/n)), finite(variance/2)
	o.ELBO, o.Gap, o.ESS = finite(elbo), finite(-nll-elbo), finite(ess)
	return logp, nil
}

// compared is the number of the model's points that are compared with the test points.
const compared = 2000

// samples fills in the measures that compare the model's points with the test points, whose log p is given. They are
// left out where there are too few test points.
func (o *DensityReport) samples(m points.Model, test points.Points, logp []float64) error {
	x, err := m.Sample(2, compared)
	if err != nil {
		return err
	}
	own, err := m.LogProb(x)
	if err != nil {
		return err
	}
	slices.Sort(own)
	covered := func(share float64) *float64 {
		inside, level := 0.0, own[int((1-share)*compared)]
		for _, l := range logp {
			if l >= level {
				inside++
			}
		}
		return finite(inside / float64(len(logp)))
	}
	o.Coverage50, o.Coverage90, o.CoverageError = covered(0.5), covered(0.9), finite(0.5*math.Sqrt(1./float64(len(logp))+1./compared))
	if test.N() < 100 {
		return nil
	}
	value, standardError, err := density.EnergyDistance(test.Part(0, min(test.N(), compared)).X, x.X, test.Dim)
	o.EnergyDistance, o.EnergyDistanceError = finite(value), finite(standardError)
	return err
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
