package dataset

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"runtime"
	"sync"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/render"
)

// Recipe says how to simulate a data set.
type Recipe struct {
	System       string  `json:"system"`       // one of physics.Names()
	Trajectories int     `json:"trajectories"` // N
	Frames       int     `json:"frames"`       // T, at least 2
	Size         int     `json:"size"`         // pixels along a frame's edge
	Dt           float64 `json:"dt"`           // time between two frames (the paper: 0.125)
	Noise        float64 `json:"noise"`        // standard deviation on each coordinate before rendering; < 0: the system's own
	Seed         uint64  `json:"seed"`
}

// Limits of a data set: frames of at most maxSize pixels, maxBytes in all
// (the paper's 60 000 trajectories of 30 frames at 64 pixels are 22 GB).
const (
	minSize, maxSize = 4, 1024
	maxBytes         = 32 << 30
)

// check says what is wrong with the recipe, and gives its system.
func (r Recipe) check() (physics.System, error) {
	system, err := physics.ByName(r.System)
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
	if n, ok := product(r.Trajectories, r.Frames, r.Size, r.Size, 3); !ok || n > maxBytes {
		return nil, badinput.Errorf("%d trajectories of %d frames at %d x %d pixels are more than %d GiB: ask for fewer or smaller frames",
			r.Trajectories, r.Frames, r.Size, r.Size, maxBytes>>30)
	}
	return system, nil
}

// Generate simulates and renders the data set on all cores. The result depends on the recipe alone.
//
// progress, if not nil, is called now and then, never twice at once, with the number of finished trajectories.
// When ctx ends, Generate stops and returns its cause.
func (r Recipe) Generate(ctx context.Context, progress func(done, total int)) (*Set, error) {
	system, err := r.check()
	if err != nil {
		return nil, err
	}
	if r.Noise < 0 {
		r.Noise = system.Noise()
	}
	n, t, d := r.Trajectories, r.Frames, system.Dim()
	set := &Set{
		System: r.System, N: n, T: t, Size: r.Size, D: d, Dt: r.Dt,
		Frames: make([]uint8, n*t*r.Size*r.Size*3),
		Q:      make([]float64, n*t*d), P: make([]float64, n*t*d),
		Energy: make([]float64, n*t),
		Noise:  r.Noise,
		Recipe: &r,
	}

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		workers sync.WaitGroup
		mu      sync.Mutex // guards next, done and calls of progress
		next    int
		done    int
		every   = max(1, n/200)
	)
	take := func() int {
		mu.Lock()
		defer mu.Unlock()
		next++
		return next - 1
	}
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := take(); i < n && ctx.Err() == nil; i = take() {
				if err := r.trajectory(system, set, i); err != nil {
					cancel(fmt.Errorf("trajectory %d: %w", i, err))
					return
				}
				mu.Lock()
				if done++; progress != nil && (done%every == 0 || done == n) {
					progress(done, n)
				}
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return set, nil
}

// trajectory simulates and renders trajectory i of the set, from a random stream of its own.
func (r Recipe) trajectory(system physics.System, set *Set, i int) error {
	rng := rand.New(rand.NewPCG(r.Seed, uint64(i)))
	q0, p0 := system.Sample(rng)
	q, p, err := physics.Trajectory(system, q0, p0, r.Dt, r.Frames)
	if err != nil {
		return err
	}
	seenQ := make([]float64, set.D)
	for t := range q {
		cleanQ, cleanP := set.State(i, t)
		copy(cleanQ, q[t])
		copy(cleanP, p[t])
		set.Energy[i*set.T+t] = system.Energy(q[t], p[t])
		for k, x := range q[t] {
			seenQ[k] = x + r.Noise*rng.NormFloat64()
		}
		for range p[t] {
			rng.NormFloat64() // the momenta's noise, which this camera does not see
		}
		render.Frame(system, seenQ, set.Size, set.Frame(i, t))
	}
	return nil
}

// product multiplies positive numbers; ok is false when the result does not fit.
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
