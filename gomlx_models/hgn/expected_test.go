package hgn

import (
	"math"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/video"
)

// The state of a convolutional model is the mean of f_psi over draws of z, whatever other videos there are; that of a dense one
// is f_psi of the mean.
func TestExpectedState(t *testing.T) {
	p, err := Preset("paper32")
	ok(t, err)
	p.Filters = 4
	shape := video.Shape{Frames: 4, Size: 32, Dt: 0.125}
	p.Latent, err = ConvLatent(shape.Size)
	ok(t, err)
	m := newModel(t, p, shape)
	clips := noise(shape, 3, 1)
	got, err := m.Encode(clips)
	ok(t, err)

	one := clips.Part(1, 1)
	loaded, err := one.Load(0)
	ok(t, err)
	out, err := m.encodeExec.Call(video.Pool(loaded, p.Pool).Tensor([]int{0}, nil, shape.Frames))
	ok(t, err)
	mean, std := tensors.MustCopyFlatData[float32](out[0]), tensors.MustCopyFlatData[float32](out[1])
	want, ofMean := make([]float64, got.D), make([]float64, got.D)
	draw := func(noise []float32, into []float64, share float64) {
		z := make([]float32, len(mean))
		for k := range z {
			z[k] = mean[k]
			if noise != nil {
				z[k] += std[k] * noise[k]
			}
		}
		s, err := m.anchored(z, 1)
		ok(t, err)
		for k := range into {
			into[k] += share * float64(s.Q[k])
		}
	}
	for _, n := range m.inferenceNoise() {
		draw(tensors.MustCopyFlatData[float32](n), want, 1./inferenceDraws)
	}
	draw(nil, ofMean, 1)
	farthest := 0.0
	for k, w := range want {
		if x := float64(got.Q[got.D+k]); math.Abs(x-w) > 1e-4*(1+math.Abs(w)) {
			t.Fatalf("q[%d] is %g, the mean over draws %g", k, x, w)
		}
		farthest = max(farthest, math.Abs(w-ofMean[k]))
	}
	if farthest < 1e-3 {
		t.Errorf("f_psi of the mean is as far as %g from it: nothing was tested", farthest)
	}
}
