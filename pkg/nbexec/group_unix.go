//go:build unix

package nbexec

import (
	"os/exec"
	"syscall"
)

// ownGroup makes the command the leader of a new process group: a Ctrl-C on the terminal reaches only us, and everything
// that the command starts can be ended with it.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends every process of the group, if any is left.
func killGroup(leader int) { syscall.Kill(-leader, syscall.SIGKILL) }
