package training

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"hgn.local/pkg/badinput"
)

// lockFile is held, not merely present, while a training writes to a folder: the system lets go of it when the
// process ends, however it ends.
const lockFile = ".lock"

// acquire takes the lock of a run folder.
func acquire(dir string) (release func(), err error) {
	path := filepath.Join(dir, lockFile)
	lock := flock.New(path)
	held, err := lock.TryLock()
	if err != nil {
		return nil, badinput.Errorf("cannot lock the folder %s: %w; choose a folder where files can be written", dir, err)
	}
	if !held {
		who := "another training"
		if id, err := os.ReadFile(path); err == nil && len(id) > 0 {
			who = fmt.Sprintf("another training (process %s)", strings.TrimSpace(string(id)))
		}
		return nil, badinput.Errorf("%s is writing to the folder %s: wait for it, stop it, or choose another folder", who, dir)
	}
	os.WriteFile(path, fmt.Appendln(nil, os.Getpid()), 0o644) // for the sentence above only
	return func() { lock.Unlock() }, nil
}
