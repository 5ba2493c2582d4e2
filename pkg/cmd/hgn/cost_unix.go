//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// residentMB returns the most memory that a process had resident, in MB.
func residentMB(p *os.ProcessState) float64 {
	usage, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	unit := 1024.0 // kilobytes
	if runtime.GOOS == "darwin" {
		unit = 1
	}
	return float64(usage.Maxrss) * unit / 1e6
}
