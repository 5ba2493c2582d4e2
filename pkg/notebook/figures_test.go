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
