package selftest

import (
	"bufio"
	"os"
	"runtime"
	"strconv"
	"strings"

	"hgn.local/kernels_xla/device"
)

// Hardware describes the machine that the battery ran on.
type Hardware struct {
	CPU   string       `json:"cpu,omitempty"` // the processor's model, if Linux tells it
	Cores int          `json:"cores"`
	GPUs  []device.GPU `json:"gpus,omitempty"` // those that nvidia-smi finds, used or not
}

func hardware() Hardware {
	return Hardware{CPU: entry("/proc/cpuinfo", "model name"), Cores: runtime.GOMAXPROCS(0), GPUs: device.GPUs()}
}

// peak returns the largest resident memory of this process so far, in bytes; 0 if the system does not tell.
func peak() int64 {
	kilobytes, _ := strconv.ParseInt(strings.TrimSuffix(entry("/proc/self/status", "VmHWM"), " kB"), 10, 64)
	return kilobytes << 10
}

// entry returns the first value of a key in a file of lines "key: value".
func entry(file, key string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if name, value, _ := strings.Cut(lines.Text(), ":"); strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
