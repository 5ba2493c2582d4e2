package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/pkg/cost"
)

// The command measures an axis, and says of what fails why; on the Go backend that is training on several devices.
func TestCost(t *testing.T) {
	asCommand(t)
	dir := t.TempDir()
	before := costAxes
	t.Cleanup(func() { costAxes = before })
	costAxes = []costAxis{costAxes[1], costAxes[5]}
	costAxes[0].values, costAxes[1].values = []int{4, 8}, []int{1, 2}
	code, stdout, stderr := hgn(t, "cost", "--steps", "10", "--out", dir, "--json")
	var axes []cost.Axis
	if err := json.Unmarshal([]byte(stdout), &axes); code != exitDone || err != nil {
		t.Fatalf("exit code %d, %v, %s", code, err, stderr)
	}
	for i, s := range axes[0].Samples {
		if s.X != float64([]int{4, 8}[i]) || !(s.Time > 0) || !(s.Memory > 10) || s.Failed != "" {
			t.Errorf("batch: %+v", s)
		}
	}
	if s := axes[1].Samples; len(s) != 2 || !(s[0].Time > 0) || !strings.Contains(s[1].Failed, "has 1 device") {
		t.Errorf("devices: %+v", s)
	}
	for _, name := range []string{"cost.json", "cost.png"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() < 100 {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, args := range [][]string{{"--axis", "love"}, {"--steps", "2"}} {
		if code, _, stderr := hgn(t, append([]string{"cost", "--out", dir}, args...)...); code != exitBadInput || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
	}
}
