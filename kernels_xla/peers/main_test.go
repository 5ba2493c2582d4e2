package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// program writes a shell script.
func program(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	anHGN = `[ "$GOMLX_BACKEND" = go ] && ms=0.040 || ms=0.010
echo 'testing' >&2
echo '{"checks":[],"timings":[{"parameters":7,"build_seconds":0.5,"compile_seconds":1,"step_seconds":'$ms',"fastest_seconds":0.009,"peak_bytes":5e8}]}'`
	aPeer = `case "$1" in *jax*) ms=0.020 ;; *) ms=0.080 ;; esac
echo '{"parameters":7,"median_seconds":'$ms',"fastest_seconds":0.019,"first_call_seconds":3,"peak_bytes":6e8,"first_loss":1.5}'`
)

func TestTable(t *testing.T) {
	o := options{program(t, anHGN), program(t, aPeer), "scripts", []string{"xla:cpu", "go"}, []string{"quick"}, 2}
	var out, progress strings.Builder
	if err := run(o, &out, &progress); err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{
		"| quick | 7 | XLA | 10 | 9 | 0.50 | 0.12 | 1.5 | 500 |",
		"|  |  | Go | 40 | 9 | 2.00 | 0.50 | 1.5 | 500 |",
		"|  |  | JAX | 20 | 19 |  | 0.25 | 3.0 | 600 |",
		"|  |  | PyTorch | 80 | 19 | 4.00 |  | 3.0 | 600 |",
	} {
		if !strings.Contains(out.String(), row+"\n") {
			t.Errorf("there is no row %s in\n%s", row, &out)
		}
	}
	if n := strings.Count(progress.String(), "\n"); n != 8 {
		t.Errorf("%d runs, want 8:\n%s", n, &progress)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ hgn, python, want string }{
		{"echo no plugin >&2; exit 1", aPeer, "quick on XLA: exit status 1: no plugin"},
		{`echo '{"checks":[{"error":"too large"}],"timings":[]}'; exit 1`, aPeer, "0 timings instead of one: [{too large}]"},
		{anHGN, "echo no module named jax >&2; exit 1", "quick on JAX: exit status 1: no module named jax"},
		{anHGN, strings.ReplaceAll(aPeer, `"parameters":7`, `"parameters":8`), "JAX has 8 parameters and XLA 7"},
		{anHGN, strings.ReplaceAll(aPeer, `"first_loss":1.5`, `"first_loss":'$ms'`), "the first loss is 0.02 in JAX and 0.08 in PyTorch"},
	} {
		o := options{program(t, c.hgn), program(t, c.python), "scripts", []string{"xla:cpu"}, []string{"quick"}, 1}
		if err := run(o, &strings.Builder{}, &strings.Builder{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}
