package video

import (
	"fmt"

	"hgn.local/gomlx_models/params"
)

// Shape describes the modelled videos: Frames frames of Size x Size RGB pixels, Dt apart.
type Shape struct {
	Frames int     `json:"frames"`
	Size   int     `json:"size"`
	Dt     float64 `json:"dt"`
}

// Pixels returns the number of values in one frame, 3 per pixel.
func (v Shape) Pixels() int { return v.Size * v.Size * 3 }

// Validate fails if v cannot be the shape of a video.
func (v Shape) Validate() error {
	if v.Frames < 3 || v.Size < 2 || !(v.Dt > 0 && v.Dt < 1e12) {
		return params.Errorf("a video needs at least 3 frames of at least 2x2 pixels and dt > 0, not %s", v)
	}
	return nil
}

func (v Shape) String() string {
	return fmt.Sprintf("%d frames of %dx%d, dt %g", v.Frames, v.Size, v.Size, v.Dt)
}
