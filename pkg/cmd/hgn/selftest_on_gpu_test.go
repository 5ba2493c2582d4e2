//go:build cgo && !noxla && linux

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/kernels_xla/fakepjrt"
)

// The script writes its whole report, here of a stand-in for nvidia-smi and of a plugin that computes zeros: checks of the
// self-test fail, and so does the script, after it did everything else. No time is reported of what computes nothing.
func TestSelftestOnGPU(t *testing.T) {
	if testing.Short() {
		t.Skip("lowers every model")
	}
	folder := gpuFolder(t, "[ \"$1\" = -L ] && echo 'GPU 0: Fast' && exit\necho 'Fast, 999.9, 141 GiB'")
	plugin, err := fakepjrt.Build(folder)
	if errors.Is(err, fakepjrt.ErrNoCompiler) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(plugin, filepath.Join(folder, "xla_cuda_plugin.so")); err != nil {
		t.Fatal(err)
	}
	code, said := onGPU(t, folder, "xla_cuda_plugin.so", "--hgn=./hgn", "--benchmark=rnvp/quick", "--presets", "quick", "--seconds=10", "--trajectories=2")
	if code != exitFailed {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	report, err := os.ReadFile(filepath.Join(folder, "gpu.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"# XLA on Fast\n", "| GPU, driver, memory | Fast, 999.9, 141 GiB |\n", "| device | xla:cuda (", "checks failed on xla:cuda in ",
		"\n| 1 | ", "\n| quick | ", "<summary><code>hgn selftest --benchmark rnvp/quick</code></summary>",
	} {
		if !strings.Contains(string(report), want) {
			t.Errorf("the report does not say %q", want)
		}
	}
	if strings.Contains(string(report), "| failed: ") {
		t.Errorf("a training failed")
	}
	if strings.Contains(string(report), folder) {
		t.Errorf("the report tells a folder of this machine")
	}
	if t.Failed() {
		t.Logf("%s\n%s", report, said)
	}
	if code, said := onGPU(t, folder, "xla_cuda_plugin.so", "--hgn=./hgn"); code != exitBadInput || !strings.Contains(said, "gpu.md is already there") {
		t.Errorf("a second report: %d, %s", code, said)
	}
}

// What cannot be run is one line and leaves no report.
func TestSelftestOnGPURefuses(t *testing.T) {
	for _, c := range []struct {
		gpu, plugin, want string
		args              []string
	}{
		{"exit 9", "", "nvidia-smi finds no NVIDIA GPU on this machine: try it on the processor with --plugin cpu", nil},
		{"exit 0", "none.so", "there is no none.so", nil},
		{"exit 0", "hgn", "XLA does not run on xla:", nil},
		{"exit 0", "", "there is no option --preset", []string{"--preset", "quick"}},
		{"exit 0", "", "--presets needs a value", []string{"--presets"}},
		{"exit 0", "", "--seconds is a whole number of at least 1, not ten", []string{"--seconds=ten"}},
		{"exit 0", "", "--plugin is cuda or cpu, not tpu", []string{"--plugin=tpu"}},
		{"exit 0", "", "there is no program ./absent", []string{"--hgn=./absent"}},
	} {
		folder := gpuFolder(t, c.gpu)
		code, said := onGPU(t, folder, c.plugin, append([]string{"--hgn=./hgn"}, c.args...)...)
		if code != exitBadInput || !strings.HasPrefix(said, "selftest_on_gpu: "+c.want) || strings.Count(said, "\n") != 1 {
			t.Errorf("%v: exit code %d, %q, want %q", c.args, code, said, c.want)
		}
		if _, err := os.Stat(filepath.Join(folder, "gpu.md")); err == nil {
			t.Errorf("%v left a report", c.args)
		}
	}
}

// gpuFolder holds hgn, and an nvidia-smi of the given script.
func gpuFolder(t *testing.T, smi string) string {
	t.Helper()
	folder := t.TempDir()
	hgn := fmt.Sprintf("HGN_AS_COMMAND=1 exec %q -test.run='^TestAsCommand$' -- \"$@\"", os.Args[0])
	for name, script := range map[string]string{"hgn": hgn, "nvidia-smi": smi} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// onGPU runs the script in a folder of gpuFolder.
func onGPU(t *testing.T, folder, plugin string, args ...string) (code int, said string) {
	t.Helper()
	script, err := filepath.Abs("../../../kernels_xla/selftest_on_gpu.sh")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(script, args...)
	c.Dir = folder
	c.Env = append(os.Environ(), "PLUGIN="+plugin, "LD_LIBRARY_PATH="+folder, "PATH="+folder+":"+os.Getenv("PATH"))
	out, _ := c.CombinedOutput()
	return c.ProcessState.ExitCode(), string(out)
}
