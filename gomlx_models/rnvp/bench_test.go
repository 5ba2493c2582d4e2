package rnvp

import (
	"testing"
	"time"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
)

// each runs f for every preset, in the plane.
func each(b *testing.B, f func(b *testing.B, m *Model)) {
	for _, name := range []string{"quick", "cpu", "paper"} {
		b.Run(name, func(b *testing.B) { f(b, newModel(b, presets[name](), points.Identity(2))) })
	}
}

// newLearner prepares a training on normal points.
func newLearner(tb testing.TB, m *Model) *fit.Learner {
	tb.Helper()
	l, err := NewLearner(m, sample(prior.Normal{D: 2, Scale: 1}, 1, 4*m.Params.Batch))
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
		_, err := m.Sample(1, 1) // compiles
		ok(b, err)
		for b.Loop() {
			_, err := m.Sample(1, n)
			ok(b, err)
		}
		b.ReportMetric(b.Elapsed().Seconds()*1e6/(n*float64(b.N)), "s/million")
	})
}

// BenchmarkLogProb evaluates log p of points.
func BenchmarkLogProb(b *testing.B) {
	const n = 20000
	each(b, func(b *testing.B, m *Model) {
		x := sample(prior.Normal{D: 2, Scale: 1}, 1, n)
		_, err := m.LogProb(x.Part(0, 1)) // compiles
		ok(b, err)
		for b.Loop() {
			_, err := m.LogProb(x)
			ok(b, err)
		}
		b.ReportMetric(b.Elapsed().Seconds()*1e6/(n*float64(b.N)), "us/point")
	})
}
