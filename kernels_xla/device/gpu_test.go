package device

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// What nvidia-smi prints is read; without it, and where it fails, there are no GPUs.
func TestGPUs(t *testing.T) {
	before := smi
	defer func() { smi = before }()
	for content, want := range map[string][]GPU{
		"#!/bin/sh\necho 'NVIDIA H100 80GB HBM3, 570.86.15, 81559, 1'\necho 'Tesla T4, 570.86.15, 15360, 512'": {
			{"NVIDIA H100 80GB HBM3", "570.86.15", 81559 << 20, 1 << 20}, {"Tesla T4", "570.86.15", 15360 << 20, 512 << 20}},
		"#!/bin/sh\necho 'NVIDIA-SMI has failed'; exit 9": nil,
		"#!/bin/sh\necho 'No devices were found'":         nil,
	} {
		smi = filepath.Join(t.TempDir(), "nvidia-smi")
		if err := os.WriteFile(smi, []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
		if got := GPUs(); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", content, got, want)
		}
	}
	if smi = filepath.Join(t.TempDir(), "none"); GPUs() != nil {
		t.Error("GPUs without nvidia-smi")
	}
}
