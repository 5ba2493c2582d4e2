//go:build !unix

package main

import (
	"os"
	"os/exec"
)

// residentMB returns 0: this system does not say.
func residentMB(*os.ProcessState) float64 { return 0 }

// apart does nothing: this system has no groups of processes.
func apart(*exec.Cmd) {}
