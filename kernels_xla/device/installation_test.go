//go:build cgo && !noxla && linux

package device

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// home gives the test a home folder, and returns where plugins go in it.
func home(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	t.Setenv("HOME", folder)
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("GPU", "")
	return filepath.Join(folder, ".local", "lib", "go-xla")
}

// TestInstallFromFile: the library, and the archives that it is published in, are installed under the name that is looked
// for; what replaces another plugin does so whole.
func TestInstallFromFile(t *testing.T) {
	library, err := os.ReadFile(standIn(t))
	if err != nil {
		t.Fatal(err)
	}
	folder := home(t)
	files := t.TempDir()
	for _, c := range []struct {
		file    string
		content []byte
		want    string
	}{
		{"some.so", library, "pjrt_c_api_cpu_plugin.so"},
		{"pjrt_cpu_linux.tar.gz", tarball(t, "./lib/pjrt_c_api_cpu_v0.114.0_plugin.so", library), "pjrt_c_api_cpu_v0.114.0_plugin.so"},
		{"pjrt_cpu.zip", zipped(t, "pjrt_c_api_cpu_v0.115.0_plugin.so", library), "pjrt_c_api_cpu_v0.115.0_plugin.so"},
		{"again.so", library, "pjrt_c_api_cpu_plugin.so"},
	} {
		path := filepath.Join(files, c.file)
		if err := os.WriteFile(path, c.content, 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := Install(context.Background(), Installation{Plugin: "cpu", From: path})
		if err != nil || got != filepath.Join(folder, c.want) {
			t.Errorf("%s: installed as %q, %v; want %s", c.file, got, err, c.want)
			continue
		}
		for _, name := range []string{got, filepath.Join(folder, "pjrt_c_api_cpu_plugin.so")} {
			if data, err := os.ReadFile(name); err != nil || !bytes.Equal(data, library) {
				t.Errorf("%s: %s does not hold the library: %v", c.file, name, err)
			}
		}
		leftovers(t, folder)
	}
}

// TestInstallRefusesFiles: what is no plugin is refused in one sentence, as bad input, and changes nothing.
func TestInstallRefusesFiles(t *testing.T) {
	library, err := os.ReadFile(standIn(t))
	if err != nil {
		t.Fatal(err)
	}
	folder := home(t)
	files := t.TempDir()
	other := slices.Clone(library)
	other[18] = 40 // made for a 32-bit ARM
	for name, c := range map[string]struct {
		content []byte
		plugin  string
		want    string
	}{
		"missing.so":                {nil, "cpu", "cannot be read"},
		"text.so":                   {[]byte("junk"), "cpu", "is not a shared library"},
		"empty.so":                  {[]byte{}, "cpu", "is not a shared library"},
		"short.so":                  {library[:len(library)/2], "cpu", ""},
		"arm.so":                    {other, "cpu", "another processor"},
		"other.tar.gz":              {tarball(t, "libother.so", library), "cpu", "holds no XLA plugin"},
		"damaged.tar.gz":            {tarball(t, "pjrt_c_api_cpu_plugin.so", library)[:200], "cpu", "damaged archive"},
		"other.zip":                 {zipped(t, "libother.so", library), "cpu", "holds no XLA plugin"},
		"damaged.zip":               {zipped(t, "pjrt_c_api_cpu_plugin.so", library)[:200], "cpu", "damaged archive"},
		"pjrt_c_api_cuda_plugin.so": {library, "cpu", `is the plugin "cuda", not "cpu"`},
		"any.so":                    {library, "tpu", "choose cpu or cuda"},
	} {
		path := filepath.Join(files, name)
		if c.content != nil {
			if err := os.WriteFile(path, c.content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		_, err := Install(context.Background(), Installation{Plugin: c.plugin, From: path})
		var mark interface{ BadInput() bool }
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || !errors.As(err, &mark) {
			t.Errorf("%s: %v, want bad input with %q", name, err, c.want)
		}
		leftovers(t, folder)
		if found := candidates([]string{folder}); len(found) > 0 {
			t.Errorf("%s: it left %v", name, found)
		}
	}
}

// TestInstallEnds: a download ends within its limits, with one sentence: where a proxy takes the connection and is silent,
// where it refuses, where the answer stalls, and when it is stopped.
func TestInstallEnds(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	stall, answer, transport := stallLimit, answerLimit, installTransport
	defer func() { stallLimit, answerLimit, installTransport = stall, answer, transport }()
	through := func(address string) func(http.RoundTripper) http.RoundTripper {
		return func(rt http.RoundTripper) http.RoundTripper {
			t := rt.(*http.Transport)
			t.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: address})
			return t
		}
	}
	folder := home(t)
	for name, c := range map[string]struct {
		network func(http.RoundTripper) http.RoundTripper
		stall   time.Duration
		stop    time.Duration
		want    string
	}{
		"silent proxy, stalls": {through(silent.Addr().String()), 300 * time.Millisecond, 0, "no answer came within 300ms"},
		"silent proxy, limit":  {through(silent.Addr().String()), time.Hour, 0, "did not end within 500ms"},
		"refused":              {through("127.0.0.1:1"), time.Hour, 0, "connection refused"},
		"captive portal":       {func(http.RoundTripper) http.RoundTripper { return server("portal") }, time.Hour, 0, "could not be had"},
		"body":                 {func(http.RoundTripper) http.RoundTripper { return server("body") }, 300 * time.Millisecond, 0, "the network stood still for 300ms"},
		"stopped":              {through(silent.Addr().String()), time.Hour, 200 * time.Millisecond, "context"},
	} {
		ctx, cancel := context.WithCancel(context.Background())
		if c.stop > 0 {
			time.AfterFunc(c.stop, cancel)
		}
		stallLimit, answerLimit, installTransport = c.stall, c.stall, c.network
		began := time.Now()
		_, err := Install(ctx, Installation{Plugin: "cpu", Limit: time.Second})
		cancel()
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("%s: took %s", name, took)
		}
		leftovers(t, folder)
	}
}

// TestInstallFromNetwork: the release is downloaded, unpacked, loaded and put into place, and the progress is told.
func TestInstallFromNetwork(t *testing.T) {
	t.Setenv("PLUGIN", standIn(t))
	transport := installTransport
	defer func() { installTransport = transport }()
	installTransport = func(http.RoundTripper) http.RoundTripper { return server("good") }
	folder := home(t)
	var told int64
	path, err := Install(context.Background(), Installation{Plugin: "cpu", Progress: func(bytes, _ int64) { told = bytes }})
	if err != nil || path != filepath.Join(folder, "pjrt_c_api_cpu_"+wantedVersion+"_plugin.so") {
		t.Errorf("installed %q, %v", path, err)
	}
	if told < 1000 {
		t.Errorf("%d bytes were told", told)
	}
	leftovers(t, folder)
}

// leftovers fails where an installation left more than plugins.
func leftovers(t *testing.T, folder string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		if nameOf(e.Name()) == "" && e.Name() != "nvidia" {
			t.Errorf("%s was left", e.Name())
		}
	}
}

func tarball(t *testing.T, name string, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	compressed := gzip.NewWriter(&out)
	files := tar.NewWriter(compressed)
	if err := files.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content)), Typeflag: tar.TypeReg}); err != nil {
		t.Fatal(err)
	}
	_, err := files.Write(content)
	if err := errors.Join(err, files.Close(), compressed.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zipped(t *testing.T, name string, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	w, err := archive.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Write(content)
	if err := errors.Join(err, archive.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Without a home folder it is said what to set.
func TestInstallWithoutHome(t *testing.T) {
	home(t)
	t.Setenv("HOME", "")
	if _, err := Install(t.Context(), Installation{Plugin: "cpu", Limit: time.Second}); err == nil || !strings.Contains(err.Error(), "set HOME") {
		t.Errorf("without HOME: %v", err)
	} else if bad := (interface{ BadInput() bool })(nil); !errors.As(err, &bad) {
		t.Errorf("not as bad input: %v", err)
	}
}
