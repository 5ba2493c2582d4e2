//go:build cgo && !noxla && linux

package device

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gomlx/go-xla/pjrt"

	"hgn.local/kernels_xla/fakepjrt"
	"hgn.local/kernels_xla/onnx"
)

// TestOpen runs every case in a process of its own: folders and go-xla's switches are read once a process.
func TestOpen(t *testing.T) {
	plugin := standIn(t)
	in := func(name string) string { return pluginPathEnv + "=" + folderWith(t, name, plugin) }
	junk := folderWith(t, "pjrt_c_api_cpu_plugin.so", "")
	if err := os.WriteFile(filepath.Join(junk, "pjrt_c_api_cpu_plugin.so"), []byte("junk"), 0o755); err != nil {
		t.Fatal(err)
	}
	both := folderWith(t, "pjrt_c_api_cpu_v0.1.0_plugin.so", plugin)
	if err := os.WriteFile(filepath.Join(both, "pjrt_c_api_cpu_plugin.so"), []byte("junk"), 0o755); err != nil {
		t.Fatal(err)
	}
	cpu, junkEnv, bothEnv := in("pjrt_c_api_cpu_plugin.so"), pluginPathEnv+"="+junk, pluginPathEnv+"="+both
	none := pluginPathEnv + "=" + t.TempDir()
	notONNX := filepath.Join(t.TempDir(), "libonnxruntime.so")
	if err := os.WriteFile(notONNX, []byte("junk"), 0o755); err != nil {
		t.Fatal(err)
	}
	runtimeJunk := onnx.LibraryEnv + "=" + notONNX
	type start struct {
		name    string
		env     []string
		want    string // start of the line with the outcome
		notice  string // part of the notices, if not empty
		survey  string // what Survey foretells, "" for an error
		timeout time.Duration
	}
	starts := []start{
		{"no network", []string{"DOWNLOAD=refused"}, "OPENED go", "using GoMLX's Go backend", "xla:cpu", 0},
		{"installing turned off", []string{"GOMLX_NO_AUTO_INSTALL="}, "OPENED go", "installing is turned off", "go", 0},
		{"go asked for", []string{"GOMLX_BACKEND=go"}, "OPENED go", "", "go", 0},
		{"go asked for, plugin there", []string{"GOMLX_BACKEND=go", cpu}, "OPENED go", "", "go", 0},
		{"set but empty", []string{"GOMLX_BACKEND= ", "GOMLX_NO_AUTO_INSTALL=1"}, "OPENED go", "installing is turned off", "go", 0},
		{"xla asked for, none", []string{"GOMLX_BACKEND=xla", none}, "ERROR GOMLX_BACKEND=xla: there is no CPU plugin", "", "", 0},
		{"cpu asked for, none", []string{"GOMLX_BACKEND=xla:cpu", "GOMLX_NO_AUTO_INSTALL=1"}, "ERROR GOMLX_BACKEND=xla:cpu: the CPU plugin is not installed", "", "", 0},
		{"cuda asked for, none", []string{"GOMLX_BACKEND=xla:cuda", cpu}, `ERROR GOMLX_BACKEND=xla:cuda: no XLA plugin "cuda" is installed (found: cpu)`, "", "", 0},
		{"onnx asked for, none", []string{"GOMLX_BACKEND=onnx"}, "ERROR GOMLX_BACKEND=onnx: ONNX Runtime's library is not at hand", "", "", 0},
		{"unknown name", []string{"GOMLX_BACKEND=bogus"}, "ERROR GOMLX_BACKEND=bogus: can't find backend", "", "", 0},
		{"no such file", []string{"GOMLX_BACKEND=xla:/no/such.so"}, "ERROR GOMLX_BACKEND=xla:/no/such.so: there is no plugin file", "", "", 0},
		{"plugin", []string{cpu}, "OPENED xla:cpu", "", "xla:cpu", 0},
		{"plugin with a version", []string{in("pjrt_c_api_cpu_v0.114.0_plugin.so"), "GOMLX_BACKEND=xla:cpu"}, "OPENED xla:cpu", "", "xla:cpu", 0},
		{"options", []string{cpu, "GOMLX_BACKEND=xla:cpu,noshared_buffers"}, "OPENED xla:cpu", "", "xla:cpu", 0},
		{"unknown options", []string{cpu, "GOMLX_BACKEND=xla:cpu,nonsense"}, "ERROR GOMLX_BACKEND=xla:cpu,nonsense", "", "xla:cpu", 0},
		{"by path", []string{"GOMLX_BACKEND=xla:" + plugin}, "OPENED xla:cpu", "", "xla:cpu", 0},
		{"not a library", []string{junkEnv}, "OPENED go", "no XLA (plugin ", "go", 0},
		{"not a library, asked for", []string{junkEnv, "GOMLX_BACKEND=xla:cpu"}, "ERROR GOMLX_BACKEND=xla:cpu: plugin ", "", "", 0},
		{"one of two is broken", []string{bothEnv}, "OPENED xla:cpu", "", "xla:cpu", 0},
		{"no device", []string{cpu, "STANDIN_FAIL=1"}, "OPENED go", "stand-in: no device found", "go", 0},
		{"API too old", []string{cpu, "STANDIN_API=0.60"}, "OPENED go", "its PJRT API 0.60 is too old", "go", 0},
		{"API too new", []string{cpu, "STANDIN_API=1.0"}, "OPENED go", "its PJRT API 1.0 is too new", "go", 0},
		{"API newer, works", []string{cpu, "STANDIN_API=0.130"}, "OPENED xla:cpu", "", "xla:cpu", 0},
		{"crashes", []string{pluginPathEnv + "=" + folderWith(t, "pjrt_c_api_cpu_plugin.so", crashing(t)), "GOMLX_BACKEND=go"}, "OPENED go", "", "go", 0},
		{"devices", []string{cpu, "GOMLX_BACKEND=xla:cpu,devices=2"}, "OPENED xla:cpu", "", "xla:cpu", 0},
		{"devices, none", []string{cpu, "GOMLX_BACKEND=xla:cpu,devices=0"}, "ERROR GOMLX_BACKEND=xla:cpu,devices=0: the option devices wants a number from 1 to 256", "", "xla:cpu", 0},
		{"GPU", []string{in("pjrt_c_api_cuda_plugin.so"), "GPU=1"}, "OPENED xla:cuda", "", "xla:cuda", 0},
		{"GPU, no CUDA plugin", []string{cpu, "GPU=1"}, "OPENED xla:cpu", "there is an NVIDIA GPU, but it is not used", "xla:cpu", 0},
		{"CUDA plugin, no GPU", []string{in("pjrt_c_api_cuda_plugin.so")}, "OPENED go", "no CPU plugin", "go", 0},
		{"download", []string{"DOWNLOAD=good", "PLUGIN=" + plugin}, "OPENED xla:cpu", "installing XLA's CPU plugin", "xla:cpu", 0},
		{"download, captive portal", []string{"DOWNLOAD=portal"}, "OPENED go", "could not be installed", "xla:cpu", 0},
		{"download, server error", []string{"DOWNLOAD=error"}, "OPENED go", "503", "xla:cpu", 0},
		{"download hangs", []string{"DOWNLOAD=hangs"}, "OPENED go", "could not be installed", "xla:cpu", 4 * time.Second},
		{"download hangs in its body", []string{"DOWNLOAD=body"}, "OPENED go", "could not be installed", "xla:cpu", 4 * time.Second},
		{"JAX's CUDA plugin by path", []string{"GOMLX_BACKEND=xla:" + filepath.Join(folderWith(t, "xla_cuda_plugin.so", plugin), "xla_cuda_plugin.so")}, "OPENED xla:cuda", "", "xla:cuda", 0},
		{"plugin before ONNX", []string{cpu, runtimeJunk}, "OPENED xla:cpu", "", "xla:cpu", 0},
		{"not ONNX Runtime", []string{"GOMLX_NO_AUTO_INSTALL=1", runtimeJunk}, "OPENED go", "ONNX Runtime is not used", "go", 0},
		{"not ONNX Runtime, asked for", []string{"GOMLX_BACKEND=onnx", runtimeJunk}, "ERROR GOMLX_BACKEND=onnx: ", "", "", 0},
	}
	if library := onnx.Library(); onnx.Available && library != "" {
		whole := onnx.LibraryEnv + "=" + library
		starts = append(starts,
			start{"ONNX before Go", []string{"GOMLX_NO_AUTO_INSTALL=1", whole}, "OPENED onnx", "", "onnx", 0},
			start{"ONNX, no network", []string{"DOWNLOAD=refused", whole}, "OPENED onnx", "", "xla:cpu", 0},
			start{"ONNX asked for", []string{"GOMLX_BACKEND=onnx", whole, cpu}, "OPENED onnx", "", "onnx", 0})
	}
	for _, c := range starts {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			out, took := child(t, t.TempDir(), c.env...)
			if !strings.Contains(out, "\n"+c.want) || !strings.Contains(out, c.notice) {
				t.Errorf("want %q and a notice with %q, got:\n%s", c.want, c.notice, out)
			}
			if want := fmt.Sprintf("SURVEY %q", c.survey); !strings.Contains(out, want) {
				t.Errorf("want %s, got:\n%s", want, out)
			}
			if strings.Contains(out, "goroutine ") {
				t.Errorf("a stack trace:\n%s", out)
			}
			if c.timeout > 0 && took > c.timeout {
				t.Errorf("took %s, more than %s", took, c.timeout)
			}
		})
	}
}

// TestFailureIsRemembered: after a download that hung until its limit, the next start does not try again and is quick;
// with the plugin in place the memory does not matter.
func TestFailureIsRemembered(t *testing.T) {
	home := t.TempDir()
	if out, _ := child(t, home, "DOWNLOAD=hangs"); !strings.Contains(out, "could not be installed within 1s") {
		t.Fatalf("the first start: %s", out)
	}
	out, took := child(t, home, "DOWNLOAD=hangs")
	if !strings.Contains(out, "OPENED go") || !strings.Contains(out, "it is tried again") || !strings.Contains(out, `SURVEY "go"`) {
		t.Errorf("the second start: %s", out)
	}
	var opening time.Duration
	for line := range strings.Lines(out) {
		if d, ok := strings.CutPrefix(strings.TrimSpace(line), "OPENING "); ok {
			opening, _ = time.ParseDuration(d)
		}
	}
	t.Logf("opening took %s, the process %s", opening, took)
	if opening == 0 || opening > 500*time.Millisecond {
		t.Errorf("the second start took %s to open a backend", opening)
	}
	if out, _ := child(t, home, pluginPathEnv+"="+folderWith(t, "pjrt_c_api_cpu_plugin.so", standIn(t))); !strings.Contains(out, "OPENED xla:cpu") {
		t.Errorf("with the plugin in place: %s", out)
	}
}

// child runs TestChild in a process with the given environment and home, and returns all its output.
func child(t *testing.T, home string, env ...string) (string, time.Duration) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestChild$", "-test.v", "-test.timeout=60s")
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "DEVICE_TEST_CHILD=1"}, env...)
	start := time.Now()
	out, _ := cmd.CombinedOutput()
	return string(out), time.Since(start)
}

// TestChild is what child runs: Survey, then Open.
func TestChild(t *testing.T) {
	if os.Getenv("DEVICE_TEST_CHILD") == "" {
		t.Skip("runs in a process that other tests start")
	}
	gpuFiles = nil
	if os.Getenv("GPU") != "" {
		gpuFiles = []string{"/dev/null"}
	}
	if mode := os.Getenv("DOWNLOAD"); mode != "" {
		installTransport = func(http.RoundTripper) http.RoundTripper { return server(mode) }
	}
	fmt.Printf("\nSURVEY %q\n", Survey().WouldOpen)
	start := time.Now()
	d, err := Open(Options{InstallTimeout: time.Second})
	fmt.Printf("\nOPENING %s\n", time.Since(start))
	if err != nil {
		var mark interface{ BadInput() bool }
		if !errors.As(err, &mark) || !mark.BadInput() {
			t.Error("the error is not marked as the caller's to mend")
		}
		fmt.Printf("\nERROR %s\n", err)
		return
	}
	fmt.Printf("\nOPENED %s: %s\n", d.Name, d.Describe())
	d.Close()
	d.Close()
}

// server stands for the network: each mode is one way a download goes.
type server string

func (mode server) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := func(status int, body io.Reader) (*http.Response, error) {
		return &http.Response{StatusCode: status, Status: fmt.Sprint(status), Body: io.NopCloser(body), Header: http.Header{}}, nil
	}
	listing := strings.Contains(r.URL.Path, "/releases/tags/")
	asset := "https://test/pjrt_cpu_" + runtime.GOOS + "_" + runtime.GOARCH + ".tar.gz"
	switch {
	case mode == "refused":
		return nil, errors.New("connection refused")
	case mode == "error":
		return answer(http.StatusServiceUnavailable, strings.NewReader(""))
	case mode == "hangs":
		<-r.Context().Done()
		return nil, r.Context().Err()
	case listing:
		list, _ := json.Marshal(map[string]any{"assets": []map[string]string{{"browser_download_url": asset}}})
		return answer(http.StatusOK, bytes.NewReader(list))
	case mode == "portal":
		return answer(http.StatusOK, strings.NewReader("<html>please log in</html>"))
	case mode == "body":
		body, writer := io.Pipe()
		go func() { <-r.Context().Done(); writer.CloseWithError(r.Context().Err()) }()
		return answer(http.StatusOK, body)
	}
	library, err := os.ReadFile(os.Getenv("PLUGIN"))
	if err != nil {
		return nil, err
	}
	var archive bytes.Buffer
	compressed := gzip.NewWriter(&archive)
	files := tar.NewWriter(compressed)
	files.WriteHeader(&tar.Header{Name: "pjrt_c_api_cpu_" + pjrt.DefaultCPUVersion + "_plugin.so", Mode: 0o755, Size: int64(len(library)), Typeflag: tar.TypeReg})
	files.Write(library)
	files.Close()
	compressed.Close()
	return answer(http.StatusOK, &archive)
}

// standIn builds the stand-in plugin and returns its path.
func standIn(t *testing.T) string {
	t.Helper()
	path, err := fakepjrt.Build(t.TempDir())
	if errors.Is(err, fakepjrt.ErrNoCompiler) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// crashing builds a library that is named like a plugin and ends the process that loads it.
func crashing(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	file, path := filepath.Join(folder, "crash.c"), filepath.Join(folder, "pjrt_c_api_cpu_plugin.so")
	const source = "#include <stdlib.h>\n__attribute__((constructor)) static void crash(void) { abort(); }\nvoid* GetPjrtApi(void) { return 0; }\n"
	if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("cc", "-shared", "-fPIC", file, "-o", path).CombinedOutput(); err != nil {
		t.Skipf("no C compiler: %v %s", err, out)
	}
	return path
}

// folderWith makes a folder that holds a copy of the library under the given name, or nothing.
func folderWith(t *testing.T, name, library string) string {
	t.Helper()
	folder := t.TempDir()
	if library == "" {
		return folder
	}
	data, err := os.ReadFile(library)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), data, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}
