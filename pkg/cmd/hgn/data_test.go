//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hgn.local/pkg/training"
)

// A training on a folder of shards ends as one on the same set in memory, bit for bit, also if it was interrupted and
// resumed; a shard that is missing is named.
func TestTrainOnShards(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	do := func(args ...string) (stderr string) {
		t.Helper()
		_, stderr = done(t, args...)
		return stderr
	}
	model := []string{"--steps", "60", "--set", "batch=4", "--set", "latent=circle", "--set", "curriculum=[]", "--set", "restarts=0"}
	recipe := []string{"--system", "pendulum", "--trajectories", "9", "--size", "16"}
	do(append([]string{"data", "--frames", "9", "--shards", "4", "--out", file("films")}, recipe...)...)
	if said := do("data", "check", file("films")); !strings.Contains(said, "9 videos in 4 shards") {
		t.Errorf("%s", said)
	}
	do(append(append([]string{"train", "hgn", "--sequence", "9", "--out", file("memory")}, recipe...), model...)...)
	shards := append([]string{"train", "hgn", "--data", file("films"), "--out", file("stream")}, model...)
	trainAlone(t, shards, file("stream"), syscall.SIGINT, 20)
	do("train", "hgn", "--resume", "--out", file("stream"))
	same, err := training.SameVariables(filepath.Join(file("memory"), training.CheckpointFile), filepath.Join(file("stream"), training.CheckpointFile))
	if err != nil || !same {
		t.Errorf("the same weights from memory and from shards: %v, %v", same, err)
	}
	varied := []string{"--trajectories", "6", "--size", "16", "--constant", "length=0.6..1.4"}
	do(append([]string{"data", "--system", "pendulum", "--frames", "9", "--shards", "2", "--out", file("family")}, varied...)...)
	told := append([]string{"--set", "constant=given"}, model...)
	told = append(told, "--steps", "3", "--set", "latent=circle,constant")
	do(append(append([]string{"train", "hgn", "--system", "pendulum", "--sequence", "9", "--out", file("told")}, varied...), told...)...)
	do(append([]string{"train", "hgn", "--data", file("family"), "--out", file("told too")}, told...)...)
	if same, err := training.SameVariables(filepath.Join(file("told"), training.CheckpointFile), filepath.Join(file("told too"), training.CheckpointFile)); err != nil || !same {
		t.Errorf("the same weights with constants that are given: %v, %v", same, err)
	}
	if err := os.Remove(filepath.Join(file("films"), "shard-0002.npz")); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		append([]string{"train", "hgn", "--data", file("films"), "--out", file("other")}, model...),
		{"data", "check", file("films")},
	} {
		if code, _, stderr := hgn(t, args...); code != exitBadInput || !strings.Contains(stderr, "shard-0002.npz is missing") || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
	}
	if code, _, stderr := hgn(t, "train", "hgn", "--data", file("films"), "--noise", "0.1", "--out", file("other")); code != exitBadInput || !strings.Contains(stderr, "--noise does not apply to --data") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}
