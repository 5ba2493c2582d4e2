//go:build unix

package training

import (
	"errors"
	"syscall"
)

// unlockable lists the errors of locking a file on a file system that has no locks, such as some network and
// user-space ones.
var unlockable = []syscall.Errno{syscall.ENOLCK, syscall.ENOSYS, syscall.ENOTSUP, syscall.EOPNOTSUPP, syscall.EINVAL, syscall.EPERM, syscall.EACCES, syscall.EIO, syscall.EBADF}

// running tells whether a process with this id exists.
func running(id int) bool {
	err := syscall.Kill(id, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
