//go:build unix

package main

import (
	"bytes"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A disk that is full after so many bytes of any file, as a limit on the size of files makes it, ends a training in one sentence,
// and nothing that was saved before is lost: on a disk with room it goes on, and ends as one that was let alone.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole")
	start := func(out string) []string {
		return []string{"train", "rnvp", "--density", "two_moons", "--points", "500", "--steps", "60",
			"--set", "batch=16", "--set", "hidden=[8]", "--set", "layers=4", "--out", out}
	}
	trainAlone(t, start(whole), whole, nil, 0)
	want := stateOf(t, whole)
	failed := 0
	for _, blocks := range []int{0, 1, 4, 12, 24} { // of the configuration, the log, the curve, the checkpoint
		out := filepath.Join(dir, strconv.Itoa(blocks))
		child := command(append(start(out), "--checkpoint-every", "1ns")...)
		child.Path, child.Args = "/bin/sh", append([]string{"sh", "-c", "ulimit -f " + strconv.Itoa(blocks) + `; exec "$0" "$@"`}, child.Args...)
		var stderr bytes.Buffer
		child.Stderr = &stderr
		if err := child.Run(); err != nil {
			failed++
			text := strings.TrimSpace(stderr.String())
			last := text[strings.LastIndex(text, "\n")+1:]
			if code := child.ProcessState.ExitCode(); code != exitFailed && code != exitBadInput || !strings.HasPrefix(last, "hgn: ") || !strings.Contains(last, out) {
				t.Errorf("with %d blocks: %v, and it said %q", blocks, err, text)
			}
		}
		if left, _ := filepath.Glob(filepath.Join(out, ".*.tmp")); len(left) > 0 {
			t.Errorf("with %d blocks it left %v", blocks, left)
		}
		args := start(out)
		if steps(out) > 0 {
			args = []string{"train", "rnvp", "--resume", "--out", out}
		}
		trainAlone(t, args, out, nil, 0)
		sameState(t, stateOf(t, out), want)
	}
	if failed < 3 {
		t.Errorf("%d limits were felt", failed)
	}
}
