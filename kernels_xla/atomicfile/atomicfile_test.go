package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteFileReplaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	for _, content := range []string{"first", "", "second"} {
		if err := WriteFile(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); string(got) != content {
			t.Errorf("the file holds %q, not %q", got, content)
		}
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o644 {
		t.Errorf("mode %v", info.Mode())
	}
}

// A failure half way leaves the old content and nothing else in the folder.
func TestFailureLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	if err := WriteFile(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space left")
	err := WriteTo(path, func(w io.Writer) error {
		io.WriteString(w, strings.Repeat("new", 1<<20))
		return full
	})
	if !errors.Is(err, full) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "old" {
		t.Errorf("the file holds %d bytes of something else", len(got))
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
	if err := WriteFile(filepath.Join(path, "below"), nil); err == nil || strings.Contains(err.Error(), ".tmp") {
		t.Errorf("a path below a file: %v", err)
	}
}

// RemoveTemporaries deletes what a crash left for one file, and nothing else.
func TestRemoveTemporaries(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	content := func(w io.Writer) error { _, err := io.WriteString(w, "content"); return err }
	for _, of := range []string{path, filepath.Join(dir, "other")} {
		if name, err := Temporary(of, content); err != nil || filepath.Dir(name) != dir {
			t.Fatalf("the temporary file %s, error %v", name, err)
		}
	}
	if err := WriteTo(path, content); err != nil {
		t.Fatal(err)
	}
	RemoveTemporaries(path)
	entries, _ := os.ReadDir(dir)
	if len(entries) != 2 || !strings.HasPrefix(entries[0].Name(), ".other.") || entries[1].Name() != "f" {
		t.Errorf("the folder holds %v", entries)
	}
}
