//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hgn.local/pkg/nbexec"
)

// A run of a notebook that is told to stop, in each way in which a terminal or a system does that, writes what it has and
// leaves neither a process nor a temporary file.
func TestRunLeavesNothingWhenItIsStopped(t *testing.T) {
	if testing.Short() {
		t.Skip("runs GoNB kernels")
	}
	hearHangups(t)
	dir := t.TempDir()
	cache, temporary := filepath.Join(dir, "cache"), filepath.Join(dir, "tmp")
	if err := os.Mkdir(temporary, 0o700); err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(dir, "long.ipynb")
	nb := nbexec.New(nbexec.Code("!echo before"), nbexec.Code("!echo up > started; (setsid sleep 4222 >/dev/null 2>&1 &); sleep 4222 >/dev/null 2>&1 & exec sleep 4222"))
	if err := nb.Save(source); err != nil {
		t.Fatal(err)
	}
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		out := filepath.Join(dir, signal.String())
		child := exec.Command(os.Args[0], "-test.run=^TestAsCommand$", "--", "run", source, "--out", out)
		child.Env = append(os.Environ(), "HGN_AS_COMMAND=1", "GOMLX_BACKEND=go", "TMPDIR="+temporary, nbexec.CacheVariable+"="+cache)
		var stderr bytes.Buffer
		child.Stderr = &stderr
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- child.Wait() }()
		started := filepath.Join(dir, "started")
		for deadline := time.Now().Add(4 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
			if _, err := os.Stat(started); err == nil {
				break
			}
			if time.Now().After(deadline) || len(ended) > 0 {
				child.Process.Kill()
				t.Fatalf("%v: the cell did not start: %s", signal, stderr.String())
			}
		}
		os.Remove(started)
		sent := time.Now()
		child.Process.Signal(signal)
		select {
		case <-ended:
		case <-time.After(time.Minute):
			child.Process.Kill()
			t.Errorf("%v: it did not end", signal)
		}
		if code := child.ProcessState.ExitCode(); code != exitFailed {
			t.Errorf("%v: exit code %d after %v: %s", signal, code, time.Since(sent), stderr.String())
		}
		if ps, err := exec.Command("ps", "-eo", "args").Output(); err == nil && (bytes.Contains(ps, []byte("sleep 4222")) || bytes.Contains(ps, []byte(cache))) {
			t.Errorf("%v: processes are left", signal)
		}
		if left, _ := os.ReadDir(temporary); len(left) > 0 {
			t.Errorf("%v: left in TMPDIR: %v", signal, left)
		}
		done, err := nbexec.Load(filepath.Join(out, "long.ipynb"))
		if err != nil || len(done.Cells[0].Outputs) != 1 || !strings.Contains(done.Cells[0].Outputs[0].Text, "before") {
			t.Errorf("%v: what ran was not written: %v", signal, err)
		}
	}
}
