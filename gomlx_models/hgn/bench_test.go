package hgn

import (
	"testing"
	"time"

	"hgn.local/gomlx_models/video"
)

// BenchmarkStep is one training step at full unroll on videos of the paper's length; compile-ms is the
// time that building and compiling its program took before, once.
func BenchmarkStep(b *testing.B) {
	for _, name := range []string{"quick", "cpu", "paper32", "paper"} {
		b.Run(name, func(b *testing.B) {
			p, err := Preset(name)
			ok(b, err)
			p.Latent, p.Curriculum = "circle", nil
			shape := video.Shape{Frames: 30, Size: 32, Dt: 0.125}
			if name == "paper" {
				shape.Size = 64
			}
			if p.Architecture == "conv" {
				p.Latent, err = ConvLatent(shape.Size)
				ok(b, err)
			}
			l := newLearner(b, p, noise(shape, 2*p.Batch, 1))
			_, err = l.Step(0)
			ok(b, err)
			fastest := l.CompileTime() // of which the first step is a part
			for step := 1; b.Loop(); step++ {
				began := time.Now()
				_, err := l.Step(step)
				ok(b, err)
				fastest = min(fastest, time.Since(began))
			}
			b.ReportMetric(float64((l.CompileTime() - fastest).Milliseconds()), "compile-ms")
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/step")
		})
	}
}
