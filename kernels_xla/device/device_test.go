package device

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestGoDevice: the Go backend opens, says so, and the notices go where they are sent, the one on SIMD only once.
func TestGoDevice(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	var notices bytes.Buffer
	for range 2 {
		d, err := Open(Options{Notice: &notices})
		if err != nil {
			t.Fatal(err)
		}
		if !d.IsGo() || d.Name != "go" || d.Plugin != "" || d.SIMD != SIMD() || !strings.Contains(d.Describe(), "Go backend") {
			t.Errorf("opened %+v: %s", d, d.Describe())
		}
		d.Close()
	}
	want := 1
	if SIMD() || runtime.GOARCH != "amd64" {
		want = 0
	}
	if got := strings.Count(notices.String(), "GOEXPERIMENT=simd go build"); got != want {
		t.Errorf("%d notices on SIMD, want %d: %s", got, want, notices.String())
	}
}

// TestSurvey: the report is JSON with the fields a doctor needs.
func TestSurvey(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	r := Survey()
	if r.Cores < 1 || r.Requested != "go" || r.WouldOpen != "go" || r.SIMD != SIMD() || r.Platform != runtime.GOOS+"/"+runtime.GOARCH {
		t.Errorf("%+v", r)
	}
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"cores", "gpu", "cgo", "xla", "simd", "plugins", "plugin_folders", "auto_install", "would_open", "why"} {
		if !strings.Contains(string(data), `"`+field+`":`) {
			t.Errorf("no field %s in %s", field, data)
		}
	}
}

// TestPluginNames: which files are plugins, and which of several is taken.
func TestPluginNames(t *testing.T) {
	for file, want := range map[string]string{
		"pjrt_c_api_cpu_plugin.so": "cpu", "pjrt_c_api_cpu_v0.114.0_plugin.dylib": "cpu_v0.114.0",
		"pjrt-plugin-tpu.so": "tpu", "libc.so": "", "pjrt_c_api_cpu_plugin.so.lock": "",
	} {
		if got := nameOf(filepath.Join("some", "folder", file)); got != want {
			t.Errorf("%s is plugin %q, want %q", file, got, want)
		}
	}
	for file, want := range map[string]string{"pjrt_c_api_cpu_v0.114.0_plugin.so": "xla:cpu", "xla_cuda_plugin.so": "xla:cuda", "pjrt_c_api_cuda_plugin.so": "xla:cuda", "other.so": "xla:other"} {
		if got := deviceName(filepath.Join("some", "folder", file)); got != want {
			t.Errorf("%s gives the device %q, want %q", file, got, want)
		}
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "pjrt_c_api_cpu_v0.99.0_plugin.so"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(folder, "pjrt_c_api_cpu_plugin.so")
	if err := os.Symlink("pjrt_c_api_cpu_v0.99.0_plugin.so", link); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{link: "v0.99.0", "/none/pjrt_c_api_cpu_v0.1.0_plugin.so": "v0.1.0", "/none/pjrt_c_api_cpu_plugin.so": ""} {
		if got := version(path); got != want {
			t.Errorf("%s has the version %q, want %q", path, got, want)
		}
	}
	for backend, want := range map[string]string{"xla:/p/xla_cuda_plugin.so,tf32=false": "cuda", "xla:/p/pjrt_c_api_cpu_plugin.so": "cpu"} {
		if got := requested(backend); len(got) != 1 || got[0].Name != want {
			t.Errorf("%s asks for %v, want %s", backend, got, want)
		}
	}
	for _, backend := range []string{"", "go", "xla", "xla:cpu", "onnx:/p/lib.so"} {
		if got := requested(backend); got != nil {
			t.Errorf("%s asks for %v by path", backend, got)
		}
	}
	otherwise := Report{XLA: true, AutoInstall: true, ONNX: "/o.so"}
	plan := []Candidate{{Backend: "xla:cpu", Install: true}, {Backend: "onnx"}, {Backend: "go"}}
	if _, why := otherwise.outcome(otherwise.judged(plan), nil); !strings.HasSuffix(why, "where that fails, onnx") {
		t.Errorf("with ONNX at hand: %s", why)
	}
	otherwise.ONNXError = "damaged"
	if _, why := otherwise.outcome(otherwise.judged(plan), nil); !strings.HasSuffix(why, "where that fails, go") {
		t.Errorf("with ONNX that cannot be used: %s", why)
	}
	var order []string
	for _, p := range matching([]Plugin{{Name: "cpu_v0.90.0"}, {Name: "cuda"}, {Name: "cpu_v0.99.0"}, {Name: "cpu_v0.98.0"}, {Name: "cpu"}}, "cpu", "v0.98.0") {
		order = append(order, p.Name)
	}
	if want := []string{"cpu", "cpu_v0.98.0", "cpu_v0.99.0", "cpu_v0.90.0"}; !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
}

// TestRemember: a failure is kept for an hour and no longer; a damaged file is as good as none.
func TestRemember(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_CACHE_HOME", "")
	now := time.Now()
	remember(os.ErrDeadlineExceeded, now)
	if err := remembered(now.Add(10 * time.Minute)); err == nil || !strings.Contains(err.Error(), "10 min ago; it is tried again in 5") {
		t.Errorf("after ten minutes: %v", err)
	}
	if err := remembered(now.Add(retryAfter)); err != nil {
		t.Errorf("after an hour: %v", err)
	}
	file, err := memoryFile()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := remembered(now); err != nil {
		t.Errorf("from a damaged file: %v", err)
	}
	remember(os.ErrDeadlineExceeded, now)
	forget()
	if err := remembered(now); err != nil {
		t.Errorf("after forgetting: %v", err)
	}
}

// TestBuildWithoutCgo: the package builds where there is no C compiler, and without XLA.
func TestBuildWithoutCgo(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the package twice")
	}
	for _, build := range []struct{ env, tag string }{{"CGO_ENABLED=0", ""}, {"CGO_ENABLED=1", "noxla"}} {
		cmd := exec.Command("go", "build", "-tags", build.tag, ".")
		cmd.Env = append(os.Environ(), build.env)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s -tags %q: %v\n%s", build.env, build.tag, err, out)
		}
	}
}
