package notebook

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/janpfeifer/gonb/gonbui"

	"hgn.local/pkg/badinput"
)

// These are the exit codes of a cell.
const (
	exitFailed      = 1
	exitInterrupted = 130 // the code that a shell gives for SIGINT
)

// Tests replace these.
var (
	exit             = os.Exit
	stdout io.Writer = os.Stdout
	stderr io.Writer = os.Stderr
)

// errInterrupted marks the end of a training that was stopped and saved.
var errInterrupted = errors.New("interrupted")

// cell brackets every exported function: it waits until everything is displayed, and if f fails it prints one
// sentence and ends the program.
func cell(f func() error) {
	err := stopped()
	if err == nil {
		err = guarded(f)
	}
	flush()
	if lost := gonbui.Error(); err == nil && inNotebook && lost != nil {
		err = fmt.Errorf("what this cell shows did not reach the notebook: %w", lost)
	}
	if err == nil {
		return
	}
	noteFailure()
	fmt.Fprintln(stderr, oneLine(err.Error()))
	if errors.Is(err, errInterrupted) {
		exit(exitInterrupted)
		return
	}
	exit(exitFailed)
}

// guarded turns a panic, with which GoMLX reports a mistake in a graph, into an error.
func guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if os.Getenv("HGN_TRACE") != "" {
				stderr.Write(debug.Stack())
			}
			err = fmt.Errorf("internal error: %v", p)
		}
	}()
	return f()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// interrupted is errInterrupted with a sentence.
type interrupted struct{ sentence string }

func (e interrupted) Error() string { return e.sentence }
func (e interrupted) Unwrap() error { return errInterrupted }

// mistake returns an error that the cell's author can mend.
func mistake(format string, args ...any) error { return badinput.Errorf(format, args...) }
