package dataset

import (
	"context"
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

// Recipe returns the recipe, with the system's own noise where it asks for that.
func (s *Stream) Recipe() Recipe { return s.recipe }

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

// Part makes trajectories from..to-1 with their states, on all cores; see Recipe.Generate. Recipe is set if they are all.
func (s *Stream) Part(ctx context.Context, from, to int, progress func(done, total int)) (*Dataset, error) {
	if from < 0 || to > s.Len() || from >= to {
		return nil, badinput.Errorf("there are no trajectories %d to %d among %d", from, to-1, s.Len())
	}
	r := s.recipe
	n, t, d := to-from, r.Frames, s.system.Dim()
	set := &Dataset{
		System: r.System, Constants: r.Constants, N: n, T: t, Size: r.Size, D: d, Dt: r.Dt,
		Frames: make([]uint8, n*t*r.Size*r.Size*3),
		Q:      make([]float64, n*t*d), P: make([]float64, n*t*d),
		Energy: make([]float64, n*t),
		Noise:  r.Noise,
		Vary:   r.Vary,
	}
	if n == s.Len() {
		set.Recipe = &r
	}
	set.Varied = s.varied(from, to)
	err := each(ctx, n, progress, func(i int) error {
		system, q, p, err := s.film(from+i, set.Frames[i*t*set.frameBytes():])
		for k := range q {
			cleanQ, cleanP := set.State(i, k)
			copy(cleanQ, q[k])
			copy(cleanP, p[k])
			set.Energy[i*t+k] = system.Energy(q[k], p[k])
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return set, nil
}

// Constants returns a set without videos and states, which has all trajectories' constants, as Vary and Varied say them.
func (s *Stream) Constants() *Dataset {
	return &Dataset{System: s.recipe.System, Constants: s.recipe.Constants, N: s.Len(), Vary: s.recipe.Vary, Varied: s.varied(0, s.Len())}
}

// varied returns the values of the constants that differ, of trajectories from..to-1.
func (s *Stream) varied(from, to int) (values []float64) {
	for i := from; i < to; i++ {
		values = append(values, s.recipe.Vary.draw(s.recipe.Seed, uint64(i))...)
	}
	return values
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
