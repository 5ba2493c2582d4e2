package physics

import (
	"fmt"
	"math"

	"hgn.local/pkg/badinput"
)

// Trajectory computes the states of s at the times 0, dt, 2dt, ..., (frames-1)dt from the start (q0, p0).
//
// The slices q and p have one row of length s.Dim() for each frame; the first row is the start. dt may be negative:
// time then runs backward. The error stays below 1e-9 on regular motion over the paper's 30 frames.
func Trajectory(s System, q0, p0 []float64, dt float64, frames int) (q, p [][]float64, err error) {
	d := s.Dim()
	switch {
	case len(q0) != d || len(p0) != d:
		return nil, nil, badinput.Errorf("%s starts from %d positions and %d momenta, not %d and %d", s.Name(), d, d, len(q0), len(p0))
	case frames < 1:
		return nil, nil, badinput.Errorf("a trajectory needs at least 1 frame, not %d", frames)
	case dt == 0 || math.IsNaN(dt) || math.IsInf(dt, 0):
		return nil, nil, badinput.Errorf("dt must be a finite number other than 0, not %g", dt)
	}
	for i := range d {
		if !finite(q0[i]) || !finite(p0[i]) {
			return nil, nil, badinput.Errorf("%s cannot start from q = %v, p = %v: every coordinate must be a finite number", s.Name(), q0, p0)
		}
	}

	rows := make([]float64, 2*d*frames)
	q, p = make([][]float64, frames), make([][]float64, frames)
	y := make([]float64, 2*d) // q, then p
	copy(y[:d], q0)
	copy(y[d:], p0)
	solver := newDormandPrince(2*d, func(y, dy []float64) { s.Derivative(y[:d], y[d:], dy[:d], dy[d:]) })
	for t := range frames {
		if t > 0 {
			if err := solver.advance(y, dt); err != nil {
				return nil, nil, fmt.Errorf("%s, between frames %d and %d: %w", s.Name(), t-1, t, err)
			}
		}
		row := rows[2*d*t : 2*d*(t+1)]
		copy(row, y)
		q[t], p[t] = row[:d:d], row[d:]
	}
	return q, p, nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
