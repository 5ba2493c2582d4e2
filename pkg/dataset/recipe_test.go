package dataset

import (
	"context"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/physics"
)

// small is a recipe that takes milliseconds.
func small(system string) Recipe {
	return Recipe{System: system, Trajectories: 12, Frames: 10, Size: 16, Dt: 0.125, Noise: -1, Seed: 7}
}

func generate(t *testing.T, r Recipe) *Dataset {
	t.Helper()
	set, err := r.Generate(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestTheSameRecipeGivesTheSameBytesOnAnyNumberOfCores(t *testing.T) {
	for _, system := range physics.Names() {
		r := small(system)
		here := generate(t, r)
		cores := runtime.GOMAXPROCS(1)
		alone := generate(t, r)
		runtime.GOMAXPROCS(8)
		crowd := generate(t, r)
		runtime.GOMAXPROCS(cores)
		if here.Fingerprint() != alone.Fingerprint() || here.Fingerprint() != crowd.Fingerprint() {
			t.Errorf("%s: the data depend on the number of cores", system)
		}
		again := generate(t, *here.Recipe)
		if again.Fingerprint() != here.Fingerprint() {
			t.Errorf("%s: the set's own recipe gives other data", system)
		}
		r.Seed++
		if generate(t, r).Fingerprint() == here.Fingerprint() {
			t.Errorf("%s: another seed gives the same data", system)
		}
		r.Seed--
		r.Trajectories = 5
		if generate(t, r).Fingerprint() != here.Subset(0, 5).Fingerprint() {
			t.Errorf("%s: the first trajectories depend on how many follow", system)
		}
	}
}

// The states are those of the system's own trajectories, and the frames show them with the noise asked for.
func TestStatesAreCleanAndFramesAreNoisy(t *testing.T) {
	for _, name := range physics.Names() {
		r := small(name)
		r.Trajectories, r.Frames, r.Size = 40, 20, 32
		noisy := generate(t, r)
		if system, _ := physics.ByName(name); noisy.Noise != system.Noise() {
			t.Errorf("%s: noise %g, want the system's own", name, noisy.Noise)
		}
		system, _ := physics.ByName(name)
		for i := range noisy.N {
			q0, p0 := noisy.State(i, 0)
			q, p, err := physics.Trajectory(system, q0, p0, r.Dt, r.Frames)
			if err != nil {
				t.Fatal(err)
			}
			for f := range q {
				gotQ, gotP := noisy.State(i, f)
				if !slices.Equal(gotQ, q[f]) || !slices.Equal(gotP, p[f]) || noisy.Energy[i*noisy.T+f] != system.Energy(q[f], p[f]) {
					t.Fatalf("%s: trajectory %d, frame %d is not the clean state", name, i, f)
				}
			}
		}

		r.Noise = 0
		clean := generate(t, r)
		if !slices.Equal(clean.Q[:clean.D], noisy.Q[:noisy.D]) {
			t.Errorf("%s: the start depends on the noise", name)
		}
		if mse, err := clean.NoiseFloorMSE(); err != nil || mse != 0 {
			t.Errorf("%s without noise: noise floor %g, %v", name, mse, err)
		}
		floor, err := noisy.NoiseFloorMSE()
		if err != nil {
			t.Fatal(err)
		}
		r.Noise = noisy.Noise / 2
		half, err := generate(t, r).NoiseFloorMSE()
		if err != nil {
			t.Fatal(err)
		}
		// The squared change of a frame grows with the noise to the power 2, less where the disc leaves its own place.
		if ratio := floor / half; ratio < 2 || ratio > 4 {
			t.Errorf("%s: twice the noise changes the frames' error by %.2f, want between 2 and 4", name, ratio)
		}
	}
}

func TestBadRecipesAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Recipe)
		want   string
	}{
		"unknown system":  {func(r *Recipe) { r.System = "spring" }, "mass_spring"},
		"no trajectories": {func(r *Recipe) { r.Trajectories = 0 }, "at least 1 trajectory"},
		"negative":        {func(r *Recipe) { r.Trajectories = -3 }, "not -3"},
		"one frame":       {func(r *Recipe) { r.Frames = 1 }, "at least 2 frames"},
		"no size":         {func(r *Recipe) { r.Size = 0 }, "pixels"},
		"huge frames":     {func(r *Recipe) { r.Size = 1 << 40 }, "pixels"},
		"zero dt":         {func(r *Recipe) { r.Dt = 0 }, "dt"},
		"negative dt":     {func(r *Recipe) { r.Dt = -0.1 }, "dt"},
		"NaN dt":          {func(r *Recipe) { r.Dt = math.NaN() }, "dt"},
		"infinite dt":     {func(r *Recipe) { r.Dt = math.Inf(1) }, "dt"},
		"NaN noise":       {func(r *Recipe) { r.Noise = math.NaN() }, "noise"},
		"too much":        {func(r *Recipe) { r.Trajectories = 1 << 40 }, "GiB"},
		"overflow":        {func(r *Recipe) { r.Trajectories, r.Frames, r.Size = math.MaxInt, math.MaxInt, 1024 }, "GiB"},
	} {
		r := small("pendulum")
		c.change(&r)
		if _, err := r.Generate(context.Background(), nil); err == nil || !strings.Contains(err.Error(), c.want) || !badinput.Is(err) {
			t.Errorf("%s: got %v, want a bad-input error with %q", name, err, c.want)
		}
	}
}

func TestGenerateReportsProgressAndCanBeStopped(t *testing.T) {
	r := small("mass_spring")
	var calls []int
	if _, err := r.Generate(context.Background(), func(done, total int) {
		if total != r.Trajectories {
			t.Errorf("total is %d, want %d", total, r.Trajectories)
		}
		calls = append(calls, done)
	}); err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(calls) || len(calls) == 0 || calls[len(calls)-1] != r.Trajectories {
		t.Errorf("progress went %v", calls)
	}

	ctx, cancel := context.WithCancel(context.Background())
	r.Trajectories = 2000
	last := 0
	_, err := r.Generate(ctx, func(done, total int) { last = done; cancel() })
	if err != context.Canceled || last > 100 {
		t.Errorf("stopped after %d trajectories with %v", last, err)
	}
}

// BenchmarkGenerate makes a set on all cores; BenchmarkStream is the same on one. A training takes batch / (time of a step)
// videos a second.
func BenchmarkGenerate(b *testing.B) {
	r := Recipe{System: "pendulum", Trajectories: 500, Frames: 30, Size: 32, Dt: 0.125, Noise: -1, Seed: 1}
	for b.Loop() {
		if _, err := r.Generate(context.Background(), nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*r.Trajectories)/b.Elapsed().Seconds(), "videos/s")
}
