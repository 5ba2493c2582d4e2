package figures

import (
	"encoding/json"
	"os"
	"path/filepath"

	"hgn.local/kernels_xla/atomicfile"
)

// kept returns the result of compute for a run's checkpoint. It reads the result from a file in the run's folder if
// this program or another one has computed it before. It replaces a file that belongs to another checkpoint or is
// damaged.
func kept[T any](r *Run, file string, compute func() (T, error)) (T, error) {
	type content struct {
		Checkpoint string `json:"checkpoint"` // its SHA-256
		Value      T      `json:"value"`
	}
	path := filepath.Join(r.Dir, file)
	var c content
	id := r.meta.Digest // digest of the loaded model, which may be older than the file
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
	if r.meta.Digest != "" { // compute loaded the model
		id = r.meta.Digest
	}
	text, err := json.Marshal(content{id, value})
	if err != nil { // a number that is not finite has no JSON form, so the result is computed again next time
		return value, nil
	}
	atomicfile.WriteFile(path, append(text, '\n')) // if it cannot be written, nothing is kept
	return value, nil
}
