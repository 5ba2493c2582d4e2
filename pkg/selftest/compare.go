package selftest

import "fmt"

// compare compares a case with its reference, within the relative differences that a backend may make.
func compare(name string, got, want Reference, allowed Tolerances) []Check {
	checks := []Check{
		relative(name+": loss", got.Gradient.Loss, want.Gradient.Loss, 0, allowed.Gradient),
		relative(name+": norm of the gradient", got.Gradient.Norm, want.Gradient.Norm, 0, allowed.Gradient),
	}
	for k := range got.Gradient.Projections { // products of a unit vector with normal vectors are of the order of 1
		checks = append(checks, relative(fmt.Sprintf("%s: gradient along direction %d", name, k+1), got.Gradient.Projections[k], want.Gradient.Projections[k], 1, allowed.Gradient))
	}
	for i := range got.Losses {
		checks = append(checks, relative(fmt.Sprintf("%s: loss at step %d", name, i+1), got.Losses[i], want.Losses[i], 0, allowed.Losses))
	}
	return append(checks, relative(fmt.Sprintf("%s: decrease of the loss by %d steps", name, trained), got.Decrease, want.Decrease, 0, allowed.Decrease))
}
