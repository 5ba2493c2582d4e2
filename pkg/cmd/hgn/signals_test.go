//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hgn.local/pkg/training"
)

// hearHangups lets the commands that a test starts hear hangups also where the test itself runs under nohup, which they
// would inherit, and obey.
func hearHangups(t *testing.T) {
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(heard) })
}

// What computes for minutes stops soon after a signal, also where nothing looks at a context, and leaves no file.
func TestCommandsStop(t *testing.T) {
	hearHangups(t)
	dir := t.TempDir()
	flow := filepath.Join(dir, "flow")
	if code, _, stderr := hgn(t, "train", "rnvp", "--density", "gaussian", "--steps", "2", "--out", flow); code != exitDone {
		t.Fatal(stderr)
	}
	out := filepath.Join(dir, "out.npz")
	for signal, args := range map[syscall.Signal][]string{
		syscall.SIGINT:  {"sample", flow, "--n", "50000000", "--out", out},
		syscall.SIGTERM: {"eval", flow, "--points", "50000000"},
		syscall.SIGHUP:  {"data", "--system", "three_body", "--trajectories", "200000", "--size", "64", "--frames", "3", "--out", out},
	} {
		t.Run(args[0], func(t *testing.T) {
			t.Parallel()
			child := command(args...)
			var stderr bytes.Buffer
			child.Stderr = &stderr
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second) // it has begun
			sent := time.Now()
			child.Process.Signal(signal)
			err := child.Wait()
			if child.ProcessState.ExitCode() != exitFailed || !strings.HasSuffix(stderr.String(), "hgn: stopped\n") {
				t.Errorf("%v, and it said %q", err, stderr.String())
			}
			if took := time.Since(sent); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
			if entries, _ := os.ReadDir(dir); len(entries) != 1 {
				t.Errorf("it left %v", entries)
			}
		})
	}
}

// A training goes on to its end when nobody reads what it says any more, and when the terminal is closed under nohup.
func TestATrainingThatNobodyWatches(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	read.Close()
	defer write.Close()
	dir := filepath.Join(t.TempDir(), "run")
	child := command("train", "rnvp", "--density", "gaussian", "--steps", "100", "--set", "batch=16", "--json", "--out", dir)
	child.Path, child.Args = "/bin/sh", append([]string{"sh", "-c", `trap "" HUP; exec "$0" "$@"`}, child.Args...)
	child.Stderr, child.Stdout = write, write
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for log, err := training.ReadLog(dir); err != nil || len(log.Steps) == 0; log, err = training.ReadLog(dir) {
		time.Sleep(5 * time.Millisecond)
	}
	child.Process.Signal(syscall.SIGHUP)
	var exit *exec.ExitError
	if err := child.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitFailed { // what --json prints is lost
		t.Errorf("it ended with %v", err)
	}
	if meta, err := training.ReadMeta(filepath.Join(dir, training.CheckpointFile)); err != nil || meta.Step != 100 {
		t.Errorf("it ended at step %d: %v", meta.Step, err)
	}
}

// broken takes nothing.
type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }

// Results that cannot be written are not done, whatever the command.
func TestResultsThatCannotBeWritten(t *testing.T) {
	for err, want := range map[error]string{
		syscall.ENOSPC: "hgn: cannot write the results: no space left on device\n",
		syscall.EPIPE:  "", // whoever closed the pipe knows
	} {
		for _, args := range [][]string{{"--help"}, {"figure", "--list"}, {"kernel", "status"}} {
			var stderr bytes.Buffer
			code := run(t.Context(), newRootCommand(), args, broken{err}, &stderr)
			if code != exitFailed || want != "" && !strings.Contains(stderr.String(), "no space left") {
				t.Errorf("hgn %q: exit code %d, stderr %q", args, code, stderr.String())
			}
		}
	}
	if code := run(t.Context(), newRootCommand(), []string{"--help"}, io.Discard, io.Discard); code != exitDone {
		t.Errorf("exit code %d", code)
	}
}
