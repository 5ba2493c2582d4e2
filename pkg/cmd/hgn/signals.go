package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

type killKey struct{}

// withSignals returns a context that ends at the first SIGINT or SIGTERM, so that a training saves its checkpoint and a
// kernel is stopped. The second signal closes the channel that [killed] returns, and ends the process a moment later.
func withSignals(parent context.Context, stderr io.Writer) (ctx context.Context, stop func()) {
	kill := make(chan struct{})
	ctx, cancel := context.WithCancel(context.WithValue(parent, killKey{}, (<-chan struct{})(kill)))
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		fmt.Fprintln(stderr, "\nhgn: stopping; once more to stop at once")
		cancel()
		<-signals
		close(kill)
		time.Sleep(2 * time.Second)
		os.Exit(exitFailed)
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel()
	}
}

// killed is closed when nothing shall be waited for any more. It is nil, and blocks for ever, without signal handling.
func killed(ctx context.Context) <-chan struct{} {
	kill, _ := ctx.Value(killKey{}).(<-chan struct{})
	return kill
}
