package notebook

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A cell whose source was made just after a failure had waited; one that was begun later, or before, had not.
func TestWaited(t *testing.T) {
	dir := t.TempDir()
	source, failure := filepath.Join(dir, "main.go"), filepath.Join(dir, "failed")
	write := func(path string) {
		t.Helper()
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(source)
	made, known := birth(source)
	if !known {
		t.Skip("this file system does not know when a file was created")
	}
	if err := waited(source, failure); err != nil {
		t.Errorf("without a failure: %v", err)
	}
	write(failure)
	for _, c := range []struct {
		before time.Duration // the failure before the source was made
		want   bool
	}{{0, true}, {300 * time.Millisecond, true}, {3 * time.Second, false}, {-2 * time.Second, false}} {
		at := made.Add(-c.before)
		if err := os.Chtimes(failure, at, at); err != nil {
			t.Fatal(err)
		}
		if err := waited(source, failure); (err != nil) != c.want {
			t.Errorf("a failure %v before: %v", c.before, err)
		}
	}
	// goimports writes the source again, which leaves the time at which it was created.
	at := made
	if err := os.Chtimes(failure, at, at); err != nil {
		t.Fatal(err)
	}
	later := made.Add(time.Minute)
	if err := os.Chtimes(source, later, later); err != nil {
		t.Fatal(err)
	}
	if waited(source, failure) == nil {
		t.Error("a source that was written again counts as new")
	}
}
