//go:build cgo && !noxla && linux

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/kernels_xla/standin"
)

// The script runs the self-test on the plugin it is given, here by a relative path the stand-in, which computes zeros: a whole
// report, and exit code 1. Nothing that the stand-in did is reported as a time or a rate of XLA.
func TestSelftestOnGPU(t *testing.T) {
	if testing.Short() {
		t.Skip("lowers every model")
	}
	script, err := filepath.Abs("../../../kernels_xla/selftest_on_gpu.sh")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	plugin, err := standin.Build(folder)
	if errors.Is(err, standin.ErrNoCompiler) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(plugin, filepath.Join(folder, "xla_cuda_plugin.so")); err != nil {
		t.Fatal(err)
	}
	program := fmt.Sprintf("#!/bin/sh\nHGN_AS_COMMAND=1 exec %q -test.run='^TestAsCommand$' -- \"$@\"\n", os.Args[0])
	if err := os.WriteFile(filepath.Join(folder, "hgn"), []byte(program), 0o755); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(script, "./hgn", "--json", "--benchmark=rnvp/quick")
	c.Dir = folder
	c.Env = append(os.Environ(), "PLUGIN=xla_cuda_plugin.so", "LD_LIBRARY_PATH="+folder)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	c.Run()
	var r struct {
		Backend string
		OK      bool
		Failed  int
		Checks  []struct{ Name, Error string }
		Timings []struct{ Name string }
		Rate    float64 `json:"matrix_product_gflops"`
	}
	if err := json.Unmarshal(stdout.Bytes(), &r); err != nil {
		t.Fatalf("%v: %.500s\n%s", err, stdout.String(), stderr.String())
	}
	if code := c.ProcessState.ExitCode(); code != exitFailed || r.OK || r.Failed == 0 || r.Backend != "xla:cuda" {
		t.Errorf("exit code %d, ok %v, %d failed on %s\n%s", code, r.OK, r.Failed, r.Backend, stderr.String())
	}
	for _, c := range r.Checks {
		if arithmetic := strings.HasPrefix(c.Name, "arithmetic"); arithmetic != (c.Error != "") {
			t.Errorf("%s: %s", c.Name, c.Error)
		}
	}
	if len(r.Timings) > 0 || r.Rate != 0 {
		t.Errorf("%+v and %g GFLOP/s are reported of what computes nothing", r.Timings, r.Rate)
	}

	missing := exec.Command(script, "./hgn")
	missing.Dir, missing.Env = folder, append(os.Environ(), "PLUGIN=none.so")
	if out, err := missing.CombinedOutput(); missing.ProcessState.ExitCode() != exitBadInput || !strings.Contains(string(out), "there is no none.so") {
		t.Errorf("without a plugin: %v, %s", err, out)
	}
}
