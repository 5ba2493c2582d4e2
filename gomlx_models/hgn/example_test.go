package hgn_test

import (
	"fmt"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
)

// Presets are parameters that can be changed one by one; what does not fit together is refused in one sentence.
func ExampleParams_Validate() {
	p := hgn.Quick()
	p.Latent, p.Integrator = "circle,line*2", "rk4"
	shape := video.Shape{Frames: 30, Size: 32, Dt: 0.125}
	fmt.Println(p.Validate(shape), p.Window(shape))
	p.Batch = 0
	fmt.Println(p.Validate(shape) != nil)
	// Output:
	// <nil> 15
	// true
}
