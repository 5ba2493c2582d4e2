package figures

import (
	"slices"
	"testing"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/graphtest"
)

// Landscapes of a family hold its constant at the median of the videos, and other coordinates at 0; energies are those
// of the states at which they say they are.
func TestHeldCoordinates(t *testing.T) {
	p := hgn.Quick()
	p.Latent, p.Hamiltonian, p.EnergyHidden = "line,constant,line", "separable", []int{8}
	m, err := hgn.New(graphtest.Backend(t), p, video.Shape{Frames: 6, Size: 8, Dt: 0.1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := video.States{N: 3, D: 3, Q: []float32{1, 0.5, 2, 3, -0.25, 4, 5, 4, 6}, P: make([]float32, 9)}
	at := held(m, s)
	if !slices.Equal(at, []float32{0, 0.5, 0}) {
		t.Errorf("coordinates are held at %v", at)
	}
	k, v, err := energies(m, at, []float64{0.7}, []float64{0.3})
	if err != nil {
		t.Fatal(err)
	}
	wantK, wantV, err := m.Energies(video.States{N: 1, D: 3, Q: []float32{0.7, 0.5, 0}, P: []float32{0.3, 0, 0}})
	if err != nil || k[0] != float64(wantK[0]) || v[0] != float64(wantV[0]) {
		t.Errorf("energies %g and %g, want %g and %g (%v)", k[0], v[0], wantK[0], wantV[0], err)
	}
}
