//go:build unix

package nbexec

import (
	"os/exec"
	"syscall"
)

// ownGroup makes the command the leader of a new session and process group. Ctrl-C on the terminal then reaches only
// this process, no started program can wait for an answer on the terminal, and all of them can be ended together.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// killGroup ends every process of the group, if any is left.
func killGroup(leader int) { syscall.Kill(-leader, syscall.SIGKILL) }
