package runs

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
)

// RecordFile is the file in which a run records by which program and machine it was trained. The model, the data and
// the seeds are in run.json.
const RecordFile = "record.json"

// Record says which program and machine did a training, or a part of it up to an interrupt.
type Record struct {
	Began    string `json:"began"`     // UTC
	FromStep int    `json:"from_step"` // 0, or the step at which it was resumed

	Go       string            `json:"go"`       // version
	Program  string            `json:"program"`  // version of this module
	Revision string            `json:"revision"` // of its sources; "" if it is unknown
	Modified bool              `json:"modified"` // the sources had uncommitted changes
	Modules  map[string]string `json:"modules"`  // versions of all others

	Backend string `json:"backend"`
	Device  string `json:"device"` // as Device.Describe has it
	Plugin  string `json:"plugin"` // the file's name; "" without XLA
	SHA256  string `json:"plugin_sha256"`
	Devices int    `json:"devices"`
	SIMD    bool   `json:"simd"`

	System    string   `json:"system"` // operating system and architecture
	Processor string   `json:"processor"`
	Cores     int      `json:"cores"` // number that the program may use at once
	GPUs      []string `json:"gpus"`  // with their drivers, if they are used
}

// Records returns the records of a run, the latest last. Runs from before records existed have none.
func (r *Run) Records() ([]Record, error) {
	text, err := os.ReadFile(filepath.Join(r.Dir, RecordFile))
	if os.IsNotExist(err) {
		return nil, nil
	}
	var records []Record
	if err == nil {
		err = json.Unmarshal(text, &records)
	}
	if err != nil {
		return nil, badinput.Errorf("cannot read the record of %s: %w", r.Dir, err)
	}
	return records, nil
}

// record adds to the run's records that a training begins at a step. It reads the whole plugin for its digest while
// the training runs: wait returns when the record is written. If writing fails it prints a notice.
func (r *Run) record(d *device.Device, devices, step int) (wait func()) {
	done := make(chan error, 1)
	go func() {
		records, err := r.Records()
		if err != nil {
			records = nil // a damaged file is replaced
		}
		text, err := json.MarshalIndent(append(records, recordOf(d, devices, step)), "", "  ")
		if err == nil {
			err = atomicfile.WriteFile(filepath.Join(r.Dir, RecordFile), append(text, '\n'))
		}
		done <- err
	}()
	return func() {
		if err := <-done; err != nil {
			d.Notice("by what this run was trained is not recorded: %v", err)
		}
	}
}

// recordOf describes this program, the machine and an open device.
func recordOf(d *device.Device, devices, step int) Record {
	o := Record{
		Began: time.Now().UTC().Format(time.RFC3339), FromStep: step,
		Go: runtime.Version(), Modules: map[string]string{},
		Backend: d.Name, Device: d.Describe(), Devices: devices, SIMD: device.SIMD(),
		System: runtime.GOOS + "/" + runtime.GOARCH, Processor: processor(), Cores: runtime.GOMAXPROCS(0), GPUs: []string{},
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		o.Program = info.Main.Version
		for _, m := range info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			o.Modules[m.Path] = m.Version
		}
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				o.Revision = s.Value
			case "vcs.modified":
				o.Modified = s.Value == "true"
			}
		}
	}
	if d.Plugin != "" {
		o.Plugin = filepath.Base(d.Plugin)
		o.SHA256, _ = digestOfPlugin(d.Plugin) // a deleted file has no digest
	}
	if d.IsCUDA() {
		for _, g := range device.GPUs() {
			o.GPUs = append(o.GPUs, g.Name+", driver "+g.Driver)
		}
	}
	return o
}

func digestOfPlugin(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return hex.EncodeToString(sum.Sum(nil)), err
}

// processor returns Linux's name for the processor, or "".
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// Differences names the entries that differ between two records and may change the last bits of a training.
func (o Record) Differences(other Record) []string {
	var all []string
	differ := func(what string, a, b any) {
		if x, y := fmt.Sprint(a), fmt.Sprint(b); x != y {
			all = append(all, fmt.Sprintf("%s %s instead of %s", what, orNone(y), orNone(x)))
		}
	}
	differ("backend", o.Backend, other.Backend)
	differ("plugin", o.plugin(), other.plugin())
	differ("devices", o.Devices, other.Devices)
	differ("SIMD", o.SIMD, other.SIMD)
	differ("system", o.System, other.System)
	differ("processor", o.Processor, other.Processor)
	differ("cores", o.Cores, other.Cores)
	differ("GPUs", strings.Join(o.GPUs, "; "), strings.Join(other.GPUs, "; "))
	differ("Go", o.Go, other.Go)
	differ("revision", o.Revision, other.Revision)
	names := maps.Clone(o.Modules)
	if names == nil {
		names = map[string]string{}
	}
	maps.Copy(names, other.Modules)
	for _, path := range slices.Sorted(maps.Keys(names)) {
		differ(path, o.Modules[path], other.Modules[path])
	}
	return all
}

func (o Record) plugin() string {
	if o.Plugin == "" {
		return ""
	}
	return fmt.Sprintf("%s (sha256 %.12s)", o.Plugin, o.SHA256)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
