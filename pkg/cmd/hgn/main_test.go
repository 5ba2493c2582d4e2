package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"hgn.local/pkg/nbexec"
)

// hgn runs the command line in this process.
func hgn(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), newRootCommand(), args, &out, &err)
	return code, out.String(), err.String()
}

// done runs a command that has to succeed.
func done(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	code, stdout, stderr := hgn(t, args...)
	if code != exitDone {
		t.Fatalf("%v: exit code %d, %s", args, code, stderr)
	}
	return stdout, stderr
}

func TestExitCodes(t *testing.T) {
	t.Setenv("JUPYTER_DATA_DIR", t.TempDir())
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	text := write("text.ipynb", "not a notebook")
	empty := write("empty.ipynb", `{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}`)
	good := write("good.ipynb", `{"cells": [{"cell_type": "code", "metadata": {}, "source": "%%\n"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}`)
	before, _ := os.ReadFile(good)

	for _, c := range []struct {
		args []string
		code int
		says string // in the one line on stderr
	}{
		{[]string{}, exitDone, ""},
		{[]string{"--help"}, exitDone, ""},
		{[]string{"run", "--help"}, exitDone, ""},
		{[]string{"kernel", "status"}, exitDone, ""},
		{[]string{"kernel", "remove"}, exitDone, ""},
		{[]string{"fly"}, exitBadInput, `unknown command "fly"`},
		{[]string{"kernel", "fly"}, exitBadInput, `unknown command "fly"`},
		{[]string{"run", "--fly"}, exitBadInput, "unknown flag: --fly"},
		{[]string{"run", "--timeout", "soon"}, exitBadInput, `invalid argument "soon"`},
		{[]string{"run", "--timeout", "-1s", good}, exitBadInput, "negative"},
		{[]string{"kernel", "status", "extra"}, exitBadInput, "extra"},
		{[]string{"doctor", "extra"}, exitBadInput, "extra"},
		{[]string{"lab", "--port", "99999"}, exitBadInput, "--port"},
		{[]string{"run", filepath.Join(dir, "missing.ipynb")}, exitBadInput, "there is no notebook"},
		{[]string{"run", text}, exitBadInput, "not a notebook"},
		{[]string{"run", empty}, exitBadInput, "no code cells"},
		{[]string{"run", dir}, exitBadInput, "reading the notebook"},
		{[]string{"run", good, "--out", dir}, exitBadInput, "would replace the notebook"},
		{[]string{"run", good, good}, exitBadInput, "both be written"},
	} {
		code, stdout, stderr := hgn(t, c.args...)
		if code != c.code {
			t.Errorf("hgn %q: exit code %d, want %d (%s)", c.args, code, c.code, stderr)
		}
		if c.code == exitDone {
			if stdout == "" {
				t.Errorf("hgn %q printed nothing", c.args)
			}
			continue
		}
		if strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "hgn: ") || !strings.Contains(stderr, c.says) || strings.Contains(stderr, "Usage") {
			t.Errorf("hgn %q: stderr is %q, want one line with %q", c.args, stderr, c.says)
		}
		if stdout != "" {
			t.Errorf("hgn %q: stdout is %q", c.args, stdout)
		}
	}
	if after, _ := os.ReadFile(good); !bytes.Equal(before, after) {
		t.Error("the notebook was changed")
	}
}

func TestOutsideOfACheckout(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"run"}, {"kernel", "install"}} {
		if code, _, stderr := hgn(t, args...); code != exitBadInput || !strings.Contains(stderr, "not inside a checkout") {
			t.Errorf("hgn %q: exit code %d, %q", args, code, stderr)
		}
	}
}

func TestKernelStatusJSON(t *testing.T) {
	t.Setenv("JUPYTER_DATA_DIR", t.TempDir())
	code, stdout, _ := hgn(t, "kernel", "status", "--json")
	var s nbexec.SpecStatus
	if err := json.Unmarshal([]byte(stdout), &s); code != exitDone || err != nil || s.Name != nbexec.SpecName || s.Installed {
		t.Errorf("exit code %d, stdout %q, %v", code, stdout, err)
	}
}

func TestFailuresAndPanicsAreOneLine(t *testing.T) {
	for name, c := range map[string]struct {
		do   func() error
		code int
	}{
		"failure":   {func() error { return errors.New("it\nfailed") }, exitFailed},
		"bad input": {func() error { return usageError("mend\nthis") }, exitBadInput},
		"panic":     {func() error { panic("oh\nno") }, exitFailed},
	} {
		var stdout, stderr bytes.Buffer
		test := &cobra.Command{Use: "test", RunE: func(*cobra.Command, []string) error { return c.do() }}
		code := run(t.Context(), rootOf(test), []string{"test"}, &stdout, &stderr)
		if code != c.code || strings.Count(stderr.String(), "\n") != 1 {
			t.Errorf("%s: exit code %d, stderr %q", name, code, stderr.String())
		}
	}
}

func TestRunWritesNotebookAndPage(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a GoNB kernel")
	}
	t.Setenv(nbexec.CacheVariable, t.TempDir())
	dir := t.TempDir()
	source, out := filepath.Join(dir, "small.ipynb"), filepath.Join(dir, "out", "deep")
	nb := nbexec.New(nbexec.Markdown("# Small"), nbexec.Code("%%\nfmt.Println(6 * 7)"), nbexec.Code("%%\npanic(\"stop here\")"))
	if err := nb.Save(source); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(source)

	code, stdout, stderr := hgn(t, "run", source, "--out", out)
	if code != exitFailed || !strings.Contains(stderr, "cell 2 (panic(\"stop here\")): panic: stop here") {
		t.Errorf("exit code %d, stderr:\n%s", code, stderr)
	}
	if want := filepath.Join(out, "small.ipynb") + "\n" + filepath.Join(out, "small.html") + "\n"; stdout != want {
		t.Errorf("stdout is %q, want %q", stdout, want)
	}
	done, err := nbexec.Load(filepath.Join(out, "small.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	if o := done.Cells[1].Outputs; len(o) != 1 || o[0].Text != "42\n" {
		t.Errorf("the executed cell shows %+v", o)
	}
	if page, err := os.ReadFile(filepath.Join(out, "small.html")); err != nil || !bytes.Contains(page, []byte(">42</pre>")) {
		t.Errorf("the page lacks the output (%v)", err)
	}
	if after, _ := os.ReadFile(source); !bytes.Equal(before, after) {
		t.Error("the source notebook was changed")
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var failure bytes.Buffer
	if code := run(ctx, newRootCommand(), []string{"run", source, "--out", out}, &failure, &failure); code != exitFailed || !strings.Contains(failure.String(), "stopped") {
		t.Errorf("cancelled: exit code %d, %q", code, failure.String())
	}
}

// TestAsCommand is the command line in a process of its own, for tests that start one.
func TestAsCommand(t *testing.T) {
	if os.Getenv("HGN_AS_COMMAND") == "" {
		t.Skip("runs in a process that another test starts")
	}
	ctx, stop := withSignals(context.Background(), os.Stderr)
	defer stop()
	self = thisTest
	args := os.Args[slices.Index(os.Args, "--")+1:]
	os.Exit(run(ctx, newRootCommand(), args, os.Stdout, os.Stderr))
}

// thisTest is the command that is this program, as TestAsCommand takes it.
func thisTest() ([]string, error) {
	return []string{os.Args[0], "-test.run=^TestAsCommand$", "--"}, nil
}
