package hgn

import (
	"fmt"
	"testing"
	"time"

	"hgn.local/gomlx_models/video"
)

// buildCases are presets, the variant with the largest graphs, as a joint H is integrated implicitly, and the steps that
// sharpen.
var buildCases = []string{"quick", "cpu", "paper32", "paper", "joint", "sharp"}

// buildTime makes the program of a training step that unrolls some steps from the first frame: the time to build its
// graph, and the time that the Go backend takes to compile it.
func buildTime(tb testing.TB, name string, unroll int) (build, compile time.Duration) {
	tb.Helper()
	c, known := lowered()[name]
	if !known {
		c = lowered()["cpu"]
	}
	p := c.params
	if name == "joint" {
		p.Hamiltonian = "joint"
	}
	p.Curriculum, p.Anchor, p.Batch, p.Sharpen = nil, "first", 2, 0
	if name == "sharp" {
		p.Sharpen = 1
	}
	l := newLearner(tb, p, noise(video.Shape{Frames: unroll + 1, Size: c.video.Size, Dt: 0.125}, 2, 1))
	build, compile, err := l.BuildTime(0)
	ok(tb, err)
	return build, compile
}

// A program of training is built and compiled within 2 s for 30 steps and within 6 s for 100, and the time to build a graph
// grows with its length, not with the square of it: 100 steps would then take 11 times as long as 30. Of two tries the
// fastest counts, and where it is too slow that of up to eight, as the machine may do other things besides.
func TestBuildTime(t *testing.T) {
	limits := map[int]time.Duration{30: 2 * time.Second, 100: 6 * time.Second}
	for _, name := range buildCases {
		building, whole := map[int]time.Duration{}, map[int]time.Duration{}
		least := func(of map[int]time.Duration, unroll int, d time.Duration) {
			if before, known := of[unroll]; !known || d < before {
				of[unroll] = d
			}
		}
		growth := func() float64 { return float64(building[100]) / float64(building[30]) }
		slow := func() bool { return whole[30] > limits[30] || whole[100] > limits[100] || growth() > 7 }
		for try := 0; try < 2 || try < 8 && slow(); try++ {
			for unroll := range limits {
				build, compile := buildTime(t, name, unroll)
				least(building, unroll, build)
				least(whole, unroll, build+compile)
			}
		}
		for unroll, limit := range limits {
			if whole[unroll] > limit {
				t.Errorf("%s: %d steps take %v to build and compile, more than %v", name, unroll, whole[unroll], limit)
			}
		}
		t.Logf("%s: 30 steps take %v, 100 steps %v", name, whole[30], whole[100])
		if growth() > 7 {
			t.Errorf("%s: 100 steps take %.1f times as long to build as 30", name, growth())
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
