package nhf_test

import (
	"fmt"

	"hgn.local/gomlx_models/nhf"
)

// The parameters of a flow say what they cannot be.
func ExampleParams_Validate() {
	p := nhf.Quick()
	p.Kinetic = "fixed"
	fmt.Println(p.Validate(2))
	p.Kinetic = "round"
	fmt.Println(p.Validate(2) != nil)
	// Output:
	// <nil>
	// true
}
