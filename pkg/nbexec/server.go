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

// Serve runs a program that starts kernels, such as Jupyter, until it or ctx ends. When ctx ends, Serve asks the
// program to stop, and waits for the time grace or until kill is closed. Then it ends everything that the program
// started, and removes their common folder for temporary files. It hides the output from the end of ctx on, such as
// traces of dying kernels. The program has no input: Ctrl-C on the terminal reaches only this process.
func Serve(ctx context.Context, cmd *exec.Cmd, grace time.Duration, kill <-chan struct{}) error {
	scratch, err := makeScratch("hgn-lab-*")
	if err != nil {
		return err
	}
	cmd.Env = append(environ(), "TMPDIR="+scratch)
	cmd.Stdout, cmd.Stderr = &gate{to: cmd.Stdout, until: ctx}, &gate{to: cmd.Stderr, until: ctx}
	cmd.WaitDelay = time.Second // a kernel that outlives the program does not delay Wait
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

// gate forwards the output until a context ends.
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
