package hnn

import (
	"testing"

	"hgn.local/gomlx_models/video"
)

// BenchmarkStep is one training step on videos of the paper's length.
func BenchmarkStep(b *testing.B) {
	for _, name := range []string{"quick", "cpu"} {
		b.Run(name, func(b *testing.B) {
			p, err := Preset(name)
			ok(b, err)
			p.LatentDim = 1
			l := newLearner(b, p, noise(video.Shape{Frames: 30, Size: 32, Dt: 0.125}, 2*p.Batch, 1))
			_, err = l.Step(0)
			ok(b, err)
			for step := 1; b.Loop(); step++ {
				_, err := l.Step(step)
				ok(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/step")
		})
	}
}
