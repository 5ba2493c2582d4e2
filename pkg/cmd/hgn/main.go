// Command hgn runs the notebooks of this module and trains, measures and rolls out its models from the command line.
//
// Exit codes: 0 done; 1 failed; 2 wrong usage or bad input. Results go to stdout, everything else to stderr.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/nbexec"
)

// Exit codes of the program.
const (
	exitDone     = 0
	exitFailed   = 1
	exitBadInput = 2
)

func main() {
	device.ServeInspection()
	settleHome()
	ctx, stop := withSignals(context.Background(), os.Stderr)
	code := run(ctx, newRootCommand(), os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// settleHome sets HOME to the user's home folder if it is missing, as in services, or relative. Plugins, caches and the
// kernel are kept there, and the programs that are started look there too.
func settleHome() {
	if home := nbexec.HomeDir(); home != "" && !filepath.IsAbs(os.Getenv("HOME")) {
		os.Setenv("HOME", home)
	}
}

// run executes the command line and returns the exit code. An error is one line on stderr.
func run(ctx context.Context, root *cobra.Command, args []string, stdout, stderr io.Writer) (code int) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(stderr, "hgn: internal error: %s\n", oneLine(fmt.Sprint(p)))
			if os.Getenv("HGN_TRACE") != "" {
				stderr.Write(debug.Stack())
			}
			code = exitFailed
		}
	}()
	results := &results{to: stdout}
	root.SetArgs(args)
	root.SetOut(results)
	root.SetErr(stderr)
	started := false // errors before a command starts concern its flags and arguments
	everyCommand(root, func(c *cobra.Command) {
		if inner := c.RunE; inner != nil {
			c.RunE = func(c *cobra.Command, args []string) error {
				started = true
				return inner(c, args)
			}
		}
	})
	c, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil && results.lost == nil:
		return exitDone
	case err == nil && errors.Is(results.lost, syscall.EPIPE):
		return exitFailed // the reader who closed the pipe knows
	case err == nil:
		fmt.Fprintf(stderr, "hgn: cannot write the results: %s\n", oneLine(results.lost.Error()))
		return exitFailed
	case !started:
		fmt.Fprintf(stderr, "hgn: %s (see %s --help)\n", oneLine(err.Error()), c.CommandPath())
		return exitBadInput
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = errors.New("stopped")
	}
	fmt.Fprintf(stderr, "hgn: %s\n", oneLine(err.Error()))
	if badinput.Is(err) {
		return exitBadInput
	}
	return exitFailed
}

// results forwards a command's results, and records whether writing them failed.
type results struct {
	to   io.Writer
	lost error
}

func (r *results) Write(p []byte) (int, error) {
	n, err := r.to.Write(p)
	if r.lost == nil {
		r.lost = err
	}
	return n, err
}

func everyCommand(c *cobra.Command, do func(*cobra.Command)) {
	do(c)
	for _, sub := range c.Commands() {
		everyCommand(sub, do)
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
