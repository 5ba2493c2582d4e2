//go:build unix

package main

import (
	"os"
	"syscall"
)

// failedWrites lists the signals that come with a write error.
var failedWrites = []os.Signal{syscall.SIGPIPE, syscall.SIGXFSZ}
