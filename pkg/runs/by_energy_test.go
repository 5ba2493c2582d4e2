package runs

import (
	"context"
	"math"
	"testing"

	"hgn.local/pkg/dataset"
)

// TestByEnergy checks that each band holds the errors of its own trajectories.
func TestByEnergy(t *testing.T) {
	energies := []float64{5, 1, 9, 2, 8, 4} // errors grow with the square of the rank
	g := &evaluation{n: len(energies)}
	c := &simulatorMetrics{}
	c.cannot[1] = true
	for i, e := range energies {
		g.trueEnergy, g.meanFrame = append(g.trueEnergy, []float64{e, e}), append(g.meanFrame, 4)
		for k := range directions {
			c.rollouts[k].best.AddTo(i, 0, []float32{float32(e)}, []uint8{0}) // an error of e²
		}
	}
	var o Report
	o.byEnergy(g, c)
	if len(o.ByEnergy) != energyBands {
		t.Fatalf("%+v", o.ByEnergy)
	}
	for k, want := range []struct{ from, to, share float64 }{{1, 2, (1. + 4) / 8}, {4, 5, (16. + 25) / 8}, {8, 9, (64. + 81) / 8}} {
		b := o.ByEnergy[k]
		if b.From != want.from || b.To != want.to || b.Trajectories != 2 || math.Abs(b.Share.Forward-want.share) > 1e-6 || !math.IsNaN(b.Share.Backward) {
			t.Errorf("band %d is %+v, want %+v", k, b, want)
		}
	}
}

// TestDonors checks that constants are only exchanged where the motion that follows is one that such constants have:
// at the velocity of a short pendulum that goes round, a long one would have many times the usual energy.
func TestDonors(t *testing.T) {
	set, err := dataset.Recipe{System: "pendulum", Vary: `{"length":[0.7,2]}`, Trajectories: 40, Frames: 2, Size: 8, Dt: 0.125, Noise: -1, Seed: 5}.Generate(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	donor, err := donors(set, set.N)
	if err != nil {
		t.Fatal(err)
	}
	far, wild := 0, 0
	for i, j := range donor {
		own, err := set.PhysicsOf(i)
		if err != nil {
			t.Fatal(err)
		}
		other, err := set.PhysicsOf(j)
		if err != nil {
			t.Fatal(err)
		}
		q, p := set.State(i, 0)
		if e := other.Energy(q, sameVelocity(own, other, q, p)); e > 7 && set.Varied[j] > 1.3 { // none of such a length begins with more
			wild++
		}
		if j == i {
			t.Errorf("video %d gives itself its constants", i)
		}
		if math.Abs(set.Varied[i]-set.Varied[j]) > 0.2 {
			far++
		}
	}
	if wild > 0 || far < set.N/3 {
		t.Errorf("%d motions have energies that none has, and %d of %d constants change by much", wild, far, set.N)
	}
}
