package main

import (
	"strings"
	"testing"

	"hgn.local/kernels_xla/device"
)

// What doctor says of devices: what is broken is said to be, with its reason, beside what works.
func TestDeviceFindings(t *testing.T) {
	cpu := device.Plugin{Name: "cpu", Path: "/p/cpu.so", Version: "v0.114.0"}
	old := device.Plugin{Name: "cpu", Path: "/p/cpu.so", Version: "v0.90.0"}
	broken := device.Plugin{Name: "cuda", Path: "/p/cuda.so", Error: "libcudnn.so.9: not found"}
	gpus := []device.GPU{{Name: "Tesla T4", Driver: "570.86"}}
	for name, c := range map[string]struct {
		survey device.Report
		want   []string
		not    string
	}{
		"CUDA plugin fails":    {device.Report{GPU: true, GPUs: gpus, Plugins: []device.Plugin{cpu, broken}}, []string{"-- GPU Tesla T4, driver 570.86, but XLA's CUDA plugin /p/cuda.so failed to load: libcudnn.so.9: not found", "ok plugin cpu v0.114.0, /p/cpu.so", "-- plugin /p/cuda.so cannot be used: libcudnn.so.9: not found"}, "without"},
		"no CUDA plugin":       {device.Report{GPU: true, Plugins: []device.Plugin{cpu}}, []string{"-- GPU an NVIDIA device is present, without XLA's CUDA plugin -> hgn install-xla cuda"}, "failed"},
		"CUDA plugin works":    {device.Report{GPU: true, GPUs: gpus, Plugins: []device.Plugin{{Name: "cuda", Path: "/p/cuda.so"}}}, []string{"ok GPU Tesla T4, driver 570.86", "ok plugin cuda, /p/cuda.so"}, "without"},
		"another version":      {device.Report{Plugins: []device.Plugin{old}}, []string{"ok plugin cpu v0.90.0, /p/cpu.so -> this program was made for v0.114.0: hgn install-xla cpu"}, "cannot"},
		"no GPU, CUDA plugin":  {device.Report{Plugins: []device.Plugin{cpu, broken}}, []string{"ok plugin cpu v0.114.0"}, "cuda.so"},
		"nothing":              {device.Report{Folders: []string{"/f"}}, []string{"-- plugin no XLA plugin found in /f -> hgn install-xla cpu"}, "cannot"},
		"only a broken one":    {device.Report{Plugins: []device.Plugin{{Name: "cpu", Path: "/p/cpu.so", Error: "cut short"}}}, []string{"-- plugin /p/cpu.so cannot be used: cut short -> hgn install-xla cpu"}, "found in"},
		"ONNX cannot be used":  {device.Report{ONNX: "/o.so", ONNXError: "invalid ELF header"}, []string{"-- ONNX /o.so cannot be used: invalid ELF header"}, "ok ONNX"},
		"ONNX":                 {device.Report{ONNX: "/o.so"}, []string{"ok ONNX /o.so"}, "-- ONNX"},
		"backend asked for":    {device.Report{Requested: "bogus", Why: "it is unknown"}, []string{"-- backend GOMLX_BACKEND=bogus cannot be had: it is unknown"}, "ok backend"},
		"backend that is used": {device.Report{WouldOpen: "onnx", Why: "no XLA"}, []string{"ok backend onnx: no XLA"}, "-- backend"},
	} {
		c.survey.XLA, c.survey.Version = true, "v0.114.0"
		if c.survey.Requested == "" && c.survey.WouldOpen == "" {
			c.survey.WouldOpen = "go"
		}
		var out strings.Builder
		if err := (diagnosis{Findings: deviceFindings(c.survey)}).print(&out); err != nil {
			t.Fatal(err)
		}
		got := oneLine(out.String())
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in %s", name, want, got)
			}
		}
		if strings.Contains(got, c.not) {
			t.Errorf("%s: %q in %s", name, c.not, got)
		}
	}
}
