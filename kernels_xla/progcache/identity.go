package progcache

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
)

// format is part of every key, so that programs stored in another format are not found.
const format = "1"

// keyOf returns a hash of all the parts and of where each ends.
func keyOf(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d\n", len(p))
		h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// library identifies a plugin's file by its size, its time, and a hash of blocks spread over it. Plugins have 200 MB,
// which would take half a second to read at every start.
func library(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	const blocks, size = 256, 4096
	h, block := sha256.New(), make([]byte, size)
	for i := range int64(blocks) {
		n, err := f.ReadAt(block, i*info.Size()/blocks)
		if err != nil && err != io.EOF {
			return "", err
		}
		h.Write(block[:n])
	}
	return fmt.Sprintf("%d %d %x", info.Size(), info.ModTime().UnixNano(), h.Sum(nil)), nil
}

// processor describes what XLA's code depends on in a machine: the kinds of its processors with their instructions,
// and how many of them this process may use.
func processor() (string, error) {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "", err
	}
	kinds := kinds(string(info))
	if len(kinds) == 0 {
		return "", errors.New("/proc/cpuinfo does not name the processor")
	}
	return fmt.Sprintf("%s %d %s\n%s", runtime.GOARCH, runtime.NumCPU(), os.Getenv("NPROC"), strings.Join(kinds, "\n")), nil
}

// kinds returns the lines of /proc/cpuinfo that distinguish processors, each once.
func kinds(cpuinfo string) []string {
	var lines []string
	for line := range strings.Lines(cpuinfo) {
		name, value, _ := strings.Cut(line, ":")
		switch strings.TrimSpace(name) {
		case "vendor_id", "cpu family", "model", "model name", "stepping", "flags", // amd64
			"CPU implementer", "CPU architecture", "CPU variant", "CPU part", "CPU revision", "Features": // arm64
			lines = append(lines, strings.TrimSpace(name)+":"+strings.TrimSpace(value))
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// flagsAllow tells whether programs may be loaded under an XLA_FLAGS. They may not if it names a file, whose text may
// change, or if it asks for dumps, which only a compilation writes.
func flagsAllow(flags string) bool {
	flags = strings.TrimSpace(flags)
	return flags == "" || strings.HasPrefix(flags, "--") && !strings.Contains(flags, "dump")
}
