package nbexec

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// Serve runs a program that starts kernels, as Jupyter does, until it ends or ctx does. When ctx ends, the program is asked
// to stop and has the time grace for it, or until kill is closed. Then everything that it started is ended, and the folder
// that all of them had for temporary files is removed. What it writes from the end of ctx on, traces of dying kernels among
// it, is not shown. The program has no input: Ctrl-C on the terminal reaches only this process.
func Serve(ctx context.Context, cmd *exec.Cmd, grace time.Duration, kill <-chan struct{}) error {
	scratch, err := makeScratch("hgn-lab-*")
	if err != nil {
		return err
	}
	cmd.Env = append(environ(), "TMPDIR="+scratch)
	cmd.Stdout, cmd.Stderr = &gate{to: cmd.Stdout, until: ctx}, &gate{to: cmd.Stderr, until: ctx}
	cmd.WaitDelay = time.Second // a kernel that outlives the program does not hold up Wait
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return errors.Join(err, removeScratch(scratch))
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err = <-ended:
	case <-ctx.Done():
		cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(grace):
		case <-kill:
		}
	}
	killGroup(cmd.Process.Pid)
	killMarked(scratch)
	if ctx.Err() == nil && !errors.Is(err, exec.ErrWaitDelay) {
		return errors.Join(err, removeScratch(scratch))
	}
	return removeScratch(scratch)
}

// gate passes on what is written until a context ends.
type gate struct {
	mu    sync.Mutex
	to    io.Writer
	until context.Context
}

func (g *gate) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.to == nil || g.until.Err() != nil {
		return len(p), nil
	}
	return g.to.Write(p)
}
