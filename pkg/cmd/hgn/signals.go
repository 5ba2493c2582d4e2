package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/training"
)

// interruption is a context's record of the signals that the process gets.
type interruption struct {
	kill chan struct{} // closed by the second signal
	held atomic.Int32  // number of parts of the program that have something to save or to stop
}

type interruptionKey struct{}

// grace is the time in which a command with nothing to save must stop.
const grace = 800 * time.Millisecond

// withSignals returns a context that ends at the first SIGINT, SIGTERM or, unless it is ignored as under nohup,
// SIGHUP, so that a training saves its checkpoint and a kernel is stopped. Work outside the scope of [hold] that does
// not stop within a moment, such as a computation that ignores the context, ends with the process then; no unfinished
// file is left. The second signal closes the channel that [killed] returns, and ends the process a moment later. If
// writing fails, to a pipe without a reader or to a file that may not grow, the write returns an error as usual, and
// the process continues.
func withSignals(parent context.Context, stderr io.Writer) (ctx context.Context, stop func()) {
	in := &interruption{kill: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.WithValue(parent, interruptionKey{}, in))
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	signal.Notify(make(chan os.Signal, 1), failedWrites...)
	go func() {
		<-signals
		if in.held.Load() > 0 {
			fmt.Fprintln(stderr, "\nhgn: stopping; once more to stop at once")
		} else {
			fmt.Fprintln(stderr, "\nhgn: stopping")
		}
		cancel()
		in.wait(signals)
		atomicfile.RemoveUnfinished()
		fmt.Fprintln(stderr, "hgn: stopped")
		os.Exit(exitFailed)
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel()
	}
}

// wait returns when nothing has been held for a moment, or at once after another signal.
func (in *interruption) wait(signals <-chan os.Signal) {
	last := time.Now()
	for time.Since(last) < grace {
		select {
		case <-signals:
			close(in.kill)
			time.Sleep(2 * time.Second)
			return
		case <-time.After(grace / 20):
		}
		if in.held.Load() > 0 {
			last = time.Now()
		}
	}
}

// hold makes the first signal wait, until release is called, for work that the program saves or stops.
func hold(ctx context.Context) (release func()) {
	in, ok := ctx.Value(interruptionKey{}).(*interruption)
	if !ok {
		return func() {}
	}
	in.held.Add(1)
	return func() { in.held.Add(-1) }
}

// holdTraining is hold from the moment at which the observed training has something to save.
func holdTraining(ctx context.Context) (observe func(training.Event), release func()) {
	var held func() // nil while there is nothing to save
	observe = func(e training.Event) {
		if e.Kind == training.Progress && held == nil {
			held = hold(ctx)
		}
	}
	return observe, func() {
		if held != nil {
			held()
		}
	}
}

// killed returns a channel that closes when all waiting must stop. Without signal handling it is nil, and blocks for
// ever.
func killed(ctx context.Context) <-chan struct{} {
	in, ok := ctx.Value(interruptionKey{}).(*interruption)
	if !ok {
		return nil
	}
	return in.kill
}
