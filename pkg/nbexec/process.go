package nbexec

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// process is a running GoNB kernel: the leader of a process group that also holds the go commands and the cells' programs.
type process struct {
	cmd     *exec.Cmd
	address address
	scratch string        // folder of the connection file and temporary files of the kernel and its cells
	log     *tail         // the end of the kernel's log
	exited  chan struct{} // closed when the kernel has ended
}

// startTimeout is the time within which a kernel must answer.
const startTimeout = 60 * time.Second

// startProcess starts GoNB in dir.
func startProcess(env *Environment, dir string) (*process, error) {
	scratch, err := makeScratch("hgn-kernel-*")
	if err != nil {
		return nil, err
	}
	p := &process{scratch: scratch, log: new(tail), exited: make(chan struct{})}
	if p.address, err = newAddress(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(scratch))
	}
	file := filepath.Join(scratch, "kernel-hgn.json")
	data, err := json.Marshal(p.address)
	if err == nil {
		err = os.WriteFile(file, data, 0o600) // only this user may read the key
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(scratch))
	}
	p.cmd = exec.Command(env.Tools.Path("gonb"), "--kernel", file, "-raw_error=true", "-go_work="+env.Root.Dir)
	p.cmd.Dir = dir
	p.cmd.Env = append(env.Environ(), "TMPDIR="+scratch, "BASH_ENV="+filepath.Join(scratch, shellStart))
	p.cmd.Stderr, p.cmd.Stdout = p.log, p.log
	p.cmd.WaitDelay = time.Second // a cell's program that outlives the kernel does not delay Wait
	ownGroup(p.cmd)
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting GoNB: %w", err), os.RemoveAll(scratch))
	}
	go func() {
		p.cmd.Wait()
		close(p.exited)
	}()
	if err := endShellInput(scratch, p.cmd.Process.Pid); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

// makeScratch makes a folder for temporary files that only this user can read. Its path is absolute, even if TMPDIR
// is not, because programs with other working directories get it.
func makeScratch(pattern string) (string, error) {
	parent, err := filepath.Abs(os.TempDir())
	if err != nil {
		return "", err
	}
	scratch, err := os.MkdirTemp(parent, pattern)
	if err != nil {
		return "", fmt.Errorf("no folder for temporary files (set TMPDIR to one that you can write): %w", err)
	}
	return scratch, nil
}

// stop ends the remaining processes of the kernel, even if the kernel has exited, and removes its files.
func (p *process) stop() error {
	killGroup(p.cmd.Process.Pid)
	killMarked(p.scratch)
	<-p.exited
	return removeScratch(p.scratch)
}

// removeScratch removes a folder, even if a program has withdrawn the permission to write below it.
func removeScratch(dir string) error {
	if os.RemoveAll(dir) == nil {
		return nil
	}
	filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			os.Chmod(path, 0o700)
		}
		return nil
	})
	return os.RemoveAll(dir)
}

// ended returns the error of a kernel that has exited.
func (p *process) ended() error {
	if said := p.log.reason(); said != "" {
		return fmt.Errorf("the GoNB kernel ended unexpectedly (%s): %s", p.cmd.ProcessState, said)
	}
	return fmt.Errorf("the GoNB kernel ended unexpectedly (%s)", p.cmd.ProcessState)
}

// start starts a kernel and waits until it answers and its outputs arrive.
func start(ctx context.Context, env *Environment, dir string) (*process, *connection, error) {
	if _, err := exec.LookPath("go"); err != nil {
		return nil, nil, errNoGo
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for attempt := 1; ; attempt++ {
		p, err := startProcess(env, dir)
		if err != nil {
			return nil, nil, err
		}
		c, err := p.connect(ctx)
		if err == nil {
			if err = endGoInput(p.scratch); err == nil {
				return p, c, nil
			}
			c.close()
		}
		p.stop()
		if attempt < 3 && strings.Contains(p.log.String(), "address already in use") {
			continue // another program took a port before the kernel opened it
		}
		if errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("the GoNB kernel did not answer within %v: %s", startTimeout, p.log.reason())
		}
		return nil, nil, err
	}
}

// connect opens the sockets and asks for kernel_info until the answer's status also arrives on iopub. That
// subscription takes a moment, and outputs sent before it would be lost.
func (p *process) connect(ctx context.Context) (*connection, error) {
	life, kill := context.WithCancel(context.Background()) // the sockets live as long as the process
	go func() {
		<-p.exited
		kill()
	}()
	stop := context.AfterFunc(ctx, kill)
	c, err := connect(life, p.address)
	for err == nil {
		if _, err = c.request(c.shell, "kernel_info_request", struct{}{}); err != nil {
			break
		}
		if c.quiet(ctx, 200*time.Millisecond) {
			if stop() {
				return c, nil
			}
			err = ctx.Err()
		}
		if life.Err() != nil {
			err = life.Err()
		}
	}
	if c != nil {
		c.close()
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	select {
	case <-p.exited:
		return nil, p.ended()
	case <-time.After(time.Second):
		return nil, err
	}
}

// quiet reads messages until one came from iopub and nothing follows it for a moment. It gives up after patience.
func (c *connection) quiet(ctx context.Context, patience time.Duration) bool {
	heard := false
	for {
		select {
		case m := <-c.messages:
			if m.kind == "kernel_info_reply" {
				var info struct {
					Language map[string]any `json:"language_info"`
				}
				if decode(m.content, &info) == nil {
					c.language = info.Language
				}
			}
			if m.channel == "iopub" {
				heard = true
				patience = 20 * time.Millisecond
			}
		case <-time.After(patience):
			return heard
		case <-ctx.Done():
			return false
		}
	}
}

// tail keeps the last 16 KiB written to it.
type tail struct {
	mu  sync.Mutex
	end []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end = append(t.end, p...)
	if extra := len(t.end) - 16<<10; extra > 0 {
		t.end = append(t.end[:0], t.end[extra:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.end)
}

// reason returns the line of the log that best explains an exit: a panic or fatal error, else the last line.
func (t *tail) reason() string {
	text := plainText(t.String())
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "panic:") || strings.HasPrefix(line, "fatal error:") || strings.HasPrefix(line, "F") && strings.Contains(line, "] ") {
			return strings.TrimSpace(line)
		}
	}
	return lastLines(text, 1)
}
