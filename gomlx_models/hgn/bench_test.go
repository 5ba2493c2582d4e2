package hgn

import (
	"testing"
	"time"

	"hgn.local/gomlx_models/video"
)

// BenchmarkStep is one training step at full unroll on videos of the paper's length; first-ms is the time that building the
// graph of its program and compiling it took before, once (BenchmarkBuild tells the two apart), and videos/s what a stream of
// videos has to make, as package dataset's benchmarks measure it.
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
			b.ReportMetric(float64((l.CompileTime() - fastest).Milliseconds()), "first-ms")
			b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N), "ms/step")
			b.ReportMetric(float64(p.Batch*b.N)/b.Elapsed().Seconds(), "videos/s")
		})
	}
}

// BenchmarkSample draws videos from an untrained model: states from the prior, rolled out over the paper's length, and
// drawn.
func BenchmarkSample(b *testing.B) {
	for _, name := range []string{"quick", "cpu", "paper32"} {
		b.Run(name, func(b *testing.B) {
			p, err := Preset(name)
			ok(b, err)
			shape, n := video.Shape{Frames: 30, Size: 32, Dt: 0.125}, 50
			p.Latent = "circle"
			if p.Architecture == "conv" {
				n = 5
				p.Latent, err = ConvLatent(shape.Size)
				ok(b, err)
			}
			m := newModel(b, p, shape)
			sample := func(seed uint64) {
				first, err := m.Prior(n, seed)
				ok(b, err)
				states, err := m.Rollout(first, shape.Dt, shape.Frames-1)
				ok(b, err)
				var q []float32
				for _, s := range states {
					q = append(q, s.Q...)
				}
				_, err = m.Decode(q)
				ok(b, err)
			}
			sample(0) // compiles
			for seed := uint64(1); b.Loop(); seed++ {
				sample(seed)
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "videos/s")
		})
	}
}
