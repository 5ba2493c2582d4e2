package nhf

import (
	"testing"

	"hgn.local/gomlx_models/points"
)

// BenchmarkStep is one training step. "reference" has a batch of 512, two Hamiltonians of two leapfrog steps each, and
// K and V of two hidden layers of 128.
func BenchmarkStep(b *testing.B) {
	reference := CPU()
	reference.Batch, reference.EnergyHidden, reference.EncoderHidden = 512, []int{128, 128}, []int{128, 128}
	softplus := reference
	softplus.Activation = "softplus"
	for name, p := range map[string]Params{"quick": Quick(), "reference": reference, "softplus": softplus} {
		b.Run(name, func(b *testing.B) {
			data := sample(fourModes(b), 1, 4*p.Batch)
			m := newModel(b, p, points.Identity(2))
			l, err := NewLearner(m, data)
			ok(b, err)
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

// BenchmarkSample draws points from an untrained flow.
func BenchmarkSample(b *testing.B) {
	for name, p := range map[string]Params{"quick": Quick(), "paper": Paper()} {
		b.Run(name, func(b *testing.B) {
			const n = 20000
			m := newModel(b, p, points.Identity(2))
			ok(b, m.build())
			for b.Loop() {
				_, err := m.Sample(1, n)
				ok(b, err)
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e6/(n*float64(b.N)), "s/million")
		})
	}
}
