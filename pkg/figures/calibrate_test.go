package figures

import (
	"math"
	"math/rand/v2"
	"testing"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
)

// TestRotation finds a turn and a reflection of a circle from noisy angles that wind around it.
func TestRotation(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, want := range []affine{{1, 0.7}, {-1, -2.5}, {1, 3}} {
		x, y := make([]float64, 400), make([]float64, 400)
		for i := range x {
			x[i] = 4 * math.Pi * (r.Float64() - 0.5)
			y[i] = want.at(x[i]) + 0.05*r.NormFloat64() + 2*math.Pi*float64(r.IntN(3)-1)
		}
		got, score := rotation(x, y)
		if got.Scale != want.Scale || math.Abs(math.Remainder(got.Shift-want.Shift, 2*math.Pi)) > 0.02 || score < 0.99 {
			t.Errorf("found %v with score %g, want %v", got, score, want)
		}
	}
}

// TestUnrelatedAnglesScoreLow guards the limit above which a map is shown.
func TestUnrelatedAnglesScoreLow(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	x, y := make([]float64, 2000), make([]float64, 2000)
	for i := range x {
		x[i], y[i] = 2*math.Pi*r.Float64(), 2*math.Pi*r.Float64()
	}
	if _, score := rotation(x, y); score > 0.2 {
		t.Errorf("unrelated angles have score %g", score)
	}
}

// TestFitCoordinates recovers a canonical map between learned and true coordinates: with q' = a·q and p' = b·p the energies
// differ by the factor a·b.
func TestFitCoordinates(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const n, frames, a, b = 50, 4, 1.7, -0.4
	truth := &dataset.Dataset{N: n, T: frames, D: 1, Q: make([]float64, n*frames), P: make([]float64, n*frames)}
	c := &calibration{energy: affine{Scale: a * b}}
	for range frames {
		c.states = append(c.states, video.NewStates(n, 1))
	}
	for i := range n {
		for f := range frames {
			q, p := r.NormFloat64(), r.NormFloat64()
			c.states[f].Q[i], c.states[f].P[i] = float32(q), float32(p)
			truth.Q[i*frames+f], truth.P[i*frames+f] = a*q+0.3, b*p
		}
	}
	c.fitCoordinates(truth, false)
	if !c.coordinates || math.Abs(c.q.Scale-a) > 1e-5 || math.Abs(c.q.Shift-0.3) > 1e-5 || math.Abs(c.p.Scale-b) > 1e-5 {
		t.Errorf("found q %v and p %v (used: %v)", c.q, c.p, c.coordinates)
	}
	if x := c.q.inverse(c.q.at(1.25)); math.Abs(x-1.25) > 1e-12 {
		t.Errorf("the inverse gives %g", x)
	}
}
