// Package atomicfile writes files whole or not at all: a reader, also one after a crash, finds the old content or the
// new one, and nothing in between.
package atomicfile

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// WriteFile makes data the content of the file path, as WriteTo does.
func WriteFile(path string, data []byte) error {
	return WriteTo(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// WriteTo makes what write writes the content of the file path. It writes a temporary file beside path and renames it.
// Where anything fails, path is as it was and no temporary file is left.
func WriteTo(path string, write func(io.Writer) error) error {
	written, err := Temporary(path, write)
	if err == nil {
		if err = os.Rename(written, path); err != nil {
			os.Remove(written)
		}
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, plain(err))
	}
	return nil
}

// Temporary writes a file that is to become path, in the same folder, and returns its name. The file is complete and on
// the disk, or there is an error and no file. WriteTo suffices unless something must happen before the file is renamed.
func Temporary(path string, write func(io.Writer) error) (name string, err error) {
	file, err := os.CreateTemp(filepath.Dir(path), pattern(path))
	if err != nil {
		return "", plain(err)
	}
	defer func() {
		if err != nil {
			file.Close()
			os.Remove(file.Name())
			err = plain(err)
		}
	}()
	buffered := bufio.NewWriterSize(file, 1<<16)
	if err := write(buffered); err != nil {
		return "", err
	}
	return file.Name(), cmp.Or(buffered.Flush(), file.Chmod(0o644), file.Sync(), file.Close())
}

// RemoveTemporaries deletes the temporary files for path that a crash left. Nobody may be writing path.
func RemoveTemporaries(path string) {
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), pattern(path)))
	for _, name := range left {
		os.Remove(name)
	}
}

// pattern matches the names of the temporary files for path.
func pattern(path string) string { return "." + filepath.Base(path) + ".*.tmp" }

// plain drops the temporary file's name, which tells the reader nothing, from a single error about it.
func plain(err error) error {
	switch e := err.(type) {
	case *os.PathError:
		return e.Err
	case *os.LinkError:
		return e.Err
	}
	return err
}
