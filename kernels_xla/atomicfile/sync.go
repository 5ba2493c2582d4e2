package atomicfile

import (
	"errors"
	"os"
	"slices"
	"syscall"
)

// lost are the errors of a file system that could not keep what was written.
var lost = []syscall.Errno{syscall.EIO, syscall.ENOSPC, syscall.EDQUOT}

// Sync puts a file on the disk. File systems that cannot be asked to do so, as some network and user-space ones, are no
// error: the file is written all the same.
func Sync(file *os.File) error {
	err := file.Sync()
	var number syscall.Errno
	if errors.As(err, &number) && !slices.Contains(lost, number) {
		return nil
	}
	return err
}
