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
	"runtime"
	"strings"
)

// carried installs a plugin from a file that was brought by hand: the library itself, the release archive of the CPU's
// plugin (.tar.gz, .zip), or the Python wheel of CUDA's.
func carried(file, kindWanted, folder string) (string, error) {
	info, err := os.Stat(file)
	if err != nil {
		return "", &inputError{fmt.Errorf("%s cannot be read: %w", file, bare(err))}
	}
	if !info.Mode().IsRegular() {
		return "", &inputError{fmt.Errorf("%s is not a file", file)}
	}
	staging, err := stage(folder)
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(staging)
	library, err := unpack(file, staging)
	if err != nil {
		return "", err
	}
	return place(library, kindWanted, folder)
}

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
				library, read, err := save(files, header.Name, folder)
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
				content, err := entry.Open()
				if err != nil {
					return "", damaged(err)
				}
				defer content.Close()
				library, read, err := save(content, entry.Name, folder)
				if read != nil {
					return "", damaged(read)
				}
				return library, err
			}
		}
		return "", none
	}
	library, read, err := save(f, file, folder)
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
	return nameOf(base) != "" || strings.HasPrefix(base, jaxCUDA+".")
}

// save copies a library into a folder, under its own name. It tells failing to read from failing to write.
func save(from io.Reader, name, folder string) (library string, read, write error) {
	library = filepath.Join(folder, filepath.Base(name))
	to, err := os.OpenFile(library, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return "", nil, err
	}
	source := &remembering{Reader: from}
	_, err = io.Copy(to, source)
	if err = errors.Join(err, to.Close()); err != nil && source.err != nil && !errors.Is(source.err, io.EOF) {
		return "", source.err, nil
	}
	return library, nil, err
}

// remembering keeps the error that reading ended with.
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

// usable says what is wrong with a library that is to be a plugin. Loading one that was cut short can end the process, so
// it is read first.
func usable(library, kindWanted string) error {
	wrong := func(format string, args ...any) error {
		return &inputError{fmt.Errorf("%s %w", filepath.Base(library), fmt.Errorf(format, args...))}
	}
	name := kind(nameOf(filepath.Base(library)))
	if strings.HasPrefix(filepath.Base(library), jaxCUDA+".") {
		name = "cuda"
	}
	if name != "" && name != kindWanted {
		return wrong("is the plugin %q, not %q", name, kindWanted)
	}
	if runtime.GOOS == "linux" {
		if err := checkELF(library, "GetPjrtApi"); err != nil {
			return wrong("%w", err)
		}
	}
	if kindWanted == "cuda" && !hasGPU() {
		return &inputError{errors.New("there is no NVIDIA GPU on this machine, so that the CUDA plugin cannot be tried: install cpu instead")}
	}
	if err := loadPlugin(library); err != nil {
		return wrong("cannot be loaded: %s", strings.ReplaceAll(oneLine(err), filepath.Dir(library)+string(filepath.Separator), ""))
	}
	return nil
}
