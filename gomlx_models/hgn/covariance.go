package hgn

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distmv"

	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/video"
)

// Covariance returns, for each video, the covariance of its state at the anchor (q, p), [2d, 2d], about the state
// that Refine fitted: it measures how well the frames determine the state. It is the sandwich estimate of a
// least-squares fit (Huber 1967; White 1982),
//
//	C = T/(T - 2d) · A⁻¹ B A⁻¹,   A = JᵀJ,   B = Σ over frames of g gᵀ,   g = a frame's contribution to Jᵀr
//
// with J the derivatives of the predicted pixels and r their errors. It assumes that the noise of different frames is
// independent, but not that pixels are: noise that displaces a body moves all its pixels together. It does not
// include the model's own error.
func (m *Model) Covariance(v video.Clips, s video.States) ([]*mat.SymDense, error) {
	fit, err := m.linearise(v, s)
	if err != nil {
		return nil, err
	}
	n := 2 * s.D
	out := make([]*mat.SymDense, s.N)
	for i, e := range fit {
		a := mat.NewSymDense(n, e.JtJ)
		trace := mat.Trace(a)
		for j := range n {
			a.SetSym(j, j, a.At(j, j)+1e-6*trace/float64(n)) // keeps A invertible if no frame shows some direction
		}
		var cholesky mat.Cholesky
		if !cholesky.Factorize(a) || e.Frames <= n {
			return nil, params.Errorf("the frames of video %d do not determine its state: give videos of more than %d frames in which something moves", i, n)
		}
		var inverse mat.SymDense
		if err := cholesky.InverseTo(&inverse); err != nil {
			return nil, err
		}
		var half, whole mat.Dense
		half.Mul(&inverse, mat.NewDense(n, n, e.Scores))
		whole.Mul(&half, &inverse)
		out[i] = mat.NewSymDense(n, nil)
		for a := range n {
			for b := range a + 1 {
				out[i].SetSym(a, b, float64(e.Frames)/float64(e.Frames-n)*(whole.At(a, b)+whole.At(b, a))/2)
			}
		}
	}
	return out, nil
}

// SamplesAbout draws n states for each given state at the anchor, from normal distributions with the covariances of
// Covariance. The n samples of one state are contiguous.
func SamplesAbout(s video.States, covariance []*mat.SymDense, n int, seed uint64) video.States {
	out := video.NewStates(s.N*n, s.D)
	rng := rand.New(rand.NewPCG(seed, 0x9057))
	for i := range s.N {
		q, p := s.At(i)
		mean := append(float64s(q), float64s(p)...)
		c := covariance[i]
		for j := range 2 * s.D {
			c.SetSym(j, j, c.At(j, j)+1e-12)
		}
		normal, ok := distmv.NewNormal(mean, c, rng)
		for k := range n {
			x := mean
			if ok {
				x = normal.Rand(nil)
			}
			toQ, toP := out.At(i*n + k)
			for j := range s.D {
				toQ[j], toP[j] = float32(x[j]), float32(x[s.D+j])
			}
		}
	}
	return out
}

func float64s(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}
