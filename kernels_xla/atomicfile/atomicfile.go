// Package atomicfile writes files whole or not at all: a reader, also one after a crash, finds the old content or the
// new one, and nothing in between. What is no regular file, such as a device, a pipe or a terminal, is written through, and
// what a symbolic link names is written where it is.
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

// WriteTo makes what write writes the content of the file path. It writes a temporary file beside path and renames it.
// Where anything fails, path is as it was and no temporary file is left. A file that was there gives the new one its
// permissions; a new file has those that the process gives to files. A file that may not be written is an error.
//
// Where path is no regular file, write writes into it at once.
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
	file, err := os.OpenFile(path, os.O_WRONLY, 0) // which also tells whether it may be written
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
	if there, err := os.Stat(to); err != nil || !os.SameFile(info, there) { // as of a file that was opened and has no name any more
		return overwrite(file, write)
	}
	err = replace(to, write)
	if errors.Is(err, errNoReplacing) {
		return overwrite(file, write)
	}
	return err
}

// errNoReplacing says that a folder does not let a file be replaced, though the file itself may be writable: one in a folder
// of somebody else's, or mounted by itself.
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

// overwrite writes a file in its place, when everything that goes into it is known.
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

// standard is the process's output or error stream if that is the file, as it is under the name /dev/stdout. Whoever holds
// the stream goes on writing it, so that it must not be replaced.
func standard(info fs.FileInfo) *os.File {
	for _, stream := range []*os.File{os.Stdout, os.Stderr} {
		if of, err := stream.Stat(); err == nil && os.SameFile(info, of) {
			return stream
		}
	}
	return nil
}

// mostLinks is how many symbolic links may follow one another.
const mostLinks = 40

// target follows the symbolic links of a path, also to a file that is not there yet.
func target(path string) (string, error) {
	for range mostLinks {
		to, err := os.Readlink(path)
		if err != nil { // it is no link
			return path, nil
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return "", errors.New("too many symbolic links")
}

// Temporary writes a file that is to become path, in the same folder, and returns its name. The file is complete and on
// the disk, or there is an error and no file. WriteTo suffices unless something must happen before the file is renamed.
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
		file.Chmod(info.Mode().Perm()) // where the file system has permissions
	}
	return file.Name(), cmp.Or(buffered(file, write), Sync(file), file.Close())
}

// Replace makes a file that Temporary wrote the file path. Where that fails, there is no temporary file any more.
func Replace(written, path string) error {
	err := os.Rename(written, path)
	if err != nil {
		Discard(written)
	}
	unfinished.Delete(written)
	return err
}

// buffered has write write a file in large pieces.
func buffered(file *os.File, write func(io.Writer) error) error {
	w := bufio.NewWriterSize(file, 1<<16)
	if err := write(w); err != nil {
		return err
	}
	return w.Flush()
}

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
