package device

import (
	"context"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// GPU is an NVIDIA GPU as nvidia-smi describes it.
type GPU struct {
	Name       string `json:"name"`
	Driver     string `json:"driver"`
	TotalBytes int64  `json:"total_bytes"`
	UsedBytes  int64  `json:"used_bytes"` // by all processes
}

// smi is the program that lists GPUs, and smiLimit bounds its time.
var (
	smi      = "nvidia-smi"
	smiLimit = 10 * time.Second
)

// GPUs lists the GPUs that nvidia-smi finds; the list is empty if nvidia-smi is missing or fails.
func GPUs() []GPU {
	ctx, cancel := context.WithTimeout(context.Background(), smiLimit)
	defer cancel()
	out, err := exec.CommandContext(ctx, smi, "--query-gpu=name,driver_version,memory.total,memory.used", "--format=csv,noheader,nounits").Output()
	if err != nil {
		return nil
	}
	var all []GPU
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSpace(line), ", ")
		if len(fields) != 4 {
			continue
		}
		mebibytes := func(s string) int64 {
			n, _ := strconv.ParseInt(s, 10, 64)
			return n << 20
		}
		all = append(all, GPU{fields[0], fields[1], mebibytes(fields[2]), mebibytes(fields[3])})
	}
	return all
}

// gpuFiles are patterns of files that exist if there is an NVIDIA GPU: its device files, and WSL's.
var gpuFiles = []string{"/dev/nvidia[0-9]*", "/dev/dxg"}

func hasGPU() bool {
	for _, pattern := range gpuFiles {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return true
		}
	}
	return false
}
