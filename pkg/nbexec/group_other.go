//go:build !unix

package nbexec

import (
	"os"
	"os/exec"
)

// ownGroup does nothing: without process groups, only the kernel itself is ended.
func ownGroup(*exec.Cmd) {}

func killGroup(leader int) {
	if p, err := os.FindProcess(leader); err == nil {
		p.Kill()
	}
}
