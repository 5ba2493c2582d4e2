package dataset

import (
	"context"
	"math"
	"math/bits"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/physics"
)

// Recipe says how to simulate a data set.
type Recipe struct {
	System       string    `json:"system"`              // one of physics.Names(), or one that physics.Define has made known
	Own          string    `json:"own,omitempty"`       // the physics.Fingerprint of the latter
	Constants    Constants `json:"constants,omitempty"` // of the system, if they differ from its defaults
	Vary         Ranges    `json:"vary,omitempty"`      // constants that differ from trajectory to trajectory
	Trajectories int       `json:"trajectories"`        // N
	Frames       int       `json:"frames"`              // T, at least 2
	Size         int       `json:"size"`                // pixels along a frame's edge
	Dt           float64   `json:"dt"`                  // time between two frames (the paper: 0.125)
	Noise        float64   `json:"noise"`               // standard deviation on each coordinate before rendering; < 0: the system's own
	Seed         uint64    `json:"seed"`
}

// minSize and maxSize are the least and the largest number of pixels along a frame's edge.
const minSize, maxSize = 4, 1024

// MaxInMemory is the largest size of a set's frames in bytes. The paper's 50 000 trajectories of 30 frames are 4.6 GB
// at 32 pixels; at 64 they are 18.4 GB, and a Stream makes them on demand.
const MaxInMemory = 8 << 30

// Bytes returns the memory that the recipe's frames take in a Dataset.
func (r Recipe) Bytes() int64 {
	n, ok := product(r.Trajectories, r.Frames, r.Size, r.Size, 3)
	if !ok {
		return math.MaxInt64
	}
	return int64(n)
}

// check returns the recipe's system, or an error that says what is wrong with the recipe.
func (r Recipe) check() (physics.System, error) {
	system, err := r.Physics()
	switch {
	case err != nil:
		return nil, err
	case r.Trajectories < 1:
		return nil, badinput.Errorf("a data set needs at least 1 trajectory, not %d", r.Trajectories)
	case r.Frames < 2:
		return nil, badinput.Errorf("a video needs at least 2 frames, not %d", r.Frames)
	case r.Size < minSize || r.Size > maxSize:
		return nil, badinput.Errorf("frames must be %d to %d pixels wide, not %d", minSize, maxSize, r.Size)
	case !(r.Dt > 0) || math.IsInf(r.Dt, 0):
		return nil, badinput.Errorf("dt, the time between two frames, must be a positive number, not %g (the paper uses 0.125)", r.Dt)
	case math.IsNaN(r.Noise) || math.IsInf(r.Noise, 0):
		return nil, badinput.Errorf("noise must be a finite standard deviation, not %g (negative: the system's own)", r.Noise)
	}
	if corners, err := r.Vary.corners(r.System, r.Constants); err != nil {
		return nil, err
	} else if r.Vary != "" && len(corners) > 16 {
		return nil, badinput.Errorf("at most 4 constants can differ from trajectory to trajectory")
	}
	one := r
	if one.Trajectories = 1; one.Bytes() > MaxInMemory {
		return nil, badinput.Errorf("a video of %d frames at %d x %d pixels is more than %d GiB: ask for fewer or smaller frames",
			r.Frames, r.Size, r.Size, MaxInMemory>>30)
	}
	return system, nil
}

// Generate simulates and renders the data set on all cores. The result depends on the recipe alone.
//
// progress, if not nil, is called from time to time, never twice at once, with the number of finished trajectories.
// When ctx ends, Generate stops and returns its cause.
func (r Recipe) Generate(ctx context.Context, progress func(done, total int)) (*Dataset, error) {
	stream, err := r.Stream()
	if err != nil {
		return nil, err
	}
	if r.Bytes() > MaxInMemory {
		return nil, badinput.Errorf("%d trajectories of %d frames at %d x %d pixels are more than %d GiB: ask for fewer or smaller frames",
			r.Trajectories, r.Frames, r.Size, r.Size, MaxInMemory>>30)
	}
	return stream.Part(ctx, 0, stream.Len(), progress)
}

// product multiplies positive numbers; ok is false if the result overflows.
func product(factors ...int) (n int, ok bool) {
	total := uint64(1)
	for _, f := range factors {
		hi, lo := bits.Mul64(total, uint64(f))
		if f < 0 || hi != 0 || lo > math.MaxInt {
			return 0, false
		}
		total = lo
	}
	return int(total), true
}
