package density

import (
	"math/rand/v2"
	"testing"
)

// BenchmarkSample draws points of every target that needs no file.
func BenchmarkSample(b *testing.B) {
	const n = 10000
	for _, name := range append(Names(), "gaussians4x8") {
		b.Run(name, func(b *testing.B) {
			target, err := Named(name)
			if err != nil {
				b.Fatal(err)
			}
			r := rand.New(rand.NewPCG(1, 1))
			for b.Loop() {
				target.Sample(r, n)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/(n*float64(b.N)), "ns/point")
		})
	}
}
