package runs

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"hgn.local/kernels_xla/atomicfile"
)

// DivergedFile is the file in which a run records that its training diverged.
const DivergedFile = "diverged.json"

// divergence is the content of that file.
type divergence struct {
	Error string `json:"error"`
}

// Diverged returns how the training diverged, if its last attempt did. The same training would diverge again.
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

// forgetDivergence removes the record before a training that may end otherwise.
func (r *Run) forgetDivergence() error {
	if err := os.Remove(filepath.Join(r.Dir, DivergedFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
