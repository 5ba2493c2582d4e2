package runs

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"hgn.local/pkg/training"
)

// A second training in a folder where one is under way is refused, and touches no file.
func TestASecondTrainingTouchesNothing(t *testing.T) {
	r := flow(t, "rnvp", "gaussian", "steps=30")
	files := func() map[string]string {
		all := map[string]string{}
		entries, err := os.ReadDir(r.Dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			data, err := os.ReadFile(filepath.Join(r.Dir, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if e.Name() != RecordFile { // which is written beside the training
				all[e.Name()] = string(data)
			}
		}
		return all
	}
	asked := false
	_, err := r.Train(context.Background(), open(t), Options{Every: 1, Observe: []func(training.Event){func(e training.Event) {
		if e.Kind != training.Checkpointed || e.Step != 20 {
			return
		}
		asked = true
		for _, name := range []string{DivergedFile, ".checkpoint.npz.1.tmp"} {
			if err := os.WriteFile(filepath.Join(r.Dir, name), []byte("{}"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		before := files()
		_, err := r.Train(context.Background(), open(t), Options{Resume: true})
		badInput(t, err, "another training")
		if after := files(); !maps.Equal(before, after) {
			t.Errorf("the folder changed")
		}
	}}})
	if err != nil || !asked {
		t.Errorf("asked %v, %v", asked, err)
	}
}
