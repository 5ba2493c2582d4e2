package progcache

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestStoreKeepsBytes(t *testing.T) {
	s := store{filepath.Join(t.TempDir(), "a", "b"), 1e6}
	if got := s.read("key"); got != nil {
		t.Errorf("an empty folder has %q", got)
	}
	for _, data := range [][]byte{[]byte("program"), {}, []byte("another")} {
		put(t, s, "key", data)
		if got := s.read("key"); got == nil || !bytes.Equal(got, data) {
			t.Errorf("read %q, wrote %q", got, data)
		}
	}
	if info, err := os.Stat(s.folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has the mode %v (%v), want that only the user may enter", info.Mode(), err)
	}
	if n := count(t, s); n != 1 {
		t.Errorf("the folder has %d files, want 1", n)
	}
}

// TestStoreRefusesDamage: a file that was cut, changed in any byte or renamed is not read, and is removed.
func TestStoreRefusesDamage(t *testing.T) {
	s := store{t.TempDir(), 1e6}
	file := filepath.Join(s.folder, "key")
	put(t, s, "key", []byte("program"))
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	damaged := [][]byte{nil, whole[:10], whole[:len(whole)-1], append(bytes.Clone(whole), 0)}
	for i := range whole {
		changed := bytes.Clone(whole)
		changed[i] ^= 1
		damaged = append(damaged, changed)
	}
	for i, data := range damaged {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := s.read("key"); got != nil {
			t.Errorf("damage %d: read %q", i, got)
		}
		if n := count(t, s); n != 0 {
			t.Errorf("damage %d: the file is still there", i)
		}
	}
	if err := os.WriteFile(filepath.Join(s.folder, "other"), whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := s.read("other"); got != nil {
		t.Errorf("the file of another key was read: %q", got)
	}
}

// TestStoreKeepsItsLimit: what was written or read last stays.
func TestStoreKeepsItsLimit(t *testing.T) {
	data := make([]byte, 1000)
	s := store{t.TempDir(), 3 * (1000 + 32)}
	for i, key := range []string{"a", "b", "c"} {
		put(t, s, key, data)
		age(t, s, key, time.Duration(10-i)*time.Minute)
	}
	if s.read("a") == nil {
		t.Fatal("a is gone before the limit")
	}
	put(t, s, "d", data)
	for key, want := range map[string]bool{"a": true, "b": false, "c": true, "d": true} {
		if got := s.read(key) != nil; got != want {
			t.Errorf("%s is kept: %v, want %v", key, got, want)
		}
	}
}

func TestStoreRemovesAbandonedFiles(t *testing.T) {
	s := store{t.TempDir(), 1e6}
	put(t, s, ".key.1.tmp", nil)
	put(t, s, ".key.2.tmp", nil)
	age(t, s, ".key.1.tmp", 2*abandoned)
	put(t, s, "key", nil)
	for name, want := range map[string]bool{".key.1.tmp": false, ".key.2.tmp": true, "key": true} {
		if _, err := os.Stat(filepath.Join(s.folder, name)); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", name, err == nil, want)
		}
	}
}

// TestStoreWithoutFolder: a file stands where the folder should be, as good as a disk that takes nothing.
func TestStoreWithoutFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := store{filepath.Join(file, "programs"), 1e6}
	if err := s.write("key", []byte("program")); err == nil {
		t.Error("writing succeeded")
	}
	if got := s.read("key"); got != nil {
		t.Errorf("read %q", got)
	}
}

func put(t *testing.T, s store, key string, data []byte) {
	t.Helper()
	if err := s.write(key, data); err != nil {
		t.Fatal(err)
	}
}

func age(t *testing.T, s store, key string, by time.Duration) {
	t.Helper()
	then := time.Now().Add(-by)
	if err := os.Chtimes(filepath.Join(s.folder, key), then, then); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, s store) int {
	t.Helper()
	entries, err := os.ReadDir(s.folder)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}
