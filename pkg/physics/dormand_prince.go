package physics

import (
	"fmt"
	"math"
)

// tolerance bounds the local error of a step, relative and absolute. It is tighter than the 1e-10 that the ground truth
// needs, because errors add up over a trajectory.
const tolerance = 1e-12

// maxSteps bounds the work between two output times; a regular trajectory takes some tens of steps.
const maxSteps = 1_000_000

// dormandPrince integrates y' = f(y) with the embedded Runge-Kutta pair of orders 5 and 4 of Dormand and Prince (1980)
// and adaptive steps; see Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, Section II.5.
//
// The last stage of an accepted step is the first of the next one, so a step costs six evaluations of f.
type dormandPrince struct {
	f       func(y, dy []float64)
	k       [7][]float64 // stages; k[0] is f at the current state
	trial   []float64    // argument of a stage; after step, the state at the end of the step
	started bool         // k[0] and h are valid
	h       float64      // next step's size, positive
}

// The Butcher tableau: stage i is f(y + h Σ_j stage[i][j] k_j); stage[6] is also the solution of order 5.
// errorWeights is the difference between the weights of orders 5 and 4.
var (
	stageWeights = [7][]float64{
		{},
		{1. / 5},
		{3. / 40, 9. / 40},
		{44. / 45, -56. / 15, 32. / 9},
		{19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
		{9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
		{35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84},
	}
	errorWeights = [7]float64{71. / 57600, 0, -71. / 16695, 71. / 1920, -17253. / 339200, 22. / 525, -1. / 40}
)

func newDormandPrince(n int, f func(y, dy []float64)) *dormandPrince {
	d := &dormandPrince{f: f, trial: make([]float64, n)}
	for i := range d.k {
		d.k[i] = make([]float64, n)
	}
	return d
}

// advance moves y, in place, over the time span, which may be negative. On an error y is the last accepted state.
// Successive calls must continue from the same y in the same direction of time.
func (d *dormandPrince) advance(y []float64, span float64) error {
	if !d.started {
		d.f(y, d.k[0])
		d.h = d.firstStep(y, math.Abs(span))
		d.started = true
	}
	direction := math.Copysign(1, span)
	span = math.Abs(span)
	for done, steps := 0.0, 0; done < span; steps++ {
		if steps == maxSteps {
			return fmt.Errorf("the integrator gave up after %d steps without reaching the next frame; the motion is too fast for this dt", maxSteps)
		}
		h := min(d.h, span-done)
		last := h >= span-done // end exactly on the output time
		if !last && done+h == done {
			return fmt.Errorf("the integrator's step shrank to %.3g; the motion is singular near this state (a collision, for example)", h)
		}
		e := d.step(y, direction*h)
		if math.IsNaN(e) || math.IsInf(e, 0) {
			if d.h = h / 10; d.h < 1e-14*span {
				return fmt.Errorf("the equations of motion gave a value that is not a finite number; check the constants and the start")
			}
			continue
		}
		growth := stepGrowth(e)
		if e > 1 {
			d.h = h * growth
			continue
		}
		copy(y, d.trial)
		d.k[0], d.k[6] = d.k[6], d.k[0]
		done += h
		if !last || growth < 1 { // a step shortened by an output time is no reason against a longer one
			d.h = h * growth
		}
		if last {
			return nil
		}
	}
	return nil
}

// stepGrowth returns the factor from a step whose error was e tolerances to the next one. The error grows as h⁵, so
// that e^(-1/5) would meet the tolerance; stepGrowth aims a little lower, and changes the size moderately.
//
// The exponent is 3/16, which square roots can compute: math.Pow calls math.Exp, which can take a hundred times as
// long in builds with GOEXPERIMENT=simd, and would then take longer than the rest of the step.
func stepGrowth(e float64) float64 {
	eighth := math.Sqrt(math.Sqrt(math.Sqrt(e)))
	return min(5, max(0.2, 0.9/(eighth*math.Sqrt(eighth))))
}

// step computes the solution of order 5 after h into d.trial and returns its error estimate over the tolerance
// (root mean square over the components).
func (d *dormandPrince) step(y []float64, h float64) float64 {
	for i := 1; i < len(d.k); i++ {
		for n := range y {
			sum := 0.0
			for j, w := range stageWeights[i] {
				sum += w * d.k[j][n]
			}
			d.trial[n] = y[n] + h*sum
		}
		d.f(d.trial, d.k[i])
	}
	total := 0.0
	for n := range y {
		sum := 0.0
		for j, w := range errorWeights {
			sum += w * d.k[j][n]
		}
		e := h * sum / (tolerance * (1 + max(math.Abs(y[n]), math.Abs(d.trial[n]))))
		total += e * e
	}
	return math.Sqrt(total / float64(len(y)))
}

// firstStep guesses a size at which the state changes by a hundredth, as Hairer's starting rule does; the error
// control corrects it.
func (d *dormandPrince) firstStep(y []float64, span float64) float64 {
	var size, speed float64
	for n := range y {
		size, speed = max(size, math.Abs(y[n])), max(speed, math.Abs(d.k[0][n]))
	}
	if h := 0.01 * (1 + size) / speed; h < span {
		return h
	}
	return span
}
