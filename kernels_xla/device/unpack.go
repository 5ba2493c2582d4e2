//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64) || (windows && amd64))

package device

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
)

// unpack copies the library in a file into a folder.
func unpack(file, folder string) (library string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return "", &inputError{fmt.Errorf("%s cannot be read: %w", file, bare(err))}
	}
	defer f.Close()
	head := make([]byte, 4)
	n, _ := io.ReadFull(f, head)
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	damaged := func(err error) error {
		return &inputError{fmt.Errorf("%s is a damaged archive (%w): copy it again", file, err)}
	}
	none := &inputError{fmt.Errorf("%s holds no XLA plugin (a library named like pjrt_c_api_cpu_plugin.so or xla_cuda_plugin.so)", file)}
	switch head = head[:n]; {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		compressed, err := gzip.NewReader(f)
		if err != nil {
			return "", damaged(err)
		}
		for files := tar.NewReader(compressed); ; {
			header, err := files.Next()
			if errors.Is(err, io.EOF) {
				return "", none
			}
			if err != nil {
				return "", damaged(err)
			}
			if header.Typeflag == tar.TypeReg && isPlugin(header.Name) {
				library = filepath.Join(folder, path.Base(header.Name))
				read, err := save(files, library)
				if read != nil {
					return "", damaged(read)
				}
				return library, err
			}
		}
	case bytes.HasPrefix(head, []byte("PK")):
		archive, err := zip.NewReader(f, size(f))
		if err != nil {
			return "", damaged(err)
		}
		for _, entry := range archive.File {
			if isPlugin(entry.Name) {
				library = filepath.Join(folder, path.Base(entry.Name))
				read, err := saveEntry(entry, library)
				if read != nil {
					return "", damaged(read)
				}
				return library, err
			}
		}
		return "", none
	}
	library = filepath.Join(folder, filepath.Base(file))
	read, err := save(f, library)
	return library, errors.Join(read, err)
}

func size(f *os.File) int64 {
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	return info.Size()
}

func isPlugin(name string) bool {
	base := path.Base(name)
	return deviceKind(base) != ""
}

// saveEntry saves a file from a zip archive.
func saveEntry(entry *zip.File, path string) (read, write error) {
	content, err := entry.Open()
	if err != nil {
		return err, nil
	}
	defer content.Close()
	return save(content, path)
}

// save writes an executable file. It distinguishes a failure to read from a failure to write.
func save(from io.Reader, path string) (read, write error) {
	to, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return nil, err
	}
	source := &remembering{Reader: from}
	_, err = io.Copy(to, source)
	if err = errors.Join(err, to.Close()); err != nil && source.err != nil && !errors.Is(source.err, io.EOF) {
		return source.err, nil
	}
	return nil, err
}

// remembering keeps the error with which reading ended.
type remembering struct {
	io.Reader
	err error
}

func (r *remembering) Read(p []byte) (n int, err error) {
	n, err = r.Reader.Read(p)
	if err != nil {
		r.err = err
	}
	return n, err
}
