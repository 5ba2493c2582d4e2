package hgn

import (
	"testing"
	"time"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// BenchmarkStep is one training step at full unroll on videos of the paper's length; compile-ms is the
// time that building and compiling its program took before, once.
func BenchmarkStep(b *testing.B) {
	for _, name := range []string{"quick", "cpu"} {
		b.Run(name, func(b *testing.B) {
			p, err := Preset(name)
			ok(b, err)
			p.Latent, p.Curriculum = "circle", nil
			l := newLearner(b, p, noise(Video{Frames: 30, Size: 32, Dt: 0.125}, 2*p.Batch, 1))
			unroll := l.Unroll(0)
			first := l.batch(0, unroll)
			began := time.Now()
			exec, err := l.program(unroll)
			ok(b, err)
			_, err = exec.Compile(first.video.Shape(), first.noise.Shape(), first.target.Shape(), first.index.Shape(), shapes.Make(dtypes.Float32))
			ok(b, err)
			compiling := time.Since(began)
			l.execs[unroll] = exec
			for step := 0; b.Loop(); step++ {
				_, err := l.Step(step)
				ok(b, err)
			}
			b.ReportMetric(float64(compiling.Milliseconds()), "compile-ms")
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/step")
		})
	}
}
