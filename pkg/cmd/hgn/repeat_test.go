package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/pkg/runs"
)

// A run is repeated from its folder alone, to the same weights, and what is recorded of both tells by what.
func TestRepeat(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	dir := t.TempDir()
	first, again, other := filepath.Join(dir, "first"), filepath.Join(dir, "again"), filepath.Join(dir, "other")
	if code, _, stderr := hgn(t, "train", "rnvp", "--density", "two_moons", "--points", "300", "--data-seed", "5", "--seed", "3", "--steps", "5",
		"--set", "hidden=[4]", "--set", "layers=2", "--set", "batch=16", "--out", first); code != exitDone {
		t.Fatal(stderr)
	}
	code, _, stderr := hgn(t, "train", "--from-run", first, "--out", again)
	if code != exitDone || !strings.Contains(stderr, "the weights are those of "+first+", bit for bit") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	a, err := os.ReadFile(filepath.Join(first, "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(again, "run.json")); err != nil || string(a) != string(b) {
		t.Errorf("it was started with %s, %v, instead of %s", b, err, a)
	}
	r, err := runs.Open(again)
	if err != nil {
		t.Fatal(err)
	}
	records, err := r.Records()
	if err != nil || len(records) != 1 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	o := records[0]
	if o.Backend != "go" || !strings.HasPrefix(o.Go, "go1.") || o.Modules["github.com/gomlx/gomlx"] == "" || o.Devices != 1 || o.Cores < 1 || o.Began == "" || o.FromStep != 0 || o.Plugin != "" {
		t.Errorf("the record is %+v", o)
	}
	if o.Differences(o) != nil {
		t.Errorf("a record differs from itself by %q", o.Differences(o))
	}
	if code, _, stderr := hgn(t, "train", "rnvp", "--resume", "--out", again); code != exitDone || !strings.Contains(stderr, "going on from step 5") {
		t.Errorf("resuming what is done: exit code %d, %s", code, stderr)
	}

	// Weights that are others say so, and by what that may be.
	if code, _, stderr := hgn(t, "train", "rnvp", "--density", "two_moons", "--points", "300", "--data-seed", "5", "--seed", "4", "--steps", "5",
		"--set", "hidden=[4]", "--set", "layers=2", "--set", "batch=16", "--out", other); code != exitDone {
		t.Fatal(stderr)
	}
	for _, name := range []string{"checkpoint.npz", "record.json"} {
		data, err := os.ReadFile(filepath.Join(other, name))
		if err != nil {
			t.Fatal(err)
		}
		data = []byte(strings.Replace(string(data), `"backend": "go"`, `"backend": "xla:cuda"`, 1))
		if err := os.WriteFile(filepath.Join(first, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	code, _, stderr = hgn(t, "train", "--from-run", first, "--out", filepath.Join(dir, "third"))
	if code != exitDone || !strings.Contains(stderr, "are not those of "+first+", bit for bit: backend go instead of xla:cuda") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	for says, args := range map[string][]string{
		"leave out --steps":      {"train", "--from-run", first, "--steps", "3", "--out", other},
		"leave out nhf":          {"train", "nhf", "--from-run", first, "--out", other},
		"choose another --out":   {"train", "--from-run", first, "--out", first + "/"},
		"already holds":          {"train", "--from-run", first, "--out", again},
		"is not the folder of a": {"train", "--from-run", dir, "--out", other},
		"accepts 1 arg(s)":       {"train", "--out", other},
	} {
		if code, _, stderr := hgn(t, args...); code != exitBadInput || !strings.Contains(stderr, says) {
			t.Errorf("hgn %q: exit code %d, %s", args, code, stderr)
		}
	}
}
