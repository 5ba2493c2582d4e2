package figures

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/runs"
)

// What is computed of a model that was loaded before a training went on is not taken for what the newer one gives.
func TestKeptGoesByTheModelAtHand(t *testing.T) {
	d, err := device.OpenGo(device.Options{Notice: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	c, err := runs.NewConfig("rnvp", "quick")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Set("steps=3"); err != nil {
		t.Fatal(err)
	}
	if c.Data, err = runs.FromDensity("gaussian", 200, 1); err != nil {
		t.Fatal(err)
	}
	trained := func(dir string, seed string) *runs.Run {
		if err := c.Set("seed=" + seed); err != nil {
			t.Fatal(err)
		}
		r, err := runs.Create(dir, c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Train(context.Background(), d, runs.Options{}); err != nil {
			t.Fatal(err)
		}
		return r
	}
	dir := filepath.Join(t.TempDir(), "run")
	older, newer := trained(dir, "1"), trained(filepath.Join(t.TempDir(), "newer"), "2")
	was, err := older.Digest()
	if err != nil {
		t.Fatal(err)
	}
	replace := func() (int, error) {
		data, err := os.ReadFile(filepath.Join(newer.Dir, "checkpoint.npz"))
		if err != nil {
			return 0, err
		}
		return 1, os.WriteFile(filepath.Join(dir, "checkpoint.npz"), data, 0o644)
	}
	for name, loaded := range map[string]bool{"before": true, "within": false} {
		r := Of(older, "", func() (*device.Device, error) { return d, nil })
		if loaded {
			if _, _, err := r.Loaded(); err != nil {
				t.Fatal(err)
			}
		}
		original, err := os.ReadFile(filepath.Join(dir, "checkpoint.npz"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := kept(r, name+".json", func() (int, error) {
			if _, _, err := r.Loaded(); err != nil {
				return 0, err
			}
			return replace()
		}); err != nil {
			t.Fatal(err)
		}
		var c struct{ Checkpoint string }
		text, err := os.ReadFile(filepath.Join(dir, name+".json"))
		if err != nil || json.Unmarshal(text, &c) != nil || c.Checkpoint != was {
			t.Errorf("%s: kept for %s, want %s, %v", name, c.Checkpoint, was, err)
		}
		if err := os.WriteFile(filepath.Join(dir, "checkpoint.npz"), original, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
