package notebook

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"

	"hgn.local/pkg/training"
)

// An energy of one's own, written in a cell, and a known one: flows learn both, with pictures in the plane, and their
// free energies differ by what is known.
func TestCellsOfEnergies(t *testing.T) {
	dir := runsHere(t)
	p := tinyFlow()
	p.Dt, p.Hamiltonians, p.Steps, p.Batch = 0.3, 2, 60, 64
	out := must(t, inCell(t, func() {
		bowl := func(stiffness float64) func(x *graph.Node) *graph.Node {
			return func(x *graph.Node) *graph.Node {
				return graph.MulScalar(graph.ReduceSum(graph.Square(x), -1), stiffness/2)
			}
		}
		soft, hard := Target(TargetEnergy("soft", 2, 1, bowl(1))), Target(TargetEnergy("hard", 3, 0.5, bowl(4)))
		Show(soft)
		a, b := Train("soft", p, soft), Train("hard", p, hard, Quiet())
		Show(a)
		for _, c := range []struct {
			run  *Run
			want float64
		}{{a, math.Log(2 * math.Pi)}, {b, 1.5 * math.Log(2*math.Pi/4)}} {
			if z := c.run.LogZ(); !(math.Abs(z.Mean-c.want) < 3*z.Half) || z.N == 0 {
				t.Errorf("log Z of %s is %.4f ± %.4f, want %.4f", c.run.Name(), z.Mean, z.Half, c.want)
			}
		}
		want := math.Log(2*math.Pi) - 1.5*math.Log(2*math.Pi/4)
		if f := FreeEnergy(a, b); !(math.Abs(f.Mean-want) < 3*f.Half) {
			t.Errorf("the free energies differ by %.4f ± %.4f, want %.4f", f.Mean, f.Half, want)
		}
		Measures(b)
		Momenta("soft")
	}))
	pictures(t, filepath.Join(dir, "soft"), "training.png", "curve.png", "density.png")
	pictures(t, dir, "momenta.png")
	for _, text := range []string{"log Z by the weights", "with 4096 momenta"} {
		if !strings.Contains(out, text) {
			t.Errorf("nothing is said of %q:\n%s", text, out)
		}
	}
	must(t, inCell(t, func() {
		s, err := newPointScene(Open("hard"))
		if err == nil {
			_, err = s.picture("Training hard", "", training.Log{}) // before the first step
		}
		if err != nil {
			t.Error(err)
		}
	}))
	for _, c := range []struct {
		says string
		f    func()
	}{
		{"double_well", func() { Target("nosuch") }},
		{"did not learn an energy", func() {
			Train("points", tinyFlow(), Density("gaussians4", Points(200)), Quiet())
			Open("points").LogZ()
		}},
		{"two runs", func() { FreeEnergy(nil, nil) }},
		{"built-in", func() { TargetEnergy("phi4", 2, 1, func(x *graph.Node) *graph.Node { return x }) }},
		{"one for each", func() {
			Train("wrong", tinyFlow(), Target(TargetEnergy("wrong", 2, 1, func(x *graph.Node) *graph.Node { return x })))
		}},
	} {
		e := inCell(t, func() { c.f(); t.Error("the cell went on") })
		if e.code != exitFailed || lines(e.stderr) != 1 || !strings.Contains(e.stderr, c.says) {
			t.Errorf("exit code %d with %q, want %q", e.code, e.stderr, c.says)
		}
	}
}
