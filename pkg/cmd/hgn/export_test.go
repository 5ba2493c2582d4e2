package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/kernels_xla/onnx"
	"hgn.local/pkg/export"
	"hgn.local/pkg/training"
)

// A run is exported in every format that the machine can write, and imported again; wrong input is one line.
func TestExportAndImport(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	do := func(args ...string) string {
		t.Helper()
		stdout, _ := done(t, args...)
		return stdout
	}
	do("train", "rnvp", "--density", "gaussians4", "--points", "100", "--steps", "2", "--set", "batch=16", "--out", file("run"))
	do("export", file("run"), "--format", "safetensors", "--state", "--out", file("w.safetensors"))
	do("import", file("w.safetensors"), "--out", file("again"))
	if same, err := training.SameVariables(filepath.Join(file("run"), training.CheckpointFile), filepath.Join(file("again"), training.CheckpointFile)); err != nil || !same {
		t.Errorf("the same variables: %v, %v", same, err)
	}
	if onnx.Available && onnx.Library() != "" {
		var index export.Index
		if err := json.Unmarshal([]byte(do("export", file("run"), "--format", "onnx", "--out", file("onnx"), "--json")), &index); err != nil {
			t.Fatal(err)
		}
		for _, p := range index.Programs {
			if info, err := os.Stat(filepath.Join(file("onnx"), p.File)); err != nil || info.Size() < 1000 || p.Batch != nil {
				t.Errorf("%+v: %v", p, err)
			}
		}
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"export", file("run"), "--format", "pickle", "--out", file("x")}, "--format must be"},
		{[]string{"export", file("none"), "--format", "onnx", "--out", file("x")}, "not the folder of a run"},
		{[]string{"export", file("run"), "--format", "safetensors", "--out", file("x.npz")}, "must end in .safetensors"},
		{[]string{"export", file("run"), "--format", "safetensors", "--batch", "3", "--out", file("x.safetensors")}, "--batch does not apply"},
		{[]string{"export", file("run"), "--format", "onnx", "--batch", "0", "--out", file("x")}, "at least 1 row"},
		{[]string{"export", file("run"), "--format", "onnx", "--out", file("w.safetensors")}, "is a file"},
		{[]string{"export", file("run"), "--format", "stablehlo", "--out", file("x")}, "XLA's CPU plugin"},
		{[]string{"import", file("run"), "--out", file("x")}, "cannot read the weights"},
		{[]string{"import", file("w.safetensors"), "--out", file("run")}, "already holds a training"},
		{[]string{"import", file("w.safetensors"), "--like", file("none"), "--out", file("x")}, "not the folder of a run"},
	} {
		code, _, stderr := hgn(t, c.args...)
		if code != exitBadInput || !strings.Contains(stderr, c.says) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%v: exit code %d, %q", c.args, code, stderr)
		}
	}
	if _, err := os.Stat(file("x")); err == nil {
		t.Error("a command that failed left something")
	}
}
