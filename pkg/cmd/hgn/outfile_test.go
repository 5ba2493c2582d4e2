package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file in the place of the folder that a command is to write is the caller's to mend, and stays as it is.
func TestOutIsAFile(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{file, filepath.Join(file, "below")} {
		for _, args := range [][]string{
			{"train", "rnvp", "--density", "gaussian", "--points", "50", "--steps", "1", "--set", "batch=8"},
			{"sweep", "rnvp", "--density", "gaussian", "--points", "50", "--steps", "1", "--set", "batch=8", "--grid", "layers=1;2", "--seeds", "1"},
		} {
			code, _, stderr := hgn(t, append(args, "--out", out)...)
			if content, _ := os.ReadFile(file); code != exitBadInput || !strings.Contains(stderr, "choose another") || string(content) != "mine" {
				t.Errorf("hgn %s --out %s: exit code %d, %q", args[0], out, code, stderr)
			}
		}
	}
}
