package shards

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset"
)

var recipe = dataset.Recipe{System: "pendulum", Trajectories: 11, Frames: 5, Size: 8, Dt: 0.125, Noise: -1, Seed: 3}

func written(t *testing.T) (string, Index) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "set")
	index, err := Write(t.Context(), recipe, dir, 3, nil)
	if err != nil {
		t.Fatal(err)
	}
	return dir, index
}

// The videos of a folder are those of the set in memory, in any order, and each shard is a set of its own.
func TestFolder(t *testing.T) {
	dir, index := written(t)
	whole, err := recipe.Generate(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Len() != 11 || len(f.Shards) != 3 || f.Digest() != index.Digest() || f.Recipe != *whole.Recipe {
		t.Errorf("opened: %+v", f.Index)
	}
	size := len(whole.Frames) / whole.N
	got := make([]uint8, size)
	for _, i := range []int{10, 0, 3, 7, 2, 6} {
		if err := f.Video(i, got); err != nil || !bytes.Equal(got, whole.Frames[i*size:][:size]) {
			t.Errorf("video %d differs: %v", i, err)
		}
	}
	if err := f.Check(t.Context(), nil); err != nil {
		t.Error(err)
	}
	for _, i := range []int{-1, 11} {
		if err := f.Video(i, got); !badinput.Is(err) {
			t.Errorf("video %d: %v", i, err)
		}
	}
	second, err := dataset.Load(filepath.Join(dir, "shard-0001.npz"))
	if err != nil || second.N != 4 || !bytes.Equal(second.Frames, whole.Subset(3, 7).Frames) || second.Q[0] != whole.Subset(3, 7).Q[0] {
		t.Errorf("the second shard: %v", err)
	}
}

// What is missing, cut or changed is named.
func TestDamage(t *testing.T) {
	for says, spoil := range map[string]func(shard, index string) error{
		"shard-0001.npz is missing":                  func(shard, _ string) error { return os.Remove(shard) },
		"shard-0001.npz has 100 bytes":               func(shard, _ string) error { return os.Truncate(shard, 100) },
		"it has no index.json":                       func(_, index string) error { return os.Remove(index) },
		"index.json is damaged":                      func(_, index string) error { return os.Truncate(index, 100) },
		"video 2 of the shard":                       func(shard, _ string) error { return flip(shard, 2) },
		"its recipe is of 11 trajectories":           func(_, index string) error { return replace(index, `"trajectories":4,`, `"trajectories":5,`) },
		"index.json is of version 9, and this":       func(_, index string) error { return replace(index, `"version":1`, `"version":9`) },
		`its shard "../shard-0001.npz" does not fit`: func(_, index string) error { return replace(index, `"shard-0001.npz"`, `"../shard-0001.npz"`) },
	} {
		dir, _ := written(t)
		if err := spoil(filepath.Join(dir, "shard-0001.npz"), filepath.Join(dir, IndexFile)); err != nil {
			t.Fatal(err)
		}
		err := readAll(dir)
		if !badinput.Is(err) || !strings.Contains(err.Error(), says) {
			if says != "its recipe is of 11 trajectories" || !strings.Contains(err.Error(), "does not fit") {
				t.Errorf("want an error with %q, got %v", says, err)
			}
		}
	}
	dir, _ := written(t)
	if _, err := Write(t.Context(), recipe, dir, 3, nil); !badinput.Is(err) || !strings.Contains(err.Error(), "already holds") {
		t.Errorf("a set was replaced: %v", err)
	}
	for _, count := range []int{0, 12} {
		if _, err := Write(t.Context(), recipe, t.TempDir(), count, nil); !badinput.Is(err) {
			t.Errorf("%d shards: %v", count, err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	part := t.TempDir()
	if _, err := Write(ctx, recipe, part, 3, nil); err == nil {
		t.Error("it was written without time")
	}
	if _, err := os.Stat(filepath.Join(part, IndexFile)); err == nil {
		t.Error("a set that is not whole has an index")
	}
}

func readAll(dir string) error {
	f, err := Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	if f.Check(context.Background(), nil) == nil {
		return nil
	}
	dst := make([]uint8, f.video)
	for i := range f.Len() {
		if err := f.Video(i, dst); err != nil {
			return err
		}
	}
	return nil
}

// flip changes a byte in the frames of a shard's video.
func flip(path string, video int) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	set, err := dataset.Load(path)
	if err != nil {
		return err
	}
	size := len(set.Frames) / set.N
	at := bytes.Index(b, set.Frames[video*size:][:size])
	b[at+7] ^= 1
	return os.WriteFile(path, b, 0o600)
}

func replace(path, old, new string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, bytes.Replace(b, []byte(old), []byte(new), 1), 0o600)
}
