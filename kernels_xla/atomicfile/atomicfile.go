// Package atomicfile writes files whole or not at all: a reader, even after a crash, finds the old content or the new
// one, and nothing in between. It writes through to targets that are not regular files, such as a device, a pipe or a
// terminal, and follows symbolic links to the file that they name.
package atomicfile

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
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

// WriteTo replaces the content of the file path by what write writes. It writes a temporary file beside path and
// renames it. If anything fails, path is unchanged and no temporary file is left. The new file gets the permissions
// of the old one; without an old one it gets those that the process gives to files. WriteTo fails if the file may not
// be written.
//
// If path is not a regular file, write writes into it directly.
func WriteTo(path string, write func(io.Writer) error) error {
	err := writeTo(path, write)
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, plain(err))
	}
	return nil
}

func writeTo(path string, write func(io.Writer) error) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if path, err = target(path); err != nil {
			return err
		}
		return replace(path, write)
	}
	if err != nil {
		return err
	}
	if info.IsDir() {
		return errors.New("it is a folder")
	}
	if out := standard(info); out != nil {
		return buffered(out, write)
	}
	file, err := os.OpenFile(path, os.O_WRONLY, 0) // also checks that it may be written
	if err != nil {
		return err
	}
	defer file.Close()
	if !info.Mode().IsRegular() {
		return cmp.Or(buffered(file, write), file.Close())
	}
	to, err := target(path)
	if err != nil {
		return err
	}
	if there, err := os.Stat(to); err != nil || !os.SameFile(info, there) { // differs for an open file that no longer has a name
		return overwrite(file, write)
	}
	err = replace(to, write)
	if errors.Is(err, errNoReplacing) {
		return overwrite(file, write)
	}
	return err
}

// errNoReplacing means that a folder does not let a file be replaced, though the file itself may be writable: the
// folder belongs to another user, or the file is mounted by itself.
var errNoReplacing = errors.New("it cannot be replaced")

// replace writes a temporary file and renames it.
func replace(path string, write func(io.Writer) error) error {
	file, err := create(path)
	if err != nil {
		return noReplacing{plain(err)}
	}
	written, err := finish(file, path, write)
	if err != nil {
		return err
	}
	if err := Replace(written, path); err != nil {
		return noReplacing{plain(err)}
	}
	return nil
}

type noReplacing struct{ error }

func (noReplacing) Is(err error) bool { return err == errNoReplacing }

// overwrite writes a file in place, after its whole content is known.
func overwrite(file *os.File, write func(io.Writer) error) error {
	var content bytes.Buffer
	if err := write(&content); err != nil {
		return err
	}
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := file.Write(content.Bytes())
	return cmp.Or(err, Sync(file))
}

// standard returns the process's output or error stream if that is the file, for example under the name /dev/stdout.
// The holder of the stream continues to write it, so it must not be replaced.
func standard(info fs.FileInfo) *os.File {
	for _, stream := range []*os.File{os.Stdout, os.Stderr} {
		if of, err := stream.Stat(); err == nil && os.SameFile(info, of) {
			return stream
		}
	}
	return nil
}

// mostLinks is the largest number of symbolic links that may follow one another.
const mostLinks = 40

// target follows the symbolic links of a path, even to a file that does not exist yet.
func target(path string) (string, error) {
	for range mostLinks {
		to, err := os.Readlink(path)
		if err != nil { // it is not a link
			return path, nil
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return "", errors.New("too many symbolic links")
}

// Temporary writes a file that will become path, in the same folder, and returns its name. Either the file is
// complete and on the disk, or Temporary returns an error and leaves no file. WriteTo suffices unless something must
// happen before the file is renamed.
func Temporary(path string, write func(io.Writer) error) (name string, err error) {
	file, err := create(path)
	if err != nil {
		return "", plain(err)
	}
	return finish(file, path, write)
}

// finish writes a temporary file for path.
func finish(file *os.File, path string, write func(io.Writer) error) (name string, err error) {
	defer func() {
		if err != nil {
			file.Close()
			Discard(file.Name())
			err = plain(err)
		}
	}()
	if info, err := os.Stat(path); err == nil {
		file.Chmod(info.Mode().Perm()) // on file systems with permissions
	}
	return file.Name(), cmp.Or(buffered(file, write), Sync(file), file.Close())
}

// Replace renames a file that Temporary wrote to path. If that fails, it removes the temporary file.
func Replace(written, path string) error {
	err := os.Rename(written, path)
	if err != nil {
		Discard(written)
	}
	unfinished.Delete(written)
	return err
}

// buffered collects what write writes, and writes it to a file in large pieces.
func buffered(file *os.File, write func(io.Writer) error) error {
	w := bufio.NewWriterSize(file, 1<<16)
	if err := write(w); err != nil {
		return err
	}
	return w.Flush()
}

// plain drops the temporary file's name, which means nothing to the reader, from a single error about it.
func plain(err error) error {
	switch e := err.(type) {
	case *os.PathError:
		return e.Err
	case *os.LinkError:
		return e.Err
	}
	return err
}
