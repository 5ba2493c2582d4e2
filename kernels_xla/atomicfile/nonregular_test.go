//go:build unix

package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A device stays one. The test that makes a device of its own needs the rights to; /dev/full is there without.
func TestDevicesAreWrittenThrough(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err == nil {
		if err := WriteFile("/dev/full", []byte("x")); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("a full device: %v", err)
		}
	}
	null := filepath.Join(t.TempDir(), "null.npz")
	if err := syscall.Mknod(null, syscall.S_IFCHR|0o666, 1<<8|3); err != nil {
		t.Skipf("no device can be made: %v", err)
	}
	err := WriteFile(null, []byte("x"))
	if info, _ := os.Lstat(null); info.Mode()&fs.ModeDevice == 0 || err != nil && !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v, error %v", info.Mode(), err)
	}
}

func TestPipesAreWrittenThrough(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	read := make(chan string)
	go func() {
		data, _ := os.ReadFile(pipe)
		read <- string(data)
	}()
	content := strings.Repeat("content", 1<<15)
	if err := WriteFile(pipe, []byte(content)); err != nil {
		t.Fatal(err)
	}
	if got := <-read; got != content {
		t.Errorf("%d bytes came out of the pipe, not %d", len(got), len(content))
	}
}

// What is written to a link is in the file that it names, one that is not there yet included.
func TestLinksAreWrittenThrough(t *testing.T) {
	dir := t.TempDir()
	os.Mkdir(filepath.Join(dir, "kept"), 0o755)
	for link, to := range map[string]string{"first": "second", "second": "kept/file", "absolute": filepath.Join(dir, "kept", "other")} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	for link, file := range map[string]string{"first": "kept/file", "absolute": "kept/other"} {
		for _, content := range []string{"new", "newer"} {
			if err := WriteFile(filepath.Join(dir, link), []byte(content)); err != nil {
				t.Fatal(err)
			}
			if got, _ := os.ReadFile(filepath.Join(dir, file)); string(got) != content {
				t.Errorf("%s holds %q, not %q", file, got, content)
			}
			if info, _ := os.Lstat(filepath.Join(dir, link)); info.Mode()&fs.ModeSymlink == 0 {
				t.Errorf("the link %s is gone", link)
			}
		}
	}
	if entries, _ := os.ReadDir(filepath.Join(dir, "kept")); len(entries) != 2 {
		t.Errorf("left behind: %v", entries)
	}
	loop := filepath.Join(dir, "loop")
	os.Symlink("loop", loop)
	if err := WriteFile(loop, nil); err == nil {
		t.Error("a link to itself was written")
	}
}

// The name /dev/stdout is the stream that the process has, wherever that goes.
func TestStandardOutput(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func(was *os.File) { os.Stdout = was }(os.Stdout)
	os.Stdout = file
	io.WriteString(file, "before, ")
	if err := WriteFile(path, []byte("content")); err != nil {
		t.Fatal(err)
	}
	io.WriteString(file, ", after")
	if got, _ := os.ReadFile(path); string(got) != "before, content, after" {
		t.Errorf("the stream holds %q", got)
	}
}

// A new file has the permissions that the process gives, and an old one keeps those that it has.
func TestPermissions(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o027))
	path := filepath.Join(t.TempDir(), "f")
	for _, want := range []fs.FileMode{0o640, 0o600} {
		if err := WriteFile(path, []byte("content")); err != nil {
			t.Fatal(err)
		}
		if info, _ := os.Stat(path); want == 0o640 && info.Mode().Perm() != want {
			t.Errorf("a new file has the mode %v", info.Mode())
		}
		os.Chmod(path, 0o600)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("the mode became %v", info.Mode())
	}
}

// What cannot be replaced is written in its place.
func TestOverwrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	os.WriteFile(path, []byte("something longer than the new content"), 0o644)
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := overwrite(file, func(io.Writer) error { return errors.New("broken") }); err == nil {
		t.Error("no error")
	}
	if got, _ := os.ReadFile(path); len(got) < 20 {
		t.Errorf("a failure left %q", got)
	}
	if err := overwrite(file, func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(path); string(got) != "new" {
		t.Errorf("the file holds %q", got)
	}
}
