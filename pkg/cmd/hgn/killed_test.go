//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// A training that is interrupted, resumed, killed and resumed again, each time in a process of its own, ends as one that was
// let alone, bit for bit: weights, Adam's moments and the curve. It runs on the backend that GOMLX_BACKEND names, and on
// the Go backend where it names none.
func TestKilledAndResumed(t *testing.T) {
	for name, args := range map[string][]string{
		"hgn":  {"hgn", "--system", "pendulum", "--trajectories", "12", "--size", "16", "--steps", "200", "--set", "batch=4", "--set", "latent=circle", "--set", "curriculum=[]", "--set", "restarts=0"},
		"rnvp": {"rnvp", "--density", "two_moons", "--steps", "600", "--set", "batch=32", "--set", "hidden=[16,16]"},
	} {
		t.Run(name, func(t *testing.T) {
			whole, parts := filepath.Join(t.TempDir(), "run"), filepath.Join(t.TempDir(), "run")
			start := func(out string) []string { return append(append([]string{"train"}, args...), "--out", out) }
			resume := []string{"train", args[0], "--resume", "--out", parts}
			trainAlone(t, start(whole), whole, nil, 0)
			want := stateOf(t, whole)
			steps := want.meta.Step
			trainAlone(t, start(parts), parts, syscall.SIGINT, steps/5)
			saved := stateOf(t, parts).meta.Step
			if saved < steps/5 || saved >= steps {
				t.Fatalf("the interrupted training was saved at step %d of %d", saved, steps)
			}
			trainAlone(t, resume, parts, syscall.SIGKILL, saved+steps/5)
			if killed := stateOf(t, parts).meta.Step; killed != saved {
				t.Logf("the killed training had saved step %d", killed)
			}
			trainAlone(t, resume, parts, nil, 0)
			got := stateOf(t, parts)
			if got.meta.Step != steps || len(got.log.Steps) < 100 {
				t.Errorf("it ends at step %d of %d with a curve of %d points", got.meta.Step, steps, len(got.log.Steps))
			}
			sameState(t, got, want)
		})
	}
}

// command is hgn in a process of its own, not started yet.
func command(args ...string) *exec.Cmd {
	child := exec.Command(os.Args[0], append([]string{"-test.run=^TestAsCommand$", "--"}, args...)...)
	child.Env = append(os.Environ(), "HGN_AS_COMMAND=1")
	if os.Getenv("GOMLX_BACKEND") == "" {
		child.Env = append(child.Env, "GOMLX_BACKEND=go")
	}
	return child
}

// trainAlone runs hgn in a process of its own, and sends it a signal, if any, as soon as the curve in its run folder has
// come to a step.
func trainAlone(t *testing.T, args []string, dir string, signal os.Signal, at int) {
	t.Helper()
	child := command(args...)
	var stderr bytes.Buffer
	child.Stdout, child.Stderr = io.Discard, &stderr
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- child.Wait() }()
	for {
		select {
		case err := <-ended:
			if signal == nil && err != nil {
				t.Fatalf("%q: %v\n%s", args, err, stderr.String())
			}
			if signal != nil {
				t.Fatalf("%q ended before the signal: %v\n%s", args, err, stderr.String())
			}
			return
		case <-time.After(2 * time.Millisecond):
		}
		if signal == nil {
			continue
		}
		if log, err := training.ReadLog(dir); err != nil || len(log.Steps) == 0 || log.Steps[len(log.Steps)-1] < float64(at) {
			continue
		}
		if err := child.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		switch err := <-ended; {
		case signal == syscall.SIGKILL && err == nil:
			t.Fatalf("%q ended before it was killed", args)
		case signal != syscall.SIGKILL && err != nil:
			t.Fatalf("%q, interrupted: %v\n%s", args, err, stderr.String())
		}
		return
	}
}

// state is what must be the same however often a training was stopped.
type state struct {
	meta training.Meta
	log  training.Log
	bits map[string][]byte // of every variable, the optimizer's included

	curve []runs.CurvePoint // of a density
}

// sameState compares two trainings bit by bit.
func sameState(t *testing.T, got, want state) {
	t.Helper()
	if !reflect.DeepEqual(got.log, want.log) {
		t.Error("the losses differ")
	}
	if !slices.Equal(got.curve, want.curve) {
		t.Errorf("the curve of the likelihood is %v, want %v", got.curve, want.curve)
	}
	if len(got.bits) != len(want.bits) || len(got.bits) < 10 {
		t.Errorf("%d variables, want %d", len(got.bits), len(want.bits))
	}
	for path, bits := range want.bits {
		if !bytes.Equal(bits, got.bits[path]) {
			t.Errorf("%s differs", path)
		}
	}
}

func stateOf(t *testing.T, dir string) (s state) {
	t.Helper()
	var err error
	if s.log, err = training.ReadLog(dir); err != nil {
		t.Fatal(err)
	}
	s.log.Seconds = nil
	for i := range s.log.Earlier {
		s.log.Earlier[i].Seconds = nil
	}
	if r, err := runs.Open(dir); err != nil {
		t.Fatal(err)
	} else if r.OfDensity() {
		if s.curve, err = r.Curve(); err != nil {
			t.Fatal(err)
		}
		for i := range s.curve {
			s.curve[i].Seconds = 0
		}
	}
	store := model.NewStore()
	if s.meta, err = training.LoadCheckpoint(filepath.Join(dir, training.CheckpointFile), store); err != nil {
		t.Fatal(err)
	}
	s.bits = map[string][]byte{}
	for v := range store.IterVariables() {
		var bits []byte
		if err := v.MustValue().ConstBytes(func(data []byte) { bits = bytes.Clone(data) }); err != nil {
			t.Fatal(err)
		}
		s.bits[v.Path()] = bits
	}
	return s
}
