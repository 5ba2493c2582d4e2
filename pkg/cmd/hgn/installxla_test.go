package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Wrong usage and files that are no plugin end with exit code 2 and one line that says so.
func TestInstallXLARefuses(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	text := filepath.Join(t.TempDir(), "plugin.so")
	if err := os.WriteFile(text, []byte("not a library"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{}, "accepts 1 arg"},
		{[]string{"tpu"}, "choose cpu or cuda"},
		{[]string{"cpu", "--from", ""}, "--from needs"},
		{[]string{"cpu", "--version", "0.1"}, "only of the CUDA plugin"},
		{[]string{"cpu", "--limit", "-1s"}, "--limit must be"},
		{[]string{"cpu", "--from", filepath.Join(t.TempDir(), "none.so")}, "cannot be read"},
		{[]string{"cpu", "--from", text}, "plugin.so"},
	} {
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), newRootCommand(), append([]string{"install-xla"}, c.args...), &stdout, &stderr)
		if code != exitBadInput || !strings.Contains(stderr.String(), c.want) || strings.Count(stderr.String(), "\n") != 1 || stdout.Len() > 0 {
			t.Errorf("install-xla %q: code %d, %q, want 2 and a line with %q", c.args, code, stderr.String(), c.want)
		}
	}
}
