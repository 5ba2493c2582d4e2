package selftest

import (
	"fmt"
	"math"

	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
)

// unrolled is the number of steps of the rollout, and every is the interval at which its states are compared.
const unrolled, every = 60, 20

// rollout rolls an untrained HGN out and back. It returns q and p of all states at some steps of the way out, and the
// distance from the start at which the way back ends. Models roll out in single precision, so this distance measures
// the precision of a rollout.
func rollout(b compute.Backend) (states []float64, far float64, err error) {
	clips, _, err := films(16)
	if err != nil {
		return nil, 0, err
	}
	p := hgn.Quick()
	p.Latent, p.EnergyHidden = "circle", []int{16}
	m, err := hgn.New(b, p, clips.Shape, nil)
	if err != nil {
		return nil, 0, err
	}
	start := video.NewStates(8, 1)
	for i := range start.N {
		start.Q[i], start.P[i] = 0.3*float32(i), 0.2-0.1*float32(i)
	}
	there, err := m.Rollout(start, 0.125, unrolled)
	if err != nil {
		return nil, 0, err
	}
	back, err := m.Rollout(there[unrolled], -0.125, unrolled)
	if err != nil {
		return nil, 0, err
	}
	for step := every; step <= unrolled; step += every {
		for i := range start.Q {
			states = append(states, float64(there[step].Q[i]), float64(there[step].P[i]))
		}
	}
	for i := range start.Q {
		for _, d := range []float32{back[unrolled].Q[i] - start.Q[i], back[unrolled].P[i] - start.P[i]} {
			if far = max(far, math.Abs(float64(d))); math.IsNaN(float64(d)) {
				return states, math.NaN(), nil
			}
		}
	}
	return states, far, nil
}

// compareRollout compares a rollout with the stored one: the states at each compared step, and the way back.
func compareRollout(states []float64, far float64, want []float64, tolerance float64) []Check {
	var checks []Check
	each := len(want) * every / unrolled
	for step := 1; step*every <= unrolled; step++ {
		worst := Check{Tolerance: tolerance, OK: true}
		for i := (step - 1) * each; i < step*each; i++ {
			if c := check(fmt.Sprintf("hgn: farthest state after %d steps of a rollout", step*every), states[i], want[i], tolerance); worst.Name == "" || c.Severity() > worst.Severity() {
				worst = c
			}
		}
		checks = append(checks, worst)
	}
	return append(checks, check("hgn: start after a rollout of 60 steps there and back", far, 0, 1e-4))
}
