package notebook

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/pkg/physics"
)

// pictures fails the test unless files of a folder are there.
func pictures(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() < 500 {
			t.Errorf("no picture %s: %v", name, err)
		}
	}
}

func TestEverySystemIsShown(t *testing.T) {
	dir := runsHere(t)
	for _, name := range physics.Names() {
		must(t, inCell(t, func() {
			system, err := physics.ByName(name)
			if err != nil {
				t.Error(err)
			}
			System(system, Trajectories(3), Frames(8), Size(16))
		}))
		pictures(t, dir, name+"_system.png")
	}
}

func TestCaptionNamesChangedConstants(t *testing.T) {
	twice := physics.Pendulum()
	twice.PotentialFactor = 2
	if got := caption(twice); got != "Pendulum, potential factor = 2" {
		t.Errorf("the caption is %q", got)
	}
	if got := caption(physics.TwoBody()); got != "Two body" {
		t.Errorf("the caption is %q", got)
	}
}

func TestFiguresOfTrainedRuns(t *testing.T) {
	dir := runsHere(t)
	euler := tiny()
	euler.Integrator = "euler"
	out := must(t, inCell(t, func() {
		a, b := Train("a", tiny(), tinyData()), Train("b", euler, tinyData())
		Directions(a, Trajectory(3))
		Interpolate(a, From(4), To(2), Trajectories(3), Dt(-0.25))
		Samples(a, Trajectories(2), Steps(5), Seed(7))
		Samples(a, Trajectories(10), FromPosterior())
		PerStep(a, b)
		Conservation(a, b)
	}))
	pictures(t, dir, "a/directions_video3.png", "a/interpolation_video4_video2_dt-0.25.png", "a/samples_prior_seed7_dt0.125.png",
		"a/samples_prior_seed7_dt0.125.gif", "a/samples_posterior_seed1_dt0.125.gif", "per_step.png", "conservation.png")
	for _, text := range []string{"half speed", "mean frame", "units of its spread"} {
		if !strings.Contains(out, text) {
			t.Errorf("nothing is said of %q:\n%s", text, out)
		}
	}
}

// TestInterpolationEndsWhereItShould compares the ends of an interpolation with rollouts of the two videos.
func TestInterpolationEndsWhereItShould(t *testing.T) {
	runsHere(t)
	must(t, inCell(t, func() {
		run := Train("tiny", tiny(), tinyData())
		from, to := run.Rollout(Trajectory(3), Dt(-0.25), Steps(4)), run.Rollout(Trajectory(5), Dt(-0.25), Steps(4))
		m, err := run.asHGN("", "")
		if err != nil {
			t.Error(err)
		}
		states, err := m.Between(from.States[0], to.States[0], 3)
		if err != nil {
			t.Error(err)
		}
		rows, err := films(m, states, -0.25, 4)
		if err != nil {
			t.Error(err)
		}
		for i, end := range map[int]*Rollout{0: from, 2: to} {
			for k, frame := range end.Learned() {
				if d := furthest(frame, rows[i].Frames[k]); d > 1 {
					t.Errorf("frame %d of row %d is %d of 255 off its rollout", k, i, d)
				}
			}
		}
	}))
}

// furthest is the largest difference of two frames' bytes.
func furthest(a, b []uint8) int {
	worst := 0
	for i := range a {
		worst = max(worst, int(a[i])-int(b[i]), int(b[i])-int(a[i]))
	}
	return worst
}

func TestColumnsAreEven(t *testing.T) {
	for n, want := range map[int]int{1: 1, 6: 6, 8: 8, 9: 5, 20: 7} {
		if got := columns(n); got != want {
			t.Errorf("%d films are laid out in %d columns, want %d", n, got, want)
		}
	}
}
