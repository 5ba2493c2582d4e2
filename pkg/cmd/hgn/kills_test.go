//go:build unix

package main

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"hgn.local/pkg/training"
)

// A training that is killed again and again at random moments, many of which are within the writing of a checkpoint, and resumed
// each time, ends as one that was let alone, bit for bit. HGN_KILLS says how often, 4 times without; GOMLX_BACKEND on what.
// The long form is
//
//	HGN_KILLS=100 go test ./pkg/cmd/hgn -run TestKilledAtRandom -v -timeout 1h
func TestKilledAtRandom(t *testing.T) {
	kills := 4
	if text := os.Getenv("HGN_KILLS"); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	whole, parts := filepath.Join(t.TempDir(), "run"), filepath.Join(t.TempDir(), "run")
	start := func(out string) []string {
		return []string{"train", "rnvp", "--density", "two_moons", "--points", "500", "--steps", strconv.Itoa(100 + 10*kills),
			"--set", "batch=16", "--set", "hidden=[8]", "--set", "layers=4", "--out", out}
	}
	trainAlone(t, start(whole), whole, nil, 0)
	want := stateOf(t, whole)
	ended, writing := 0, 0
	for range kills {
		args := append(start(parts), "--checkpoint-every", "1ns")
		if _, err := os.Stat(filepath.Join(parts, "run.json")); err == nil {
			args = []string{"train", "rnvp", "--resume", "--out", parts, "--checkpoint-every", "1ns"}
		}
		child := command(args...)
		var stderr bytes.Buffer
		child.Stdout, child.Stderr = io.Discard, &stderr
		before := steps(parts)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		// It is killed some time after it has begun to write, or within its start.
		for begun := time.Now(); steps(parts) == before && time.Since(begun) < 5*time.Second; {
			if rand.IntN(400) == 0 {
				break
			}
			time.Sleep(2 * time.Millisecond)
		}
		time.Sleep(time.Duration(rand.Float64() * float64(200*time.Millisecond)))
		child.Process.Kill()
		if child.Wait() == nil {
			ended++
		} else if stderr.Len() > 0 && bytes.Contains(stderr.Bytes(), []byte("hgn: ")) {
			t.Fatalf("%q: %s", args, stderr.String())
		}
		if left, _ := filepath.Glob(filepath.Join(parts, ".checkpoint.npz.*.tmp")); len(left) > 0 {
			writing++
		}
	}
	at := steps(parts)
	trainAlone(t, []string{"train", "rnvp", "--resume", "--out", parts}, parts, nil, 0)
	t.Logf("%d kills, %d while a checkpoint was written, %d after the end; the last resumption began at step %d of %d", kills, writing, ended, at, want.meta.Step)
	sameState(t, stateOf(t, parts), want)
	if left, _ := filepath.Glob(filepath.Join(parts, ".*.tmp")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// steps is how many steps the newest checkpoint of a folder has.
func steps(dir string) int {
	meta, err := training.ReadMeta(filepath.Join(dir, training.CheckpointFile))
	if err != nil {
		return 0
	}
	return meta.Step
}
