package hnn_test

import (
	"fmt"

	"hgn.local/gomlx_models/hnn"
	"hgn.local/gomlx_models/video"
)

// The variant says what an HNN learns from; one of states needs no videos.
func ExampleParams_Validate() {
	p := hnn.Quick()
	p.Variant = "states"
	fmt.Println(p.Validate(video.Shape{Frames: 30, Size: 32, Dt: 0.125}))
	p.Variant = "holograms"
	fmt.Println(p.Validate(video.Shape{Frames: 30, Size: 32, Dt: 0.125}) != nil)
	// Output:
	// <nil>
	// true
}
