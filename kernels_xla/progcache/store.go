package progcache

import (
	"crypto/sha256"
	"crypto/subtle"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"hgn.local/kernels_xla/atomicfile"
)

// store is a folder of files whose names are keys. Several processes may use it at once.
type store struct {
	folder string
	limit  int64 // bounds the sum of the files' sizes, in bytes
}

// abandoned is the age at which nobody writes a temporary file any more.
const abandoned = time.Hour

// read returns the data kept under a key, or nil. It removes a file whose content is not what was written.
func (s store) read(key string) []byte {
	file := filepath.Join(s.folder, key)
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	if len(data) < sha256.Size || subtle.ConstantTimeCompare(data[:sha256.Size], sum(key, data[sha256.Size:])) == 0 {
		s.remove(key)
		return nil
	}
	now := time.Now()
	os.Chtimes(file, now, now) // A file that was used is removed later than others.
	return data[sha256.Size:]
}

// write keeps data under a key, and then removes files beyond the limit. A reader finds all of the data or nothing.
func (s store) write(key string, data []byte) error {
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return err
	}
	err := atomicfile.WriteTo(filepath.Join(s.folder, key), func(w io.Writer) error {
		if _, err := w.Write(sum(key, data)); err != nil {
			return err
		}
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return err
	}
	s.prune(time.Now())
	return nil
}

func (s store) remove(key string) { os.Remove(filepath.Join(s.folder, key)) }

// prune removes the least recently used files until the others keep the limit, and the unfinished files of processes
// that ended while they wrote.
func (s store) prune(now time.Time) {
	entries, err := os.ReadDir(s.folder)
	if err != nil {
		return
	}
	var files []fs.FileInfo
	var total int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if atomicfile.IsTemporary(e.Name()) {
			if now.Sub(info.ModTime()) > abandoned {
				s.remove(e.Name())
			}
			continue
		}
		files = append(files, info)
		total += info.Size()
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for _, info := range files {
		if total <= s.limit {
			return
		}
		s.remove(info.Name())
		total -= info.Size()
	}
}

// sum returns the checksum at the start of a file. It covers the key, so that a file under another's name is
// rejected.
func sum(key string, data []byte) []byte {
	h := sha256.New()
	h.Write([]byte(key))
	h.Write(data)
	return h.Sum(nil)
}
