package nsf_test

import (
	"fmt"

	"hgn.local/gomlx_models/nsf"
)

// A flow needs a layer for every half of the coordinates: one coordinate alone has no halves.
func ExampleParams_Validate() {
	p := nsf.Quick()
	fmt.Println(p.Validate(2), p.Validate(1) != nil)
	// Output: <nil> true
}
