package runs

import (
	"context"
	"math"
	"testing"

	"hgn.local/pkg/dataset"
)

// TestNearestMotion finds the motion that a film shows from a state nearby.
func TestNearestMotion(t *testing.T) {
	set, err := dataset.Recipe{System: "pendulum", Vary: `{"length":[0.9,1.6]}`, Trajectories: 2, Frames: 20, Size: 16, Dt: 0.125, Noise: 0, Seed: 4}.Generate(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	system, err := set.PhysicsOf(1)
	if err != nil {
		t.Fatal(err)
	}
	var film [][]float32
	for k := range set.T {
		q, _ := set.State(1, k)
		dst := make([]uint8, 16*16*3)
		if err := set.Draw(1, q, dst); err != nil {
			t.Fatal(err)
		}
		film = append(film, unit(dst))
	}
	q, p := set.State(1, 0)
	path, err := nearestMotion(set, 1, film, system, []float64{q[0] + 0.2}, []float64{p[0] - 0.1})
	if err != nil {
		t.Fatal(err)
	}
	for k := range path {
		if want, _ := set.State(1, k); math.Abs(path[k][0]-want[0]) > 0.02 {
			t.Fatalf("frame %d: the angle is %g, want %g", k, path[k][0], want[0])
		}
	}
}
