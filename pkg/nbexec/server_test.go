package nbexec

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A server that is told to stop ends with all that it started and with their temporary files; one that does not listen is
// killed. What dying programs write is not shown.
func TestServeLeavesNothing(t *testing.T) {
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip("needs a Unix system with setsid")
	}
	t.Setenv("TMPDIR", t.TempDir())
	for name, c := range map[string]struct {
		script string
		ends   bool // by itself, with an error
	}{
		"obeys":    {"trap 'echo trace >&2; exit 0' TERM; (setsid sleep 4220 &); touch $TMPDIR/file; echo up >&2; sleep 4220 & wait", false},
		"does not": {"trap '' TERM INT HUP; (setsid sleep 4220 &); touch $TMPDIR/file; echo up >&2; while :; do sleep 4220; done", false},
		"fails":    {"(setsid sleep 4220 &); touch $TMPDIR/file; echo up >&2; exit 3", true},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		var shown writer
		cmd := exec.Command("sh", "-c", c.script)
		cmd.Stderr = &shown
		shown.on = func() {
			if !c.ends {
				cancel()
			}
		}
		started := time.Now()
		err := Serve(ctx, cmd, time.Second, nil)
		if (err != nil) != c.ends {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(started); took > 10*time.Second {
			t.Errorf("%s: it took %v", name, took)
		}
		if got := shown.String(); got != "up\n" {
			t.Errorf("%s: it showed %q", name, got)
		}
		if left := processes(t, "sleep 4220"); len(left) > 0 {
			t.Errorf("%s: left running: %q", name, left)
		}
		if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
			t.Errorf("%s: left in TMPDIR: %v", name, left)
		}
		cancel()
	}
}

// writer calls on at the first text.
type writer struct {
	bytes.Buffer
	on func()
}

func (w *writer) Write(p []byte) (int, error) {
	n, err := w.Buffer.Write(p)
	w.on()
	return n, err
}

// The kernelspec brings along what the program that starts Jupyter may not have: where Go is, its folders and a home. A user's
// settings are obeyed wherever they were made.
func TestKernelspecNeedsNothingOfTheInstallingShell(t *testing.T) {
	goCommand, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command")
	}
	real, err := filepath.EvalSymlinks(goCommand)
	if err != nil {
		t.Fatal(err)
	}
	root, err := FindRoot(".")
	if err != nil {
		t.Fatal(err)
	}
	before := goSettings()
	settings := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(settings, []byte("GOFLAGS=-mod=mod\nGOPATH=/some/path\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"JUPYTER_DATA_DIR": t.TempDir(), "GOENV": settings, "GOFLAGS": "", "GOPATH": "", "GOMODCACHE": before["GOMODCACHE"],
		"GOCACHE": "", "XDG_CACHE_HOME": "", "HOME": "", "CC": "some-cc", CacheVariable: "relative"} {
		t.Setenv(name, value)
	}
	tools := &Tools{Dir: t.TempDir()}
	if err := os.WriteFile(tools.Path("gonb"), []byte("#!/bin/sh\necho \"$HOME|$TMPDIR|$PATH|$*\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := (&Environment{Root: root, Tools: tools}).Install(); err != nil {
		t.Fatal(err)
	}
	spec, err := readSpec(filepath.Join(os.Getenv("JUPYTER_DATA_DIR"), "kernels", SpecName))
	if err != nil {
		t.Fatal(err)
	}
	folders := strings.Split(spec.Env["PATH"], ":")
	if len(folders) < 3 || folders[0] != tools.Dir || folders[1] != filepath.Dir(real) || folders[2] != "${PATH}" {
		t.Errorf("PATH is %q, want the tools and %s first", folders, filepath.Dir(real))
	}
	home := HomeDir()
	for name, want := range map[string]string{"GOPATH": "/some/path", "GOMODCACHE": before["GOMODCACHE"], "GOCACHE": filepath.Join(home, ".cache", "go-build"),
		"GOFLAGS": withoutSymbols, "GOENV": settings, "CC": "some-cc", "GOPROXY": "off"} {
		if got := spec.Env[name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if !filepath.IsAbs(spec.Env[CacheVariable]) {
		t.Errorf("%s is %q", CacheVariable, spec.Env[CacheVariable])
	}

	// Where gopls has been built, Jupyter's kernel finds it, and the one of a run does not.
	gopls, built := tools.Gopls()
	if built || os.MkdirAll(filepath.Dir(gopls), 0o755) != nil || os.WriteFile(gopls, nil, 0o700) != nil {
		t.Fatalf("%s: built %v", gopls, built)
	}
	env := &Environment{Root: root, Tools: tools}
	if _, err := env.Install(); err != nil {
		t.Fatal(err)
	}
	with, err := readSpec(filepath.Join(os.Getenv("JUPYTER_DATA_DIR"), "kernels", SpecName))
	if err != nil || !strings.Contains(with.Env["PATH"], filepath.Dir(gopls)+":") || strings.Contains(env.Variables()["PATH"], filepath.Dir(gopls)) {
		t.Errorf("with gopls in %s the kernelspec's PATH is %s (%v)", gopls, with.Env["PATH"], err)
	}

	// With no more than the kernelspec's own environment the kernel starts.
	spec.Argv[3] = "/connection.json"
	cmd := exec.Command(spec.Argv[0], spec.Argv[1:]...)
	cmd.Env = []string{"TMPDIR=relative"}
	for name, value := range spec.Env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	got := strings.Split(string(out), "|")
	if err != nil || len(got) != 4 || got[0] != home || got[1] != "" || !strings.Contains(got[3], "--kernel /connection.json -go_work="+root.Dir) {
		t.Errorf("the kernel is started with %s (%v)", out, err)
	}
}
