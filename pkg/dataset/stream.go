package dataset

import (
	"fmt"
	"math/rand/v2"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/render"
)

// Stream makes the videos of a recipe one by one, on demand, so that a data set may be larger than the memory: it
// holds none of them. Trajectory i depends only on the recipe and on i, and is the same as in the set that Generate
// makes. Many goroutines may use a Stream at once.
type Stream struct {
	recipe Recipe // with the system's own noise and normalised constants
	system physics.System
	canvas float64 // half width of the picture
}

// Stream returns the recipe's videos on demand. It fails at once if the recipe is invalid.
func (r Recipe) Stream() (*Stream, error) {
	system, err := r.check()
	if err != nil {
		return nil, err
	}
	if r.Noise < 0 {
		r.Noise = system.Noise()
	}
	if r.Constants, err = ConstantsOf(system); err != nil {
		return nil, err
	}
	canvas := system.Extent()
	if r.Vary != "" {
		if canvas, err = r.Vary.canvas(r.System, r.Constants); err != nil {
			return nil, err
		}
	}
	return &Stream{r, system, canvas}, nil
}

// Len returns the number of trajectories.
func (s *Stream) Len() int { return s.recipe.Trajectories }

// Video simulates and renders trajectory i into dst, [T, Size, Size, 3].
func (s *Stream) Video(i int, dst []uint8) error {
	if i < 0 || i >= s.Len() {
		return badinput.Errorf("there is no trajectory %d among %d", i, s.Len())
	}
	if want := s.recipe.Frames * s.recipe.Size * s.recipe.Size * 3; len(dst) < want {
		return fmt.Errorf("a video of %d frames of %d pixels needs %d bytes, not %d", s.recipe.Frames, s.recipe.Size, want, len(dst))
	}
	_, _, _, err := s.film(i, dst)
	return err
}

// film simulates trajectory i from a random stream of its own, draws it into dst and returns its system and the clean
// states.
func (s *Stream) film(i int, dst []uint8) (system physics.System, q, p [][]float64, err error) {
	system = s.system
	if r := s.recipe; r.Vary != "" {
		if system, err = vary(r.System, r.Constants, r.Vary.Names(), r.Vary.draw(r.Seed, uint64(i))); err != nil {
			return nil, nil, nil, err
		}
	}
	rng := rand.New(rand.NewPCG(s.recipe.Seed, uint64(i)))
	q0, p0 := system.Sample(rng)
	q, p, err = physics.Trajectory(system, q0, p0, s.recipe.Dt, s.recipe.Frames)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("trajectory %d: %w", i, err)
	}
	seen := make([]float64, len(q0))
	frameBytes := s.recipe.Size * s.recipe.Size * 3
	for t := range q {
		for k, x := range q[t] {
			seen[k] = x + s.recipe.Noise*rng.NormFloat64()
		}
		for range p[t] {
			rng.NormFloat64() // the momenta's noise, which this camera does not show
		}
		render.Disks(system.Disks(seen), s.canvas, s.recipe.Size, dst[t*frameBytes:])
	}
	return system, q, p, nil
}
