package hgn

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"hgn.local/pkg/dataset"
	"hgn.local/pkg/physics"
)

// The first moments of the pictures of every system are linear in its positions, or in the cosines and sines of its angles:
// what moments asks for is possible. A picture's total brightness, for one, is not.
func TestMomentsAreLinearInPlaces(t *testing.T) {
	for _, name := range physics.Names() {
		system, err := physics.ByName(name)
		ok(t, err)
		set, err := dataset.Recipe{System: name, Trajectories: 60, Frames: 5, Size: 32, Dt: 0.5, Noise: 0, Seed: 1}.Generate(context.Background(), nil)
		ok(t, err)
		weights := mat.NewDense(32*32*3, 6, momentWeights(32))
		n := set.N * set.T
		pixels := mat.NewDense(n, 32*32*3, nil)
		var places [][]float64
		for k := range n {
			for j, v := range set.Frame(k/set.T, k%set.T) {
				pixels.Set(k, j, float64(v)/255)
			}
			q, _ := set.State(k/set.T, k%set.T)
			place := []float64{1}
			for i, topology := range system.Topology() {
				if topology == physics.Circle {
					place = append(place, math.Cos(q[i]), math.Sin(q[i]))
				} else {
					place = append(place, q[i])
				}
			}
			places = append(places, place)
		}
		x := mat.NewDense(n, len(places[0]), nil)
		for k, place := range places {
			x.SetRow(k, place)
		}
		var moments, fit, guess mat.Dense
		moments.Mul(pixels, weights)
		if err := fit.Solve(x, &moments); err != nil {
			if _, singular := err.(mat.Condition); !singular { // two bodies: one position tells the other
				t.Fatal(err)
			}
		}
		guess.Mul(x, &fit)
		off, all := 0.0, 0.0
		for j := range 6 {
			column := mat.Col(nil, j, &moments)
			mean := 0.0
			for _, v := range column {
				mean += v / float64(n)
			}
			for k, v := range column {
				off += math.Pow(v-guess.At(k, j), 2)
				all += math.Pow(v-mean, 2)
			}
		}
		t.Logf("%s: a share of %.1e of the moments' variance is not linear", name, off/all)
		if off/all > 0.01 {
			t.Errorf("%s: a share of %.3f of the moments' variance is not linear in the places", name, off/all)
		}
	}
}
