package hgn

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"hgn.local/gomlx_models/video"
)

// States fitted to films with noise err by as much as the covariance says: the squared error in its units is the number of
// coordinates in the mean. The noise moves whole frames up and down, as no estimate would know that takes pixels for independent.
func TestCovarianceIsThatOfTheErrors(t *testing.T) {
	const n = 60
	p, shape := tiny(), tinyVideo
	p.Latent, p.DecoderHidden = "circle", []int{32, 64}
	shape.Frames = 25
	m := newModel(t, p, shape)
	truth := randomStates(1, n, 1)
	v := film(t, m, truth)
	r := rand.New(rand.NewPCG(7, 7))
	for i := range v.N {
		for k := range shape.Frames {
			lift := 6 * r.NormFloat64()
			for j, y := range v.Frame(i, k) {
				v.Frame(i, k)[j] = uint8(min(max(float64(y)+lift+2*r.NormFloat64(), 0), 255))
			}
		}
	}
	found, err := m.Refine(v, truth, 6)
	ok(t, err)
	covariance, err := m.Covariance(v, found)
	ok(t, err)
	mean := 0.0
	for i := range n {
		q, pp := found.At(i)
		q0, p0 := truth.At(i)
		e := mat.NewVecDense(2, []float64{float64(q[0] - q0[0]), float64(pp[0] - p0[0])})
		var solved mat.VecDense
		ok(t, solved.SolveVec(covariance[i], e))
		mean += mat.Dot(e, &solved) / n
	}
	if mean < 1 || mean > 4 { // 2 for normal errors; 25 frames know their own covariance to a quarter or so
		t.Errorf("the squared error is %.2f in units of the covariance, 2 is right", mean)
	}
	drawn := SamplesAbout(found.Part(0, 1), covariance[:1], 4000, 1)
	c := covariance[0]
	var got [1]float64
	for k := range drawn.N {
		q, _ := drawn.At(k)
		dq := float64(q[0] - found.Q[0])
		got[0] += dq * dq / float64(drawn.N)

	}
	near(t, "the variance of samples", []float64{got[0] / c.At(0, 0)}, []float64{1}, 0.1)
	if _, err := m.Covariance(video.Clips{Shape: shape, N: 1, Pixels: make([]uint8, shape.Frames*shape.Pixels())}, found.Part(0, 1)); err != nil {
		t.Errorf("a black film: %v", err)
	}
}
