package notebook

import (
	"strings"
	"testing"

	"hgn.local/gomlx_models/hnn"
)

// tinyHNN are parameters of a baseline that trains in a second.
func tinyHNN(variant string) hnn.Params {
	p := hnn.Quick()
	p.Variant, p.EnergyHidden, p.EncoderHidden, p.DecoderHidden = variant, []int{8}, []int{8}, []int{8}
	p.Steps, p.Batch, p.Pairs = 12, 8, 2
	return p
}

// TestModelOfPixels shows of an HNN what it has in common with an HGN, and refuses the rest in a sentence.
func TestModelOfPixels(t *testing.T) {
	dir := runsHere(t)
	must(t, inCell(t, func() {
		run := Train("pixels", tinyHNN(hnn.Pixels), tinyData())
		Show(run, run.Rollout(Dt(-0.125)))
		Directions(run)
		Energy(run)
		Conservation(run, Train("hgn", tiny(), tinyData()))
		PerStep(run, Open("hgn"))
		Table(run, Open("hgn"))
	}))
	pictures(t, dir, "pixels/training.png", "pixels/reconstruction.png", "pixels/directions_video0.png", "conservation.png", "per_step.png")
	for name, f := range map[string]func(){
		"nb.Samples":     func() { Samples(Open("pixels")) },
		"nb.Interpolate": func() { Interpolate(Open("pixels")) },
	} {
		e := inCell(t, f)
		if e.code != exitFailed || lines(e.stderr) != 1 || !strings.Contains(e.stderr, name) || !strings.Contains(e.stderr, `"pixels" is of an HNN`) {
			t.Errorf("%s: exit code %d with %q", name, e.code, e.stderr)
		}
	}
}

// TestModelOfStates trains a model that has no frames to show, and shows it again.
func TestModelOfStates(t *testing.T) {
	dir := runsHere(t)
	for range 2 {
		out := must(t, inCell(t, func() { Show(Train("states", tinyHNN(hnn.States), tinyData())) }))
		if !strings.Contains(out, "drift of the true energy") {
			t.Errorf("the measures of states are missing:\n%s", out)
		}
	}
	pictures(t, dir, "states/training.png", "states/curve.png")
	if e := inCell(t, func() { Directions(Open("states")) }); e.code != exitFailed || !strings.Contains(e.stderr, "learned from states") {
		t.Errorf("exit code %d with %q", e.code, e.stderr)
	}
	if e := inCell(t, func() { PerStep(Open("states")) }); e.code != exitFailed || !strings.Contains(e.stderr, "no frames to compare") {
		t.Errorf("exit code %d with %q", e.code, e.stderr)
	}
}
