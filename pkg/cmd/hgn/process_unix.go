//go:build unix

package main

import (
	"os"
	"os/exec"
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

// apart puts a process into a group of its own, so that Ctrl-C in the terminal reaches this program alone, which then tells
// the process to save.
func apart(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
