package badinput

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestIsSeesTheMarkThroughWrapping(t *testing.T) {
	bad := Errorf("frames must be at least 2, not %d", 1)
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"nil":          {nil, false},
		"plain":        {io.EOF, false},
		"marked":       {bad, true},
		"wrapped":      {fmt.Errorf("reading: %w", bad), true},
		"joined":       {errors.Join(io.EOF, bad), true},
		"wraps others": {Errorf("file: %w", io.EOF), true},
	} {
		if got := Is(c.err); got != c.want {
			t.Errorf("%s: Is = %v, want %v", name, got, c.want)
		}
	}
	if !errors.Is(Errorf("file: %w", io.EOF), io.EOF) {
		t.Error("Errorf hides the error wrapped with %w")
	}
}
