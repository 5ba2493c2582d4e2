package training

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
)

// replacement writes a file that is to become path, beside it, and returns its name. What write wrote is on the disk,
// or there is an error and no file.
func replacement(path string, write func(io.Writer) error) (name string, err error) {
	file, err := os.CreateTemp(filepath.Dir(path), temporary(path))
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			file.Close()
			os.Remove(file.Name())
		}
	}()
	buffered := bufio.NewWriterSize(file, 1<<16)
	if err := write(buffered); err != nil {
		return "", err
	}
	if err := buffered.Flush(); err != nil {
		return "", err
	}
	if err := file.Chmod(0o644); err != nil {
		return "", err
	}
	if err := file.Sync(); err != nil {
		return "", err
	}
	return file.Name(), file.Close()
}

// temporary is the pattern of the names that replacement uses for path.
func temporary(path string) string { return "." + filepath.Base(path) + ".*.tmp" }

// removeTemporaries deletes what a crash left of replacements for path.
func removeTemporaries(path string) {
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), temporary(path)))
	for _, name := range left {
		os.Remove(name)
	}
}

// syncFolder puts renames in a folder on the disk, where the system can.
func syncFolder(dir string) {
	if d, err := os.Open(dir); err == nil {
		d.Sync()
		d.Close()
	}
}
