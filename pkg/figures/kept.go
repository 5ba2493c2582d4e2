package figures

import (
	"encoding/json"
	"os"
	"path/filepath"

	"hgn.local/kernels_xla/atomicfile"
)

// kept gives what compute makes of a run's checkpoint: from a file of the run's folder if it was computed before, by this
// program or another one. A file that belongs to another checkpoint, or is damaged, is replaced.
func kept[T any](r *Run, file string, compute func() (T, error)) (T, error) {
	type content struct {
		Checkpoint string `json:"checkpoint"` // its SHA-256
		Value      T      `json:"value"`
	}
	path := filepath.Join(r.Dir, file)
	var c content
	id := r.meta.Digest // of the model at hand, which may be older than the file
	if id == "" {
		var err error
		if id, err = r.Digest(); err != nil {
			return c.Value, err
		}
	}
	if text, err := os.ReadFile(path); err == nil && json.Unmarshal(text, &c) == nil && c.Checkpoint == id {
		return c.Value, nil
	}
	value, err := compute()
	if err != nil {
		return value, err
	}
	if r.meta.Digest != "" { // it was loaded now
		id = r.meta.Digest
	}
	text, err := json.Marshal(content{id, value})
	if err != nil { // a number that is not finite has no JSON form: it is computed again next time
		return value, nil
	}
	atomicfile.WriteFile(path, append(text, '\n')) // where it cannot be written, nothing is kept
	return value, nil
}
