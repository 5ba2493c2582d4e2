package video

import (
	"fmt"

	"hgn.local/gomlx_models/params"
)

// Shape is that of the videos that are modelled: Frames frames of Size x Size RGB pixels, Dt apart.
type Shape struct {
	Frames int     `json:"frames"`
	Size   int     `json:"size"`
	Dt     float64 `json:"dt"`
}

// Pixels is the number of values of one frame.
func (v Shape) Pixels() int { return v.Size * v.Size * 3 }

// Validate fails for what is no shape of a video.
func (v Shape) Validate() error {
	if v.Frames < 3 || v.Size < 2 || !(v.Dt > 0 && v.Dt < 1e12) {
		return params.Errorf("a video needs at least 3 frames of at least 2x2 pixels and dt > 0, not %s", v)
	}
	return nil
}

func (v Shape) String() string {
	return fmt.Sprintf("%d frames of %dx%d, dt %g", v.Frames, v.Size, v.Size, v.Dt)
}
