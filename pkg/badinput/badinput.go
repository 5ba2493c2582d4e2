// Package badinput marks errors that the caller can mend: a wrong value, an unknown name, an unreadable file.
//
// Every package returns such errors through [Errorf]; the command line asks [Is] once, at the top, to choose its exit
// code. Any error with a method BadInput() bool that returns true counts, so a package may also define its own type.
package badinput

import (
	"errors"
	"fmt"
)

// Error is an error whose cause lies in what the caller passed in.
type Error struct{ err error }

// Errorf formats an error as fmt.Errorf does (%w wraps) and marks it as bad input.
func Errorf(format string, args ...any) error {
	return &Error{fmt.Errorf(format, args...)}
}

func (e *Error) Error() string { return e.err.Error() }

// Unwrap gives errors.Is and errors.As access to everything that was wrapped with %w.
func (e *Error) Unwrap() error { return e.err }

// BadInput returns true: [Is] looks for this mark.
func (e *Error) BadInput() bool { return true }

// Is reports whether err, or any error that it wraps, is marked as bad input.
func Is(err error) bool {
	var marked interface{ BadInput() bool }
	return errors.As(err, &marked) && marked.BadInput()
}
