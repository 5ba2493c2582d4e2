package runs

import (
	"math"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/physics"
)

// Damping describes the friction that a model has learned: dp/dt = -∂H/∂q - c p. Rates are in 1/time, and so
// independent of the choice of coordinates.
type Damping struct {
	Rate     float64          `json:"rate"`     // the learned c
	Error    float64          `json:"error"`    // how far the 95% interval of HeldOut reaches from Rate
	HeldOut  metrics.Estimate `json:"held_out"` // the rate that fits test videos best with everything else held fixed; 95% interval over videos, see hgn.ProfileDamping
	Evidence *float64         `json:"evidence"` // how much worse test videos are predicted without friction, in standard errors
	True     *float64         `json:"true"`     // of the simulated system, 0 if it has no friction

	EnergyFalls float64 `json:"energy_falls"` // share of the steps from frame to frame of test videos in which the learned energy falls
}

// dampingVideos is the largest number of test videos to which a rate of friction is fitted.
const dampingVideos = TestTrajectories

// damping measures friction if the model has any.
func (o *Report) damping(m video.Model, test testSet, g *evaluation) error {
	h, ok := m.(*hgn.Model)
	if !ok {
		return nil
	}
	has, err := h.HasFriction()
	if err != nil || !has {
		o.Friction = "none"
		return err
	}
	o.Friction = "learned"
	set, err := test.part(0, min(test.n, dampingVideos))
	if err != nil {
		return err
	}
	profile, err := h.ProfileDamping(Videos(set))
	if err != nil {
		return err
	}
	d := &Damping{HeldOut: metrics.Estimate{Mean: profile.Best, Half: 1.96 * profile.Error, N: profile.N}, Evidence: finite(profile.Evidence)}
	if d.Rate, err = h.Damping(); err != nil {
		return err
	}
	d.Error = math.Abs(d.HeldOut.Mean-d.Rate) + d.HeldOut.Half
	if set.System != "" {
		system, err := set.Physics()
		if err != nil {
			return err
		}
		d.True = trueDamping(system)
	}
	falls, steps := 0.0, 0.0
	for _, e := range g.energies {
		for t := range len(e) - 1 {
			if steps++; e[t+1] < e[t] {
				falls++
			}
		}
	}
	d.EnergyFalls = falls / steps
	o.Damping = d
	return nil
}

// trueDamping returns the rate of a system's friction: 0 if it has none, and nil if its friction has another form.
func trueDamping(s physics.System) *float64 {
	rate := 0.0
	switch s := s.(type) {
	case physics.Damped:
		rate = s.FrictionRate()
	case physics.Dissipative:
		return nil
	}
	return &rate
}

// measures lists the measures of friction.
func (d *Damping) measures() []metrics.Measure {
	truth := orNaN(d.True)
	return []metrics.Measure{
		{Key: "damping.rate", Name: "rate of friction, learned", Unit: metrics.Share, Value: metrics.Estimate{Mean: d.Rate, Half: d.Error, N: d.HeldOut.N}, Best: truth, Trivial: 0, Headline: true},
		{Key: "damping.held_out", Name: "  that test videos ask for", Unit: metrics.Share, Value: d.HeldOut, Best: truth, Trivial: 0},
		{Key: "damping.evidence", Name: "  evidence for it, in standard errors", Unit: metrics.Share, Value: metrics.Only(orNaN(d.Evidence)), Best: unknown, Trivial: 0},
		{Key: "damping.energy_falls", Name: "  steps in which the learned energy falls", Unit: metrics.Percent, Value: metrics.Only(d.EnergyFalls), Best: 1, Trivial: unknown},
	}
}
