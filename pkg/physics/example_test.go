package physics_test

import (
	"fmt"
	"math"

	"hgn.local/pkg/physics"
)

// A pendulum that is let go at 90 degrees: its energy stays what it was.
func ExampleTrajectory() {
	pendulum := physics.Pendulum()
	start := []float64{math.Pi / 2}
	q, p, err := physics.Trajectory(pendulum, start, []float64{0}, 0.1, 100)
	if err != nil {
		fmt.Println(err)
		return
	}
	first, last := pendulum.Energy(q[0], p[0]), pendulum.Energy(q[99], p[99])
	fmt.Printf("%d states, energy %.3f, changed by less than 1e-8: %t\n", len(q), first, math.Abs(last-first) < 1e-8)
	// Output: 100 states, energy 1.500, changed by less than 1e-8: true
}
