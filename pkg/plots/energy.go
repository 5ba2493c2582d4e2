package plots

import (
	"cmp"
	"errors"
	"math"
	"slices"
)

// EnergyAlong draws the energy along rollouts over time, with the true energy
// as a dashed black line on top. The learned H has a free scale and offset, so
// that the caller first converts it to the true energy's units. Truth may be
// empty if no energy is known.
//
// The energy axis covers at least a tenth of the energy's magnitude unless
// c.MinSpanY says otherwise. On an axis that closes in on rounding errors, every
// rollout would look as if it drifted.
func EnergyAlong(c Chart, truth Series, rollouts ...Series) (*Picture, error) {
	all := slices.Clone(rollouts)
	if len(truth.Y) > 0 {
		truth.Name = cmp.Or(truth.Name, "true energy")
		if truth.Style.isZero() {
			truth.Style, _ = StyleOf("true")
		}
		all = append(all, truth)
	}
	if len(all) == 0 {
		return nil, errors.New("plots: EnergyAlong has nothing to draw: give it at least one rollout or the true energy")
	}
	c.Typical = true
	c.X, c.Y = cmp.Or(c.X, "time"), cmp.Or(c.Y, "energy")
	if c.MinSpanY == 0 {
		var values []float64
		for _, s := range all {
			for _, v := range s.Y {
				if drawable(v, false) {
					values = append(values, v)
				}
			}
		}
		e, largest := around(values, fenced), 0.0
		if e.lo <= e.hi {
			largest = math.Max(math.Abs(e.lo), math.Abs(e.hi))
		}
		c.MinSpanY = largest / 10
	}
	return Curves(c, all...)
}
