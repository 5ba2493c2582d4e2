package fit

import (
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/graphtest"
)

// A training on parts of its batches takes the steps of the whole batches: losses, the gradient's norm and weights agree.
// Losses that are no means over a batch are refused, and so are parts that do not divide it.
func TestAddsUpParts(t *testing.T) {
	begin := func(parts int) *Learner {
		o := line(graphtest.Backend(t))
		o.Names, o.Adam.ClipNorm = o.Names[:1], 0.5
		all := o.Loss
		o.Loss = func(scope *model.Scope, in []*Node, variant any) []*Node { return all(scope, in, variant)[:1] }
		l := New(o)
		ok(t, l.Accumulate(parts))
		return l
	}
	var want []Losses
	whole := begin(1)
	for step := range 20 {
		x, err := whole.Step(step)
		ok(t, err)
		want = append(want, x)
	}
	for _, parts := range []int{2, 8} {
		l := begin(parts)
		for step := range 20 {
			got, err := l.Step(step)
			ok(t, err)
			for name, x := range want[step] {
				graphtest.Near(t, name, []float64{got[name]}, []float64{x}, 1e-5)
			}
		}
		if l.CompileTime() <= 0 {
			t.Error("no time was spent compiling")
		}
	}
	o := line(graphtest.Backend(t))
	for parts, says := range map[int]string{0: "at least 1", 3: "multiple of 3"} {
		if err := New(o).Accumulate(parts); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%d parts: %v", parts, err)
		}
	}
	o.Whole = "it looks at all of them"
	if err := New(o).Accumulate(2); err == nil || !strings.Contains(err.Error(), o.Whole) {
		t.Errorf("%v", err)
	}
}
