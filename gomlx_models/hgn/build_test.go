package hgn

import (
	"fmt"
	"testing"
	"time"

	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/video"
)

// buildCases are presets, and the variant with the largest graphs: a joint H is integrated implicitly.
var buildCases = []string{"quick", "cpu", "paper32", "joint"}

// buildTime makes the program of a training step that unrolls some steps from the first frame: the time to build its
// graph, and the time that the Go backend takes to compile it.
func buildTime(tb testing.TB, name string, unroll int) (build, compile time.Duration) {
	tb.Helper()
	p := lowered()["cpu"].params
	if name == "joint" {
		p.Hamiltonian = "joint"
	} else {
		p = lowered()[name].params
	}
	p.Curriculum, p.Anchor, p.Batch = nil, "first", 2
	l := newLearner(tb, p, noise(video.Shape{Frames: unroll + 1, Size: 32, Dt: 0.125}, 2, 1))
	b, err := l.batches.draw(l.seed(), 0, unroll)
	ok(tb, err)
	exec, err := model.NewExec(l.model.backend, l.model.store, func(scope *model.Scope, in []*Node) []*Node {
		began := time.Now()
		defer func() { build = time.Since(began) }()
		return l.update(scope, in, kind{unroll: unroll})
	})
	ok(tb, err)
	defer exec.Finalize()
	scalar := tensors.FromScalar(float32(0))
	var inputs []shapes.Shape
	for _, x := range []*tensors.Tensor{b.video, b.noise, b.target, b.index, scalar, scalar} {
		inputs = append(inputs, x.Shape())
	}
	began := time.Now()
	_, err = exec.Compile(inputs...)
	ok(tb, err)
	return build, time.Since(began) - build
}

// Programs of training are made in seconds, and the time to build a graph grows with its length, not with the square of it:
// 100 steps then take 11 times as long as 30. The limits leave room for a machine that does other things besides.
func TestBuildTime(t *testing.T) {
	for _, name := range buildCases {
		fastest := map[int]time.Duration{}
		for _, unroll := range []int{30, 100, 30, 100} {
			build, compile := buildTime(t, name, unroll)
			if limit := time.Duration(unroll) * 200 * time.Millisecond; build+compile > limit {
				t.Errorf("%s: %d steps take %v to build and %v to compile", name, unroll, build, compile)
			}
			if before, known := fastest[unroll]; !known || build < before {
				fastest[unroll] = build
			}
		}
		if growth := float64(fastest[100]) / float64(fastest[30]); growth > 7 {
			t.Errorf("%s: 100 steps take %.1f times as long to build as 30", name, growth)
		}
	}
}

// BenchmarkBuild makes the programs of training steps of 30 and of 100 steps.
func BenchmarkBuild(b *testing.B) {
	for _, name := range buildCases {
		for _, unroll := range []int{30, 100} {
			b.Run(fmt.Sprintf("%s/%d", name, unroll), func(b *testing.B) {
				var building, compiling time.Duration
				for b.Loop() {
					build, compile := buildTime(b, name, unroll)
					building, compiling = building+build, compiling+compile
				}
				b.ReportMetric(building.Seconds()*1e3/float64(b.N), "build-ms")
				b.ReportMetric(compiling.Seconds()*1e3/float64(b.N), "compile-ms")
			})
		}
	}
}
