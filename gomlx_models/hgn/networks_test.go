package hgn

import (
	"math"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/graphtest"
)

// An untrained decoder draws the mean frame that it was given, or grey, for every configuration, up to the
// scatter of its random weights; without these it draws it exactly, black and white nearly.
func TestUntrainedDecoderDrawsTheMeanFrame(t *testing.T) {
	backend := graphtest.Backend(t)
	const n = 200
	p := Quick()
	p.Latent = "circle,line"
	ramp := make([]float32, tinyVideo.Pixels())
	for i := range ramp {
		ramp[i] = float32(i) / float32(len(ramp)-1)
	}
	for name, mean := range map[string][]float32{"mean frame": ramp, "none": nil} {
		t.Run(name, func(t *testing.T) {
			m, err := New(backend, p, tinyVideo, mean)
			ok(t, err)
			q := randomStates(1, n, 2).Q
			scatter := func() float64 {
				frames, err := m.Decode(q)
				ok(t, err)
				square := 0.0
				for i, y := range frames {
					want := 0.5
					if mean != nil {
						want = min(max(float64(mean[i%len(mean)]), 0.02), 0.98)
					}
					if !(y > 0 && y < 1) {
						t.Fatalf("a pixel is %g", y)
					}
					square += math.Pow(float64(y)-want, 2) / float64(len(frames))
				}
				return math.Sqrt(square)
			}
			// 0.07 and 0.10 were measured; grey is 0.29 from the ramp.
			if s := scatter(); s < 0.005 || s > 0.17 {
				t.Errorf("the first pictures differ from the mean frame by %.3f, root mean square", s)
			}
			last := m.store.GetVariable("/decoder/frame/weights")
			weights := tensors.MustCopyFlatData[float32](last.MustValue())
			clear(weights[:len(weights)-tinyVideo.Pixels()])
			ok(t, last.SetValue(tensors.FromFlatDataAndDimensions(weights, last.Shape().Dimensions...)))
			if s := scatter(); s > 1e-5 {
				t.Errorf("without its random weights the decoder differs from the mean frame by %.2g", s)
			}
		})
	}
}

// The encoder tells frames apart by their order: a video and its reversal are not seen as the same.
func TestEncoderSeesOrder(t *testing.T) {
	m := newModel(t, tiny(), tinyVideo)
	videos := noise(tinyVideo, 6, 1)
	forward, err := m.Encode(videos)
	ok(t, err)
	turned := video.Clips{Shape: tinyVideo, N: videos.N}
	for i := range videos.N {
		for frame := range tinyVideo.Frames {
			turned.Pixels = append(turned.Pixels, videos.Frame(i, tinyVideo.Frames-1-frame)...)
		}
	}
	backward, err := m.Encode(turned)
	ok(t, err)
	if far := min(distance(backward.Q, forward.Q), distance(backward.P, forward.P)); far < 0.01 {
		t.Errorf("the states of videos and of the same videos backwards differ by %.2g only", far)
	}
	for i := 1; i < videos.N; i++ {
		q, _ := forward.At(i)
		if first, _ := forward.At(0); distance(q, first) < 1e-3 {
			t.Errorf("videos 0 and %d have the same q", i)
		}
	}
}
