package integrate_test

import (
	"fmt"
	"testing"

	"hgn.local/kernels_xla/integrate"
)

func ExampleByName() {
	_, err := integrate.ByName("verlet")
	fmt.Println(err)
	// Output: unknown integrator "verlet": choose one of euler, symplectic_euler, leapfrog, yoshida4, rk4
}

func TestByName(t *testing.T) {
	for _, in := range integrate.All() {
		if got, err := integrate.ByName(in.Name()); err != nil || got.Name() != in.Name() {
			t.Errorf("ByName(%q) = %v, %v", in.Name(), got, err)
		}
	}
}
