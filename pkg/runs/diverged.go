package runs

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"hgn.local/kernels_xla/atomicfile"
)

// DivergedFile is where a run keeps that its training diverged.
const DivergedFile = "diverged.json"

// divergence is what that file holds.
type divergence struct {
	Error string `json:"error"`
}

// Diverged says how the training diverged, if it did when it was last tried. The same training would do so again.
func (r *Run) Diverged() (how string, ok bool) {
	text, err := os.ReadFile(filepath.Join(r.Dir, DivergedFile))
	if err != nil {
		return "", false
	}
	var d divergence
	if json.Unmarshal(text, &d) != nil {
		return "", false
	}
	return d.Error, true
}

func (r *Run) rememberDivergence(how error) error {
	text, err := json.Marshal(divergence{how.Error()})
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(filepath.Join(r.Dir, DivergedFile), append(text, '\n'))
}

// forgetDivergence begins a training that may end otherwise.
func (r *Run) forgetDivergence() error {
	if err := os.Remove(filepath.Join(r.Dir, DivergedFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
