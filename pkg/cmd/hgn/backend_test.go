package main

import (
	"errors"
	"io"
	"testing"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/progress"
)

// The backend of cells is the one that programs would open; where XLA would be downloaded it is the one that was opened,
// which without a network is ONNX Runtime or the Go backend.
func TestCellsBackend(t *testing.T) {
	plugin := []device.Plugin{{Name: "cpu", Path: "/p.so"}}
	for name, c := range map[string]struct {
		survey device.Report
		opened string
		want   string
	}{
		"ONNX":                    {device.Report{WouldOpen: "onnx"}, "", "onnx"},
		"Go":                      {device.Report{WouldOpen: "go"}, "", "go"},
		"XLA":                     {device.Report{WouldOpen: "xla:cpu", Plugins: plugin}, "", "xla:cpu"},
		"XLA downloaded":          {device.Report{WouldOpen: "xla:cpu"}, "xla:cpu", "xla:cpu"},
		"no network, ONNX":        {device.Report{WouldOpen: "xla:cpu"}, "onnx", "onnx"},
		"no network, nothing":     {device.Report{WouldOpen: "xla:cpu"}, "go", "go"},
		"plugin broken, download": {device.Report{WouldOpen: "xla:cpu", Plugins: []device.Plugin{{Name: "cuda", Error: "bad"}}}, "onnx", "onnx"},
	} {
		got, err := cellsBackend(progress.New(io.Discard), c.survey, func() (string, error) {
			if c.opened == "" {
				return "", errors.New("opened without need")
			}
			return c.opened, nil
		})
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v, want %q", name, got, err, c.want)
		}
	}
	if _, err := cellsBackend(progress.New(io.Discard), device.Report{Requested: "bogus", Why: "no"}, nil); !badinput.Is(err) {
		t.Errorf("a backend that cannot be had: %v, want bad input", err)
	}
}
