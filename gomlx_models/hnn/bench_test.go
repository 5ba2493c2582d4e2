package hnn

import (
	"slices"
	"testing"
	"time"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/video"
)

// BenchmarkStep is one training step of a preset's variant: on videos of the paper's length and the size that the preset is
// made for, or on states of a system with one coordinate. The batch of a convolutional variant is 16 at most, the HGN's: of
// 200 a step takes minutes without an accelerator. first-ms is what the first step took, once: it builds the program
// and compiles it besides.
func BenchmarkStep(b *testing.B) {
	for _, preset := range []string{"quick", "cpu", "paper32", "paper"} {
		for _, variant := range []string{States, Baseline, Pixels, Conv} {
			b.Run(preset+"/"+variant, func(b *testing.B) {
				p, err := Preset(preset)
				ok(b, err)
				p.Variant, p.LatentDim = variant, 1
				if variant == Conv {
					p.Batch = min(p.Batch, 16)
				}
				l := stepped(b, p)
				began := time.Now()
				_, err = l.Step(0)
				ok(b, err)
				first := time.Since(began)
				for step := 1; b.Loop(); step++ {
					_, err := l.Step(step)
					ok(b, err)
				}
				b.ReportMetric(first.Seconds()*1e3, "first-ms")
				b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N), "ms/step")
			})
		}
	}
}

// stepped is a learner of random videos or states.
func stepped(b *testing.B, p Params) *fit.Learner {
	if p.OfVideos() {
		v := video.Shape{Frames: 30, Size: 32, Dt: 0.125}
		if p.Preset == "paper" {
			v.Size = 64
		}
		return newLearner(b, p, noise(v, 2*p.Batch, 1))
	}
	s := randomStates(1, 2*p.Batch, 1)
	l, err := NewStatesLearner(newStates(b, p, 1), Samples{States: s, Rates: video.States{N: s.N, D: s.D, Q: slices.Clone(s.P), P: slices.Clone(s.Q)}})
	ok(b, err)
	return l
}
