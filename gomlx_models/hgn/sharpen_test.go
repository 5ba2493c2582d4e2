package hgn

import (
	"math"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// sharpening compares the two kinds of pixel error for decodings of q and targets that the model itself draws at
// q + away: their values, and their gradients by q and by all the decoder's weights, laid end to end.
func sharpening(t *testing.T, latent string, away float64) (plain, sharp [3][]float64) {
	t.Helper()
	const n = 20
	p := tiny()
	p.Latent, p.DecoderHidden = latent, []int{32, 64}
	m := newModel(t, p, tinyVideo)
	d := m.latent.Dim()
	run := compile(t, m.store, func(scope *model.Scope, in []*Node) []*Node {
		scope = scope.At("decoder")
		target := StopGradient(m.nets.draw(scope, AddScalar(in[0], away)))
		var outputs []*Node
		for _, mse := range []*Node{m.nets.pixelError(scope, in[0], target), m.sharpObjective(scope, in[0], target)} {
			wrt := []*Node{in[0]}
			for v := range m.store.IterVariables() {
				wrt = append(wrt, v.NodeValue(mse.Graph()))
			}
			gradients := Gradient(mse, wrt...)
			var flat []*Node
			for _, g := range gradients[1:] {
				flat = append(flat, Reshape(g, -1))
			}
			outputs = append(outputs, mse, gradients[0], Concatenate(flat, 0))
		}
		return outputs
	})
	got := run(matrix(draw(1, n*d), n, d))
	copy(plain[:], got[:3])
	copy(sharp[:], got[3:])
	return plain, sharp
}

func norm(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum)
}

// Value and gradient by the positions are those of the plain pixel error: J is a finite difference, which leaves
// a few per cent.
func TestSharpeningLeavesTheStatesAlone(t *testing.T) {
	for _, latent := range []string{"line", "circle,line"} {
		plain, sharp := sharpening(t, latent, 0.3)
		near(t, latent+": MSE", sharp[0], plain[0], 1e-12)
		difference := make([]float64, len(plain[1]))
		for i := range difference {
			difference[i] = sharp[1][i] - plain[1][i]
		}
		if off := norm(difference) / norm(plain[1]); off > 0.1 {
			t.Errorf("%s: the gradient by q differs by %.2g of its size", latent, off)
		}
	}
}

// Frames that the decoder draws already, a little aside of q, teach it next to nothing, where the plain error
// would have it blur them.
func TestSharpeningForgivesDisplacement(t *testing.T) {
	plain, sharp := sharpening(t, "line", 0.1)
	if left := norm(sharp[2]) / norm(plain[2]); left > 0.2 {
		t.Errorf("%.2f of the decoder's gradient is left", left)
	}
}
