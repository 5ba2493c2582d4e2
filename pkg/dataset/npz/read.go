package npz

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"hgn.local/pkg/badinput"
)

const (
	maxRatio     = 1032 // the highest compression that deflate can reach: a higher claim is false
	usualRatio   = 128  // up to this ratio memory is allocated at once; beyond it, as the data come
	leastReading = 4096 // bytes to allocate at least, however small the file
)

// File is an open .npz file.
type File struct {
	path    string
	size    uint64 // of the whole file
	archive *zip.ReadCloser
}

// Open opens an .npz file. It returns an error marked as bad input if the file is missing, unreadable or not a zip
// archive.
func Open(path string) (*File, error) {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return nil, badinput.Errorf("%s is a folder, not an .npz file", path)
	}
	archive, err := zip.OpenReader(path)
	switch {
	case err == nil:
		return &File{path, uint64(info.Size()), archive}, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, badinput.Errorf("there is no file %s", path)
	case errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrAlgorithm), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return nil, badinput.Errorf("%s is not an .npz file, or it is cut short: write one with numpy.savez or with this program", path)
	}
	return nil, badinput.Errorf("cannot read %s: %w", path, err)
}

// Close releases the file.
func (f *File) Close() error { return f.archive.Close() }

// Names lists the arrays.
func (f *File) Names() []string {
	var names []string
	for _, entry := range f.archive.File {
		if name, ok := strings.CutSuffix(entry.Name, ".npy"); ok {
			names = append(names, name)
		}
	}
	return names
}

// Has reports whether the file holds an array of that name.
func (f *File) Has(name string) bool { return f.entry(name) != nil }

// Uint8 reads an array of uint8.
func (f *File) Uint8(name string) (shape []int, data []uint8, err error) {
	h, data, err := f.read(name, f.only(name, 1, "uint8"))
	return h.shape, data, err
}

// Float64 reads an array of float64. It refuses NaN and infinities.
func (f *File) Float64(name string) (shape []int, data []float64, err error) {
	h, raw, err := f.read(name, f.only(name, 8, "float64"))
	if err != nil {
		return nil, nil, err
	}
	data = decoded(h, raw)
	return h.shape, data, f.checkFinite(name, data)
}

// Place returns the shape of an array of uint8 that was written plain, and where in the file its elements begin.
func (f *File) Place(name string) (shape []int, offset int64, err error) {
	entry := f.entry(name)
	if entry == nil {
		return nil, 0, badinput.Errorf("%s has no array %q; it has %s", f.path, name, list(f.Names()))
	}
	if entry.Method != zip.Store {
		return nil, 0, badinput.Errorf("%s: array %q is compressed, so that no part of it can be read by itself", f.path, name)
	}
	r, err := entry.Open()
	if err != nil {
		return nil, 0, badinput.Errorf("%s: array %q cannot be read: %w", f.path, name, err)
	}
	defer r.Close()
	h, err := readHeader(r)
	if err != nil {
		return nil, 0, badinput.Errorf("%s: array %q %w", f.path, name, err)
	}
	if err := f.only(name, 1, "uint8")(h); err != nil {
		return nil, 0, err
	}
	start, err := entry.DataOffset()
	if err != nil || uint64(h.elements) > entry.UncompressedSize64 {
		return nil, 0, badinput.Errorf("%s: array %q is damaged or cut short", f.path, name)
	}
	return h.shape, start + int64(entry.UncompressedSize64) - int64(h.elements), nil
}

func (f *File) entry(name string) *zip.File {
	for _, entry := range f.archive.File {
		if entry.Name == name+".npy" {
			return entry
		}
	}
	return nil
}

// only returns a check that refuses arrays unless they are row-major and their elements have the given size and type.
func (f *File) only(name string, elementBytes int, typeName string) func(h header) error {
	return func(h header) error {
		if h.elementBytes != elementBytes {
			return badinput.Errorf("%s: array %q has elements of type %s, but %s is expected: %s", f.path, name, h.descr, typeName, h.conversion(typeName))
		}
		if h.columnMajor && len(h.shape) > 1 {
			return badinput.Errorf("%s: array %q is in column-major (Fortran) order: convert it with numpy.ascontiguousarray", f.path, name)
		}
		return nil
	}
}

// read returns the header and the bytes of an array, unless refuse returns an error for the header.
func (f *File) read(name string, refuse func(h header) error) (h header, data []byte, err error) {
	entry := f.entry(name)
	if entry == nil {
		return h, nil, badinput.Errorf("%s has no array %q; it has %s", f.path, name, list(f.Names()))
	}
	if entry.CompressedSize64 > f.size || entry.UncompressedSize64 > maxRatio*(entry.CompressedSize64+1) {
		return h, nil, badinput.Errorf("%s: array %q claims an impossible size; the file is damaged", f.path, name)
	}
	r, err := entry.Open()
	if err != nil {
		return h, nil, badinput.Errorf("%s: array %q cannot be read: %w", f.path, name, err)
	}
	defer r.Close()
	if h, err = readHeader(r); err != nil {
		return h, nil, badinput.Errorf("%s: array %q %w", f.path, name, err)
	}
	if err := refuse(h); err != nil {
		return h, nil, err
	}
	// The archive's directory states the entry's length; a shape that needs more is refused before allocating it.
	want := uint64(h.elements) * uint64(h.elementBytes+h.otherBytes)
	if want > entry.UncompressedSize64 {
		return h, nil, badinput.Errorf("%s: array %q has the shape %v but only %d bytes; the file is damaged", f.path, name, h.shape, entry.UncompressedSize64)
	}
	data = make([]byte, 0, min(want, usualRatio*entry.CompressedSize64+leastReading))
	for uint64(len(data)) < want {
		data = slices.Grow(data, 1)
		n, err := io.ReadFull(r, data[len(data):min(uint64(cap(data)), want)])
		if err != nil {
			return h, nil, badinput.Errorf("%s: array %q is damaged or cut short: %w", f.path, name, err)
		}
		data = data[:len(data)+n]
	}
	// Zip compares the checksum at the end of the entry.
	if n, err := io.Copy(io.Discard, io.LimitReader(r, 1)); err != nil || n > 0 {
		return h, nil, badinput.Errorf("%s: array %q is damaged: its contents and its checksum or shape disagree", f.path, name)
	}
	return h, data, nil
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	const most = 20
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
