package nhf

import (
	"testing"
	"time"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/points"
)

// benchmarked are the presets, and the preset cpu with other energies.
func benchmarked() (names []string, params map[string]Params) {
	softplus, fixed := CPU(), CPU()
	softplus.Activation, fixed.Kinetic = "softplus", "fixed"
	return []string{"quick", "cpu", "paper", "softplus", "fixed kinetic"},
		map[string]Params{"quick": Quick(), "cpu": CPU(), "paper": Paper(), "softplus": softplus, "fixed kinetic": fixed}
}

// each runs f for every set of parameters, in the plane.
func each(b *testing.B, f func(b *testing.B, m *Model)) {
	names, params := benchmarked()
	for _, name := range names {
		b.Run(name, func(b *testing.B) { f(b, newModel(b, params[name], points.Identity(2))) })
	}
}

// newLearner prepares a training on four modes.
func newLearner(tb testing.TB, m *Model) *fit.Learner {
	tb.Helper()
	l, err := NewLearner(m, sample(fourModes(tb), 1, 4*m.Params.Batch))
	ok(tb, err)
	return l
}

// BenchmarkStep is one training step.
func BenchmarkStep(b *testing.B) {
	each(b, func(b *testing.B, m *Model) {
		l := newLearner(b, m)
		_, err := l.Step(0)
		ok(b, err)
		for step := 1; b.Loop(); step++ {
			_, err := l.Step(step)
			ok(b, err)
		}
		b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N), "ms/step")
	})
}

// BenchmarkBuild makes the program of a training step: its graph, and then what the backend compiles of it.
func BenchmarkBuild(b *testing.B) {
	each(b, func(b *testing.B, m *Model) {
		var building, compiling time.Duration
		for b.Loop() {
			build, compile, err := newLearner(b, newModel(b, m.Params, points.Identity(m.Dim()))).BuildTime(0)
			ok(b, err)
			building, compiling = building+build, compiling+compile
		}
		b.ReportMetric(building.Seconds()*1e3/float64(b.N), "build-ms")
		b.ReportMetric(compiling.Seconds()*1e3/float64(b.N), "compile-ms")
	})
}

// BenchmarkSample draws points from an untrained flow.
func BenchmarkSample(b *testing.B) {
	const n = 20000
	each(b, func(b *testing.B, m *Model) {
		ok(b, m.build())
		_, err := m.Sample(1, 1) // compiles
		ok(b, err)
		for b.Loop() {
			_, err := m.Sample(1, n)
			ok(b, err)
		}
		b.ReportMetric(b.Elapsed().Seconds()*1e6/(n*float64(b.N)), "s/million")
	})
}

// BenchmarkLogProb estimates log p of points with as many momenta as the parameters ask for.
func BenchmarkLogProb(b *testing.B) {
	const n = 200
	each(b, func(b *testing.B, m *Model) {
		x := normal(1, n, 2)
		_, err := m.LogProb(x.Part(0, 1)) // compiles
		ok(b, err)
		for b.Loop() {
			_, err := m.LogProb(x)
			ok(b, err)
		}
		b.ReportMetric(b.Elapsed().Seconds()*1e6/(n*float64(b.N)), "us/point")
	})
}
