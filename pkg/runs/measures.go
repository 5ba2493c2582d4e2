package runs

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"hgn.local/pkg/metrics"
)

var unknown = math.NaN()

// byEncoder marks the measures with states inferred by the encoder alone, in one pass, as in the paper.
const byEncoder = "  by the encoder alone"

// Measures lists the measures of a model of videos or states, in reading order.
func (o *Report) Measures() []metrics.Measure {
	if o.States != nil {
		return o.States.measures()
	}
	all := o.reconstructionMeasures()
	ways := []struct {
		key, name string
		headline  bool
	}{{"forward", "forward, dt", true}, {"backward", "backward, −dt", true}, {"double", "at double speed, 2 dt", false}, {"half", "at half speed, dt/2", false}}
	for i, way := range ways {
		missing := ""
		if slices.Contains(o.NotApplicable, way.key) {
			missing = "none: such a model cannot be run so"
		}
		add := func(key, name string, unit metrics.Unit, of *Directions, interval *Intervals, best, trivial float64) {
			if of != nil {
				all = append(all, metrics.Measure{Key: key + "." + way.key, Name: name, Unit: unit, Value: directed(i, of, interval), Missing: missing, Best: best, Trivial: trivial,
					Headline: way.headline && key == "rollout_share"})
			}
		}
		in := func(of *Directions) float64 {
			if of == nil {
				return unknown
			}
			return *directions[i].of(of)
		}
		known, frames := in(o.RolloutShareBound), float64(len(o.MSEPerStep))
		add("rollout_share", "rollout "+way.name, metrics.Percent, o.RolloutShare, o.RolloutShareInterval, known, 1)
		add("rollout_share_encoder", byEncoder, metrics.Percent, o.RolloutShareEncoder, o.RolloutShareEncoderInterval, known, 1)
		if n := len(o.ByEnergy); n > 0 && way.key == "backward" {
			add("rollout_share_least_energy", "  of the third of the videos with the least energy", metrics.Percent, &o.ByEnergy[0].Share, nil, unknown, 1)
			add("rollout_share_most_energy", "  of the third with the most", metrics.Percent, &o.ByEnergy[n-1].Share, nil, unknown, 1)
		}
		add("vpt_relative", "  until a quarter of the mean frame's error", metrics.Frames, o.VPTRelative, o.VPTRelativeInterval, frames, in(o.VPTRelativeStill))
		add("vpt", "  until Botev et al.'s threshold", metrics.Frames, o.VPT, o.VPTInterval, frames, in(o.VPTStill))
	}
	from := 1
	for _, f := range o.Forecasts {
		add := func(key, name string, e metrics.Estimate) {
			all = append(all, metrics.Measure{Key: fmt.Sprintf("%s.%d", key, f.Frames), Name: name, Unit: metrics.Percent, Value: e, Best: orNaN(f.Bound), Trivial: 1,
				Headline: f.Frames == horizons[0] && key == "forecast"})
		}
		add("forecast", fmt.Sprintf("forecast of frames %d to %d after the last", from, f.Frames), f.Share)
		if f.Encoder != nil {
			add("forecast_encoder", byEncoder, *f.Encoder)
		}
		from = f.Frames + 1
	}
	if o.Coverage != nil {
		for _, c := range []struct {
			key, name string
			value     *float64
		}{
			{"seen", "truth within the 90% band, in the frames seen", o.Coverage.Seen}, {"forecast", "  in as many frames after them", o.Coverage.Forecast},
			{"calibrated_seen", "  the band calibrated on other videos, in the frames seen", o.Coverage.CalibratedSeen},
			{"calibrated_forecast", "  in as many frames after them", o.Coverage.CalibratedForecast},
		} {
			if c.value == nil && strings.HasPrefix(c.key, "calibrated") {
				continue
			}
			all = append(all, metrics.Measure{Key: "coverage." + c.key, Name: c.name, Unit: metrics.Percent, Value: metrics.Only(orNaN(c.value)), Best: o.Coverage.Nominal, Trivial: unknown})
		}
	}
	if o.Family != nil {
		for _, c := range o.Family.Constants {
			if o.Family.Given {
				break // nothing is inferred
			}
			all = append(all, metrics.Measure{Key: "family." + c.Name, Name: "variance of " + c.Name + " explained by what is inferred of it", Unit: metrics.Share,
				Value: metrics.Only(orNaN(c.Explained)), Best: 1, Trivial: 0, Headline: true})
		}
		all = append(all, metrics.Measure{Key: "family.surgery_share", Name: "rollout with another video's constants", Unit: metrics.Percent, Value: o.Family.Surgery, Best: 0, Trivial: 1},
			metrics.Measure{Key: "family.surgery_in_place_share", Name: "  from the same place and velocity", Unit: metrics.Percent, Value: o.Family.SurgeryInPlace, Best: 0, Trivial: 1})
	}
	if o.Damping != nil {
		all = append(all, o.Damping.measures()...)
	}
	return append(all, o.energyMeasures()...)
}

// directed returns a measure in one of the directions, with its interval if there is one.
func directed(i int, d *Directions, in *Intervals) metrics.Estimate {
	value := *directions[i].of(d)
	if in == nil {
		return metrics.Only(value)
	}
	e := *directions[i].interval(in)
	e.Mean = value
	return e
}

// reconstructionMeasures lists the measures of videos that are inferred and drawn again.
func (o *Report) reconstructionMeasures() []metrics.Measure {
	best := unknown // of videos whose noise nobody knows
	if o.IrreducibleMSE != nil {
		best = *o.IrreducibleMSE
	}
	pixels := func(key, name string, value metrics.Estimate) metrics.Measure {
		return metrics.Measure{Key: key, Name: name, Unit: metrics.PixelError, Value: value, Best: best, Trivial: o.MeanFrameMSE}
	}
	test := pixels("mse_test", "pixel MSE of test videos", withValue(&o.MSETestInterval, o.MSETest))
	test.Headline = true
	all := []metrics.Measure{test}
	if o.MSETestEncoder != nil {
		all = append(all, pixels("mse_test_encoder", byEncoder, withValue(o.MSETestEncoderInterval, *o.MSETestEncoder)))
	}
	all = append(all, pixels("mse_train", "pixel MSE of training videos", withValue(&o.MSETrainInterval, o.MSETrain)))
	if o.NoiseFloorMSE != nil {
		for _, x := range []struct {
			key, name string
			value     *float64
			interval  *metrics.Estimate
		}{
			{"excess_irreducible", "  excess over the least possible", o.ExcessIrreducible, o.ExcessIrreducibleInterval},
			{"excess", "  excess over the noise floor", o.Excess, o.ExcessInterval},
		} {
			excess := metrics.Measure{Key: x.key, Name: x.name, Unit: metrics.Percent, Best: 0, Trivial: 1, Value: metrics.Only(unknown),
				Missing: "none: the noise moves the frames as much as the motion does"}
			if x.value != nil {
				excess.Value = withValue(x.interval, *x.value)
			}
			all = append(all, excess)
		}
	}
	return all
}

// energyMeasures lists the measures of the learned energy and of the learned states.
func (o *Report) energyMeasures() []metrics.Measure {
	ratio := metrics.Measure{Key: "energy_variance_ratio", Name: "variance of H along trajectories, over that across", Unit: metrics.Magnitude, Value: metrics.Only(unknown),
		Missing: "none: the learned energy is constant", Best: 0, Trivial: 1, Headline: true}
	if o.TestTrajectories < 2 {
		ratio.Missing = "none: there is one trajectory only"
	}
	if o.EnergyVarianceRatio != nil {
		ratio.Value = withValue(o.EnergyVarianceRatioInterval, *o.EnergyVarianceRatio)
	}
	correlation := metrics.Measure{Key: "energy_correlation", Name: "  rank correlation of learned and true energy", Unit: metrics.Share, Value: metrics.Only(unknown),
		Missing: "not known: there is no true energy to compare with, so that the ratio may be that of an energy that means nothing", Best: 1, Trivial: 0, Headline: true}
	if o.EnergyCorrelation != nil {
		correlation.Value = metrics.Only(*o.EnergyCorrelation)
	}
	along := func(key, name string, e metrics.Estimate) metrics.Measure {
		return metrics.Measure{Key: key, Name: name, Unit: metrics.Magnitude, Value: e, Best: 0, Trivial: unknown}
	}
	all := []metrics.Measure{ratio, correlation, along("energy_variance_test", "variance of H along test trajectories, in its own unit", o.EnergyVarianceTest),
		along("energy_variance_train", "  along training trajectories", o.EnergyVarianceTrain)}
	if o.Damping != nil { // an energy that is lost to friction varies, as it should
		for i := range all {
			if all[i].Key != correlation.Key {
				all[i].Best, all[i].Trivial = unknown, unknown
			}
		}
	}
	if o.EnergyVariance == nil {
		ratio.Missing = "none: the model has no energy"
		all = []metrics.Measure{ratio}
	}
	plain := func(key, name string, unit metrics.Unit, x *float64, best, trivial float64) {
		if x != nil {
			all = append(all, metrics.Measure{Key: key, Name: name, Unit: unit, Value: metrics.Only(*x), Best: best, Trivial: trivial})
		}
	}
	plain("energy_r2", "variance of the true energies explained, video by video", metrics.Share, o.EnergyR2, 1, 0)
	plain("energy_tracking", "  frame by frame", metrics.Share, o.EnergyTracking, 1, 0)
	plain("reversal_error", "error of the state, there and back", metrics.Magnitude, o.ReversalError, 0, unknown)
	if s := o.SyMetric; s != nil {
		plain("symetric.r2", "SyMetric: R² of the map to the true states", metrics.Share, &s.R2, 1, 0)
		deviation := metrics.Measure{Key: "symetric.symplecticity", Name: "  its deviation from symplectic", Unit: metrics.Share, Value: metrics.Only(s.Symplecticity), Best: 0, Trivial: 1}
		if s.Vacuous {
			deviation.Value, deviation.Missing = metrics.Only(unknown), "says nothing: a linear map of one degree of freedom"
		}
		all = append(all, deviation)
	}
	return all
}

// measures lists the measures of a model of states.
func (s *StateReport) measures() []metrics.Measure {
	return []metrics.Measure{
		{Key: "states.mse", Name: "squared distance from the true states, over their variance", Unit: metrics.Magnitude, Value: metrics.Only(s.MSE), Best: 0, Trivial: 1, Headline: true},
		{Key: "states.energy_drift", Name: fmt.Sprintf("drift of the true energy over %d steps, over its spread", s.Steps), Unit: metrics.Share, Value: s.EnergyDrift, Best: 0, Trivial: unknown, Headline: true},
	}
}

// Measures lists the measures of a model of a density, in reading order. The intervals are 1.96 standard errors of a
// mean over the test points.
func (o *DensityReport) Measures() []metrics.Measure {
	var all []metrics.Measure
	add := func(key, name string, unit metrics.Unit, x, standardError *float64, best float64) {
		if x == nil {
			return
		}
		value := metrics.Only(*x)
		if standardError != nil {
			value = metrics.Estimate{Mean: *x, Half: 1.96 * *standardError, N: o.TestPoints}
		}
		all = append(all, metrics.Measure{Key: key, Name: name, Unit: unit, Value: value, Best: best, Trivial: unknown, Headline: true})
	}
	entropy := orNaN(o.Entropy)
	if o.WeightedPoints > 0 {
		z := metrics.Measure{Key: "log_z", Name: fmt.Sprintf("log Z by the weights of %d points", o.WeightedPoints), Unit: metrics.Nats, Value: metrics.Only(unknown), Best: orNaN(o.LogZKnown),
			Trivial: unknown, Headline: true, Missing: "none: no point of the flow has a weight"}
		if o.LogZ != nil {
			z.Value = metrics.Estimate{Mean: *o.LogZ, Half: 1.96 * orNaN(o.LogZError), N: o.WeightedPoints}
		}
		all = append(all, z)
		add("log_z_bound", "  by its bound, the mean of the logarithms", metrics.Nats, o.LogZBound, nil, orNaN(o.LogZKnown))
		add("ess", "  effective share of the points", metrics.Share, o.ESS, nil, 1)
		if o.TestPoints == 0 {
			return all
		}
	}
	if o.NLL == nil {
		all = append(all, metrics.Measure{Key: "nll", Name: "negative log-likelihood", Unit: metrics.Nats, Value: metrics.Only(unknown), Best: entropy, Trivial: unknown,
			Missing: "infinite: some test points have no density under the model", Headline: true})
	}
	add("nll", "negative log-likelihood", metrics.Nats, o.NLL, o.NLLError, entropy)
	add("gaussian_nll", "  of a normal density with full covariance", metrics.Nats, o.GaussianNLL, o.GaussianNLLError, unknown)
	if o.Momenta > 0 {
		add("nll_momenta_error", fmt.Sprintf("  standard error from %d momenta a point", o.Momenta), metrics.Nats, o.MomentaError, nil, 0)
		add("nll_momenta_bias", "  too high by, on average", metrics.Nats, o.MomentaBias, nil, 0)
		if o.WeightedPoints == 0 {
			add("ess", "  mean effective share of the momenta", metrics.Share, o.ESS, nil, 1)
		}
	}
	add("elbo_gap", "  more by its bound, the ELBO", metrics.Nats, o.Gap, nil, 0)
	add("divergence", "divergence of the target from the model", metrics.Nats, o.Divergence, o.DivergenceError, 0)
	add("mode_error", "shares of the modes off their weights by at most", metrics.Percent, o.ModeError, nil, 0)
	add("energy_distance", "energy distance of the model's points from test points, squared", metrics.Magnitude, o.EnergyDistance, o.EnergyDistanceError, 0)
	add("coverage_50", "test points within the densest half of the model", metrics.Percent, o.Coverage50, o.CoverageError, 0.5)
	add("coverage_90", "  within the densest nine tenths", metrics.Percent, o.Coverage90, o.CoverageError, 0.9)
	add("reversal_error", "error of the coordinates, there and back", metrics.Magnitude, o.ReversalError, nil, 0)
	return all
}

// withValue returns an estimate whose mean is replaced by value.
func withValue(e *metrics.Estimate, value float64) metrics.Estimate {
	if e == nil {
		return metrics.Only(value)
	}
	return metrics.Estimate{Mean: value, Half: e.Half, N: e.N}
}
