package runs

import (
	"context"
	"path/filepath"
	"testing"

	"hgn.local/pkg/dataset"
)

// Videos are read once, until their file or how they are read changes.
func TestImported(t *testing.T) {
	ctx, file := context.Background(), filepath.Join(t.TempDir(), "videos.npz")
	save := func(seed uint64) {
		t.Helper()
		set, err := dataset.Recipe{System: "pendulum", Trajectories: 4, Frames: 5, Size: 8, Dt: 0.125, Seed: seed}.Generate(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := set.Save(file); err != nil {
			t.Fatal(err)
		}
	}
	read := func(o dataset.ImportOptions) (*dataset.Dataset, string) {
		t.Helper()
		set, digest, err := imported(ctx, file, o)
		if err != nil || digest != set.Fingerprint() {
			t.Fatalf("%s: %v", digest, err)
		}
		return set, digest
	}
	save(1)
	first, digest := read(dataset.ImportOptions{})
	if again, same := read(dataset.ImportOptions{}); again != first || same != digest {
		t.Error("the same videos were read twice")
	}
	if other, _ := read(dataset.ImportOptions{Every: 2}); other == first || other.T != 3 {
		t.Errorf("every second frame of 5 is %d frames", other.T)
	}
	if again, _ := read(dataset.ImportOptions{}); again.T != 5 {
		t.Errorf("%d frames instead of 5", again.T)
	}
	save(2)
	if other, changed := read(dataset.ImportOptions{}); other == first || changed == digest {
		t.Error("other videos in the file were not noticed")
	}
}
