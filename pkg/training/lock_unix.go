//go:build unix

package training

import (
	"errors"
	"syscall"
)

// unlockable are the errors of locking a file on a file system that has no locks, as some network and user-space ones.
var unlockable = []syscall.Errno{syscall.ENOLCK, syscall.ENOSYS, syscall.ENOTSUP, syscall.EOPNOTSUPP, syscall.EINVAL, syscall.EPERM, syscall.EACCES, syscall.EIO, syscall.EBADF}

// running tells whether there is a process.
func running(id int) bool {
	err := syscall.Kill(id, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
