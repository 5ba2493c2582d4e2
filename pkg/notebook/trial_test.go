package notebook

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/pkg/training"
)

// TestTrialsAreKeptApart trains a run, and a trial under the same name.
func TestTrialsAreKeptApart(t *testing.T) {
	dir := runsHere(t)
	must(t, inCell(t, func() { Train("tiny", tiny(), tinyData()) }))
	steps := func(name string) int {
		meta, err := training.ReadMeta(filepath.Join(dir, name, training.CheckpointFile))
		if err != nil {
			t.Error(err)
		}
		return meta.Step
	}
	t.Setenv(trialVariable, "5")
	for range 2 { // trained, and shown
		out := must(t, inCell(t, func() { Train("tiny", tiny(), tinyData()) }))
		if !strings.Contains(out, "trial run of 5 steps instead of 12") {
			t.Errorf("it is not said that this is a trial:\n%s", out)
		}
	}
	if a, b := steps("tiny"), steps("tiny-trial5"); a != 12 || b != 5 {
		t.Errorf("the run has %d steps and its trial %d, want 12 and 5", a, b)
	}
	must(t, inCell(t, func() {
		for _, name := range []string{"tiny", "tiny-trial5"} {
			if got := Open(name).Name(); got != "tiny-trial5" {
				t.Errorf("a trial opens %q as %q", name, got)
			}
		}
	}))
	t.Setenv(trialVariable, "20") // more than there are
	if out := must(t, inCell(t, func() { Train("tiny", tiny(), tinyData()) })); strings.Contains(out, "trial run") || steps("tiny-trial20") != 12 {
		t.Errorf("a bound above the steps counts:\n%s", out)
	}
	t.Setenv(trialVariable, "few")
	if e := inCell(t, func() { Train("tiny", tiny(), tinyData()) }); e.code != exitFailed || !strings.Contains(e.stderr, `HGN_STEPS must be a number`) {
		t.Errorf("exit code %d with %q", e.code, e.stderr)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 3 {
		t.Errorf("there are %d folders: %v", len(entries), err)
	}
}
