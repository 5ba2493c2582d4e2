package figures

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
)

// affine is the map x -> Scale·x + Shift.
type affine struct{ Scale, Shift float64 }

func (a affine) at(x float64) float64      { return a.Scale*x + a.Shift }
func (a affine) inverse(y float64) float64 { return (y - a.Shift) / a.Scale }

func (a affine) all(xs []float64) []float64 {
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = a.at(x)
	}
	return out
}

// formula writes the map applied to a named quantity.
func (a affine) formula(name string) string {
	if a.Shift < 0 {
		return fmt.Sprintf("%s·%s − %.3g", number3(a.Scale), name, -a.Shift)
	}
	return fmt.Sprintf("%s·%s + %.3g", number3(a.Scale), name, a.Shift)
}

func number3(x float64) string {
	if x < 0 {
		return fmt.Sprintf("−%.3g", -x)
	}
	return fmt.Sprintf("%.3g", x)
}

// calibration relates the model's own units to those of the true system, by maps fitted to test videos. If the truth
// is unknown, the maps are the identity, except that energy is counted from the least potential energy along the
// videos.
type calibration struct {
	known    bool      // the truth is known, and the learned energy is roughly an affine map of it
	learned  []float64 // energy of each video's first state, in the model's units
	energy   affine    // true H ≈ energy(learned H)
	energyR2 float64   // 0 if the truth is unknown

	// The next three lines are for a system with one degree of freedom and a model with as many:
	coordinates    bool
	q, p           affine  // true q ≈ q(learned q), on a circle up to whole turns; true p ≈ p(learned p)
	qScore, pScore float64 // R²; for an angle the mean resultant length; 1 if the map is exact

	states []video.States // [T] states of the videos, along their reconstructions
	held   []float32      // q at which landscapes hold the coordinates after the first: 0, and the constants of a family at their medians over the videos
}

// least is the agreement, at most 1, that a fitted map needs before pictures use it.
const least = 0.8

// calibrated returns the run's calibration, which is computed once.
func (r *Run) calibrated() (*calibration, error) {
	if r.fit != nil {
		return r.fit, nil
	}
	m, test, err := r.Ready()
	if err != nil {
		return nil, err
	}
	start, err := r.Starts()
	if err != nil {
		return nil, err
	}
	c, err := calibrate(m, r.circle(), start, test.Subset(0, start.N))
	if err == nil {
		r.fit = c
	}
	return c, err
}

// fitted returns the basis of the pictures of energies: the model, the test videos, and the run's calibration.
func (r *Run) fitted() (video.Model, *dataset.Dataset, *calibration, error) {
	m, test, err := r.Ready()
	if err != nil {
		return nil, nil, nil, err
	}
	fit, err := r.calibrated()
	return m, test, fit, err
}

// calibrate compares the inferred first states of test videos, and the rollouts from them, with the truth.
func calibrate(m video.Model, circle bool, start video.States, test *dataset.Dataset) (*calibration, error) {
	c := &calibration{energy: affine{Scale: 1}, q: affine{Scale: 1}, p: affine{Scale: 1}}
	var err error
	if c.states, err = m.Rollout(start, test.Dt, test.T-1); err != nil {
		return nil, err
	}
	c.held = held(m, start)
	k, v, err := m.Energies(start)
	if err != nil {
		return nil, err
	}
	for i := range k {
		c.learned = append(c.learned, float64(k[i])+float64(v[i]))
	}
	if test.Energy == nil || test.Q == nil || test.System == "" {
		return c, c.countFromRest(m)
	}
	truth := make([]float64, test.N)
	for i := range truth {
		truth[i] = test.Energy[i*test.T]
	}
	scale, offset, r2 := metrics.Calibrate(c.learned, truth)
	if c.energyR2 = r2; !(r2 > least) { // this also holds if H is constant, when r2 is not a number
		return c, c.countFromRest(m)
	}
	c.known, c.energy = true, affine{scale, offset}
	if test.D == 1 && start.D == 1 {
		c.fitCoordinates(test, circle)
	}
	return c, nil
}

// held returns q with its constants, if it has any, at their medians over states, and 0 for the other coordinates.
func held(m video.Model, s video.States) []float32 {
	q := make([]float32, s.D)
	h, ok := m.(*hgn.Model)
	for j := 0; ok && j < s.D; j++ {
		if !h.Latent().Constant[j] {
			continue
		}
		var all []float32
		for i := range s.N {
			all = append(all, s.Q[i*s.D+j])
		}
		slices.Sort(all)
		q[j] = all[len(all)/2]
	}
	return q
}

// countFromRest chooses the zero of an energy whose true value is unknown.
func (c *calibration) countFromRest(m video.Model) error {
	rest := math.Inf(1)
	for _, s := range c.states {
		_, v, err := m.Energies(s)
		if err != nil {
			return err
		}
		rest = min(rest, float64(slices.Min(v)))
	}
	c.energy.Shift = -rest
	return nil
}

// fitCoordinates fits the maps of q and of p.
func (c *calibration) fitCoordinates(test *dataset.Dataset, circle bool) {
	var q, p, trueQ, trueP []float64
	for t, s := range c.states {
		for i := range test.N {
			a, b := test.State(i, t)
			q, p = append(q, float64(s.Q[i])), append(p, float64(s.P[i]))
			trueQ, trueP = append(trueQ, a[0]), append(trueP, b[0])
		}
	}
	if circle {
		c.q, c.qScore = rotation(q, trueQ)
	} else {
		c.q, c.qScore = regression(q, trueQ)
	}
	c.p, c.pScore = regression(p, trueP)
	c.coordinates = c.q.Scale != 0 && c.p.Scale != 0 && c.qScore > least && c.pScore > least
}

// regression returns the least-squares line and its R².
func regression(x, y []float64) (affine, float64) {
	scale, shift, r2 := metrics.Calibrate(x, y)
	if math.IsNaN(scale) {
		return affine{Scale: 1}, 0
	}
	return affine{scale, shift}, r2
}

// rotation finds the turn, or the reflection, of the circle that brings the angles x closest to y: the one whose
// residual angles have the longest mean vector (its length is the score).
func rotation(x, y []float64) (best affine, score float64) {
	for _, sign := range []float64{1, -1} {
		residual := make([]float64, len(x))
		var re, im float64
		for i := range x {
			residual[i] = y[i] - sign*x[i]
			sin, cos := math.Sincos(residual[i])
			re, im = re+cos, im+sin
		}
		if length := math.Hypot(re, im) / float64(len(x)); length > score {
			best, score = affine{sign, stat.CircularMean(residual, nil)}, length
		}
	}
	return best, score
}

// energySentence says in which units energies are shown.
func (c *calibration) energySentence() string {
	switch {
	case c.known:
		return fmt.Sprintf("The learned energy is shown as %s, the affine map that fits the true energies of %d test videos best (R² = %.4f); "+
			"the scale and the zero of a learned H are free.", c.energy.formula("H"), len(c.learned), c.energyR2)
	case c.energyR2 != 0:
		return fmt.Sprintf("The learned energy is shown in its own units, %s: no affine map of it comes close to the true one (R² = %.2f).", fromRest, c.energyR2)
	}
	return fmt.Sprintf("The learned energy is shown in its own units, %s.", fromRest)
}

const fromRest = "counted from the least potential energy along the test videos"

// coordinateSentence says how learned coordinates became the shown ones, and whether the map is canonical. In these
// units of energy it is canonical if the scale of H is the product of the scales of q and p.
func (c *calibration) coordinateSentence() string {
	return fmt.Sprintf("Learned coordinates are shown as %s and %s (agreement with the true ones: %.4f and %.4f of 1). "+
		"The energy's scale over the product of these two is %.3f; for a canonical map it is 1.",
		c.q.formula("q"), c.p.formula("p"), c.qScore, c.pScore, c.energy.Scale/(c.q.Scale*c.p.Scale))
}
