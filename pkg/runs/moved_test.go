package runs

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/dataset/npz"
)

// project trains on a file beside the folder of its runs, in a folder called old, and renames that to new.
func project(t *testing.T, file string, data func(path string) (Source, error), config Config) (dir, moved string) {
	t.Helper()
	root := t.TempDir()
	old, moved := filepath.Join(root, "old"), filepath.Join(root, "new[1]")
	if err := os.MkdirAll(filepath.Join(old, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	source, err := data(filepath.Join(old, "data", file))
	if err != nil {
		t.Fatal(err)
	}
	config.Data = source
	r, err := Create(filepath.Join(old, "runs", "a"), config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Train(context.Background(), open(t), Options{}); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(old, moved); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(moved, "runs", "a"), moved
}

// Films and points are found again when the folder of a project was renamed, also by who gives them anew; other contents
// under the same name are not taken for them.
func TestAMovedProject(t *testing.T) {
	video, err := NewConfig("hnn", "quick")
	if err != nil {
		t.Fatal(err)
	}
	flow, err := NewConfig("rnvp", "quick")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*Config{&video, &flow} {
		if err := c.Set("steps=2"); err != nil {
			t.Fatal(err)
		}
	}
	if err := video.Set("batch=2"); err != nil {
		t.Fatal(err)
	}
	films := func(path string, seed uint64) error {
		r := Simulated("pendulum").Recipe
		r.Trajectories, r.Frames, r.Size, r.Seed = 4, 5, 16, seed
		set, err := r.Generate(context.Background(), nil)
		if err != nil {
			return err
		}
		return set.Save(path)
	}
	points := func(path string, seed uint64) error {
		x := make([]float64, 200)
		for i := range x {
			x[i] = float64((i*i+int(seed))%17) / 17
		}
		return npz.Write(path, npz.Array{Name: "x", Shape: []int{100, 2}, Data: x})
	}
	for name, c := range map[string]struct {
		config Config
		write  func(path string, seed uint64) error
		source func(path string) (Source, error)
		use    func(r *Run) error
	}{
		"films": {video, films, func(path string) (Source, error) {
			return FromFiles(context.Background(), path, dataset.ImportOptions{})
		}, func(r *Run) error {
			_, err := r.Evaluate(context.Background(), open(t), 0)
			return err
		}},
		"points": {flow, points, func(path string) (Source, error) { return FromDensity(path, 0, 1) }, func(r *Run) error {
			_, err := r.EvaluateDensity(context.Background(), open(t), 0)
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			dir, root := project(t, name+".npz", func(path string) (Source, error) {
				if err := c.write(path, 1); err != nil {
					return Source{}, err
				}
				return c.source(path)
			}, c.config)
			r, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.use(r); err != nil {
				t.Errorf("the moved run: %v", err)
			}
			if _, err := r.Train(context.Background(), open(t), Options{Resume: true}); err != nil {
				t.Errorf("resuming it: %v", err)
			}
			file := filepath.Join(root, "data", name+".npz")
			again := c.config
			if again.Data, err = c.source(file); err != nil {
				t.Fatal(err)
			}
			if _, err := Create(dir, again); err != nil {
				t.Errorf("the same run from its data's new place: %v", err)
			}
			if err := c.write(file, 2); err != nil {
				t.Fatal(err)
			}
			if err := c.use(r); err == nil || !badinput.Is(err) || !strings.Contains(err.Error(), "into run.json") {
				t.Errorf("other contents in the place: %v", err)
			}
		})
	}
}
