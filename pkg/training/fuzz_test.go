package training

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/boundedtest"
	"hgn.local/pkg/badinput"
)

// checkpointFactor bounds what reading a checkpoint takes for each of its bytes: what deflate can make of one, several times over.
const checkpointFactor = 8 * 1032

// FuzzCheckpoint looks for checkpoints that panic, take long or much memory, are refused otherwise than as bad input, or leave
// variables behind although they are refused.
func FuzzCheckpoint(f *testing.F) {
	path := filepath.Join(f.TempDir(), "alone.npz")
	save(f, path, small(f), 3)
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := os.WriteFile(path, file, 0o644); err != nil {
			t.Fatal(err)
		}
		boundedtest.Within(t, boundedtest.Text(0)+checkpointFactor*len(file), func() {
			store := model.NewStore()
			if _, err := LoadCheckpoint(path, store); err != nil && (!badinput.Is(err) || store.NumVariables() > 0) {
				t.Errorf("%v; %d variables", err, store.NumVariables())
			}
			if _, err := ReadMeta(path); err != nil && !badinput.Is(err) {
				t.Errorf("not as bad input: %v", err)
			}
		})
	})
}

// FuzzLog looks for logs that panic, take long or much memory, are refused otherwise than as bad input, or give curves of
// unequal length.
func FuzzLog(f *testing.F) {
	dir := f.TempDir()
	f.Add([]byte(`{"attempt":0,"step":2,"losses":{"loss":3.5,"kl":1},"seconds":0.1}` + "\n" + `{"attempt":0,"step":4,"losses":{"loss":3},"seconds":0.2}`))
	f.Add([]byte(`{"event":"restart","attempt":1,"step":4,"seconds":0.2,"reason":"x"}` + "\n" + `{"attempt":1,"step":1,"losses":{"loss":1e308},"seconds":0.3}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := os.WriteFile(filepath.Join(dir, LogFile), file, 0o644); err != nil {
			t.Fatal(err)
		}
		boundedtest.Within(t, boundedtest.Text(len(file)), func() {
			log, err := ReadLog(dir)
			if err != nil && !badinput.Is(err) {
				t.Errorf("not as bad input: %v", err)
			}
			for name, values := range log.Losses {
				if err == nil && len(values) != len(log.Steps) {
					t.Errorf("%d values of %s at %d steps", len(values), name, len(log.Steps))
				}
			}
		})
	})
}
