package figures

import (
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
)

// A rollout has one state, frame and energy more than it has steps, with the truth beside it; what no rollout can be is
// refused in a sentence.
func TestRollout(t *testing.T) {
	r := tinyRun(t)
	got, err := r.Rollout(1, -0.25, 6)
	if err != nil {
		t.Fatal(err)
	}
	if size := got.Size; len(got.States) != 7 || len(got.Frame(0, 6)) != size*size*3 || len(got.Energies()) != 7 || len(got.Truth) != 7 || got.Name() != "backward, double speed" {
		t.Errorf("%q has %d states, %d energies, %d true frames", got.Name(), len(got.States), len(got.Energies()), len(got.Truth))
	}
	for _, c := range []struct {
		video, steps int
		dt           float64
		says         string
	}{{100_000, 3, 0.1, "no test video"}, {0, 3, 0, "dt"}, {0, 0, 0.1, "steps"}} {
		if _, err := r.Rollout(c.video, c.dt, c.steps); !badinput.Is(err) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("video %d, dt %g, %d steps: the error is %v, want one about %q", c.video, c.dt, c.steps, err, c.says)
		}
	}
}
