package physics

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"hgn.local/pkg/badinput"
)

// Fit finds the state from which s passes through the positions seen[t] at the times 0, dt, 2dt, ... with the least
// sum of squares, by Gauss and Newton's method from a state nearby. If each position carries independent normal noise
// of one strength, it is the state of the greatest likelihood, the best estimate for an observer who knows the
// physics. On a chaotic system the sum has many minima, and Fit finds the nearest one.
func Fit(s System, seen [][]float64, dt float64, q0, p0 []float64) (q, p []float64, err error) {
	d := s.Dim()
	if len(seen) < 2 {
		return nil, nil, badinput.Errorf("a state cannot be fitted to %d positions: give at least 2", len(seen))
	}
	y := append(append(make([]float64, 0, 2*d), q0...), p0...)
	residuals := func(y []float64) ([]float64, error) {
		path, _, err := Trajectory(s, y[:d], y[d:], dt, len(seen))
		if err != nil {
			return nil, err
		}
		r := make([]float64, 0, len(seen)*d)
		for t, q := range path {
			for k, x := range q {
				r = append(r, seen[t][k]-x)
			}
		}
		return r, nil
	}
	now, err := residuals(y)
	if err != nil {
		return nil, nil, err
	}
	for range fitIterations {
		jacobian := mat.NewDense(len(now), 2*d, nil)
		for j := range y {
			h := fitDifference * (1 + math.Abs(y[j]))
			moved := append([]float64(nil), y...)
			moved[j] += h
			there, err := residuals(moved)
			if err != nil {
				return nil, nil, err
			}
			for i := range there {
				jacobian.Set(i, j, (now[i]-there[i])/h)
			}
		}
		step := mat.NewVecDense(2*d, nil)
		if err := step.SolveVec(jacobian, mat.NewVecDense(len(now), now)); err != nil {
			return y[:d], y[d:], nil // the positions do not determine the rest
		}
		var next []float64
		for scale := 1.0; scale > 1.0/16; scale /= 2 { // a whole step may overshoot if the motion is strongly curved
			moved := append([]float64(nil), y...)
			for j := range moved {
				moved[j] += scale * step.AtVec(j)
			}
			if there, err := residuals(moved); err == nil && squares(there) < squares(now) {
				next, y, now = there, moved, there
				break
			}
		}
		if next == nil || mat.Norm(step, 2) < 1e-6 {
			break
		}
	}
	return y[:d], y[d:], nil
}

const (
	fitIterations = 5
	fitDifference = 1e-5 // relative change of a coordinate for a derivative; trajectories err by 1e-9
)

func squares(x []float64) (sum float64) {
	for _, v := range x {
		sum += v * v
	}
	return sum
}
