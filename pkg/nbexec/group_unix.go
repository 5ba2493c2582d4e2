//go:build unix

package nbexec

import (
	"os/exec"
	"syscall"
)

// ownGroup makes the command the leader of a new session and process group: a Ctrl-C on the terminal reaches only us,
// nothing that it starts can wait for an answer on the terminal, and everything can be ended with it.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// killGroup ends every process of the group, if any is left.
func killGroup(leader int) { syscall.Kill(-leader, syscall.SIGKILL) }
