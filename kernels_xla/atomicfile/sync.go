package atomicfile

import (
	"errors"
	"os"
	"slices"
	"syscall"
)

// lost lists the errors of a file system that could not keep the written data.
var lost = []syscall.Errno{syscall.EIO, syscall.ENOSPC, syscall.EDQUOT}

// Sync flushes a file to the disk. It ignores the error of file systems that do not support this, such as some
// network and user-space ones: the file is written all the same.
func Sync(file *os.File) error {
	err := file.Sync()
	var number syscall.Errno
	if errors.As(err, &number) && !slices.Contains(lost, number) {
		return nil
	}
	return err
}
