package nhf

import (
	"testing"
	"time"

	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

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
func newLearner(tb testing.TB, m *Model) *Learner {
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

// BenchmarkDraw is the part of a step that makes its batch and noise.
func BenchmarkDraw(b *testing.B) {
	each(b, func(b *testing.B, m *Model) {
		l := newLearner(b, m)
		for step := 0; b.Loop(); step++ {
			l.draw(step)
		}
	})
}

// BenchmarkBuild makes the program of a training step: its graph, and then what the backend compiles of it.
func BenchmarkBuild(b *testing.B) {
	each(b, func(b *testing.B, m *Model) {
		p, d := m.Params, m.Dim()
		inputs := []shapes.Shape{shapes.Make(m.dtype, p.Batch, d), shapes.Make(m.dtype, p.Batch*p.Importance, d), shapes.Make(m.dtype)}
		var build, all time.Duration
		for b.Loop() {
			m := newModel(b, p, points.Identity(d))
			exec, err := model.NewExec(m.backend, m.store, func(scope *model.Scope, in []*Node) []*Node {
				began := time.Now()
				defer func() { build += time.Since(began) }()
				return m.update(scope, in)
			})
			ok(b, err)
			began := time.Now()
			_, err = exec.Compile(inputs...)
			ok(b, err)
			all += time.Since(began)
			exec.Finalize()
		}
		b.ReportMetric(build.Seconds()*1e3/float64(b.N), "build-ms")
		b.ReportMetric((all-build).Seconds()*1e3/float64(b.N), "compile-ms")
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
