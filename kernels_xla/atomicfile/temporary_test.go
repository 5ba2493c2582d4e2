package atomicfile

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Names as long as file systems allow, of one byte a letter and of more, are written, and told apart.
func TestLongNames(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{strings.Repeat("a", 255), strings.Repeat("a", 254) + "b", strings.Repeat("ü", 127), strings.Repeat("語", 85)} {
		path := filepath.Join(dir, name)
		if err := WriteFile(path, []byte(name)); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); string(got) != name {
			t.Errorf("%d bytes in a file of %d", len(got), len(name))
		}
	}
	if a, b := prefix(strings.Repeat("a", 255)), prefix(strings.Repeat("a", 254)+"b"); a == b || len(a) > 120 {
		t.Errorf("temporary files of both begin with %s", a)
	}
}

// A folder whose name is a pattern is that folder alone, and so is a file's.
func TestTemporariesOfOthersAreLeft(t *testing.T) {
	root := t.TempDir()
	for _, file := range []string{"run1/.f.9.tmp", "run[1]/.f.8.tmp", "run[1]/.f1.7.tmp", "run[1]/.f.x.6.tmp", "run[1]/.[f]1.5.tmp"} {
		path := filepath.Join(root, file)
		os.MkdirAll(filepath.Dir(path), 0o755)
		os.WriteFile(path, nil, 0o644)
	}
	RemoveTemporaries(filepath.Join(root, "run[1]", "f"))
	RemoveTemporaries(filepath.Join(root, "run[1]", "[f]1"))
	for dir, want := range map[string]int{"run1": 1, "run[1]": 2} {
		if entries, _ := os.ReadDir(filepath.Join(root, dir)); len(entries) != want {
			t.Errorf("%s holds %v", dir, entries)
		}
	}
}

// A process that ends while it writes leaves nothing.
func TestRemoveUnfinished(t *testing.T) {
	dir := t.TempDir()
	WriteTo(filepath.Join(dir, "f"), func(w io.Writer) error {
		if entries, _ := os.ReadDir(dir); len(entries) != 1 {
			t.Errorf("while it is written: %v", entries)
		}
		RemoveUnfinished()
		if entries, _ := os.ReadDir(dir); len(entries) != 0 {
			t.Errorf("then: %v", entries)
		}
		return nil
	})
	unfinished.Range(func(name, _ any) bool {
		t.Errorf("%s is still listed", name)
		return true
	})
}
