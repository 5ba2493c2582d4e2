package main

import (
	"os"
	"strings"
	"testing"

	"hgn.local/kernels_xla/device"
)

// What doctor says of devices: what is broken is said to be, with its reason, beside what works.
func TestDeviceFindings(t *testing.T) {
	t.Setenv("PJRT_PLUGIN_LIBRARY_PATH", "")
	os.Unsetenv("PJRT_PLUGIN_LIBRARY_PATH")
	cpu := device.Plugin{Name: "cpu", Path: "/p/cpu.so", Version: "v0.114.0", API: "0.114", Match: "fine", Devices: 4}
	newer := device.Plugin{Name: "cpu", Path: "/p/cpu.so", API: "0.130", Match: "untested", Devices: 1}
	old := device.Plugin{Name: "cpu", Path: "/p/cpu.so", API: "0.60", Match: "too old", Error: "its PJRT API 0.60 is too old"}
	broken := device.Plugin{Name: "cuda", Path: "/p/cuda.so", Error: "libcudnn.so.9: not found"}
	gpus := []device.GPU{{Name: "Tesla T4", Driver: "570.86"}}
	for name, c := range map[string]struct {
		survey device.Report
		want   []string
		not    string
	}{
		"CUDA plugin fails":    {device.Report{GPU: true, GPUs: gpus, Plugins: []device.Plugin{cpu, broken}}, []string{"-- GPU Tesla T4, driver 570.86, but XLA's CUDA plugin /p/cuda.so failed to load: libcudnn.so.9: not found", "ok plugin cpu v0.114.0, PJRT API 0.114 (fine), 4 devices, /p/cpu.so", "-- plugin /p/cuda.so cannot be used: libcudnn.so.9: not found"}, "without"},
		"no CUDA plugin":       {device.Report{GPU: true, Plugins: []device.Plugin{cpu}}, []string{"-- GPU an NVIDIA device is present, without XLA's CUDA plugin -> hgn install-xla cuda"}, "failed"},
		"CUDA plugin works":    {device.Report{GPU: true, GPUs: gpus, Plugins: []device.Plugin{{Name: "cuda", Path: "/p/cuda.so", API: "0.115", Match: "fine", Devices: 2}}}, []string{"ok GPU Tesla T4, driver 570.86", "ok plugin cuda, PJRT API 0.115 (fine), 2 devices, /p/cuda.so"}, "without"},
		"API newer":            {device.Report{Plugins: []device.Plugin{newer}}, []string{"ok plugin cpu, PJRT API 0.130 (untested), 1 device, /p/cpu.so -> it works, but is newer than the plugins this program was tested with (0.1 to 0.2): hgn install-xla cpu"}, "cannot"},
		"API too old":          {device.Report{Plugins: []device.Plugin{old}}, []string{"-- plugin /p/cpu.so cannot be used: its PJRT API 0.60 is too old -> hgn install-xla cpu"}, "ok plugin"},
		"no GPU, CUDA plugin":  {device.Report{Plugins: []device.Plugin{cpu, broken}}, []string{"ok plugin cpu v0.114.0"}, "cuda.so"},
		"nothing":              {device.Report{Folders: []string{"/f"}}, []string{"-- plugin no XLA plugin found in /f -> hgn install-xla cpu"}, "cannot"},
		"only a broken one":    {device.Report{Plugins: []device.Plugin{{Name: "cpu", Path: "/p/cpu.so", Error: "cut short"}}}, []string{"-- plugin /p/cpu.so cannot be used: cut short -> hgn install-xla cpu"}, "found in"},
		"ONNX cannot be used":  {device.Report{ONNX: "/o.so", ONNXError: "invalid ELF header"}, []string{"-- ONNX /o.so cannot be used: invalid ELF header"}, "ok ONNX"},
		"ONNX":                 {device.Report{ONNX: "/o.so"}, []string{"ok ONNX /o.so"}, "-- ONNX"},
		"backend asked for":    {device.Report{Requested: "bogus", Why: "it is unknown"}, []string{"-- backend GOMLX_BACKEND=bogus cannot be had: it is unknown"}, "ok backend"},
		"backend that is used": {device.Report{WouldOpen: "onnx", Why: "no XLA"}, []string{"ok backend onnx: no XLA"}, "-- backend"},
	} {
		c.survey.XLA, c.survey.API = true, "0.1 to 0.2"
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
