package training

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/gofrs/flock"

	"hgn.local/pkg/badinput"
)

// lockFile is locked, not merely present, while a training writes to a folder: the system releases the lock however
// the process ends.
const lockFile = ".lock"

// ownerFile names the process that writes to a folder, on a file system that has no locks. A killed process leaves it
// behind.
const ownerFile = ".owner"

// acquire takes the lock of a run folder.
func acquire(dir string) (release func(), err error) {
	path := filepath.Join(dir, lockFile)
	lock := flock.New(path)
	held, err := lock.TryLock()
	switch {
	case noLocks(err):
		return own(dir)
	case err != nil:
		return nil, badinput.Errorf("cannot lock the folder %s: %w; choose a folder where files can be written", dir, err)
	case !held:
		who := "another training"
		if id, err := os.ReadFile(path); err == nil && len(id) > 0 {
			who = fmt.Sprintf("another training (process %s)", strings.TrimSpace(string(id)))
		}
		return nil, badinput.Errorf("%s is writing to the folder %s: wait for it, stop it, or choose another folder", who, dir)
	}
	os.WriteFile(path, fmt.Appendln(nil, os.Getpid()), 0o666) // only for the sentence above
	return func() { lock.Unlock() }, nil
}

// noLocks tells whether an error comes from a file system without locks, rather than from a file that cannot be
// opened.
func noLocks(err error) bool {
	var opening *fs.PathError
	var number syscall.Errno
	return errors.As(err, &number) && !errors.As(err, &opening) && slices.Contains(unlockable, number)
}

// own claims a folder on a file system without locks, by a file that names this process. It ignores the file of a
// process of this computer that no longer exists.
func own(dir string) (release func(), err error) {
	path := filepath.Join(dir, ownerFile)
	host, _ := os.Hostname()
	me := fmt.Sprintf("process %d on %s", os.Getpid(), host)
	for range 2 {
		file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
		if err == nil {
			_, err = file.WriteString(me)
			if err = errors.Join(err, file.Close()); err != nil {
				os.Remove(path)
				return nil, badinput.Errorf("cannot write to the folder %s: %w; choose another", dir, err)
			}
			return func() { os.Remove(path) }, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, badinput.Errorf("cannot write to the folder %s: %w; choose another", dir, err)
		}
		text, _ := os.ReadFile(path)
		who := string(text)
		id, where := 0, ""
		if n, _ := fmt.Sscanf(who, "process %d on %s", &id, &where); n < 2 || where != host || id == os.Getpid() || running(id) {
			return nil, badinput.Errorf("another training (%s) is writing to the folder %s: wait for it, stop it, or choose another folder; if it runs no more, remove %s",
				who, dir, path)
		}
		os.Remove(path)
	}
	return nil, badinput.Errorf("another training has just begun in the folder %s: choose another folder", dir)
}
