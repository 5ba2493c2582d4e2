//go:build linux || darwin

package training

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// On a file system without locks a folder is taken all the same: not from a process that runs, and from one that is no more.
func TestFoldersWithoutLocks(t *testing.T) {
	for err, want := range map[error]bool{syscall.ENOLCK: true, syscall.ENOSYS: true, &fs.PathError{Op: "open", Err: syscall.EACCES}: false, nil: false} {
		if noLocks(err) != want {
			t.Errorf("%v: no locks %v", err, !want)
		}
	}
	dir := t.TempDir()
	release, err := own(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = own(dir)
	isBad(t, err, fmt.Sprintf("another training (process %d on ", os.Getpid()))
	release()
	host, _ := os.Hostname()
	gone := exec.Command(os.Args[0], "-test.run=^$")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	write1(t, fmt.Appendf(nil, "process %d on %s", gone.Process.Pid, host), dir, ownerFile)
	if release, err = own(dir); err != nil {
		t.Fatal(err)
	}
	release()
	write1(t, []byte("process 1 on another computer"), dir, ownerFile)
	_, err = own(dir)
	isBad(t, err, "if it runs no more, remove "+filepath.Join(dir, ownerFile))
}
