package npz

import (
	"archive/zip"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/badinput"
)

// Array is one array to write; Data is a []uint8, a []float64, an []int64 or a []string in row-major order.
type Array struct {
	Name  string
	Shape []int // [] for a scalar
	Data  any
	Plain bool // not compressed, so that a part of it can be read by itself; see File.Place
}

// Write makes the file path with the arrays, compressed, in their order. Equal arrays give equal files.
// The file appears, or replaces an older one, only when it is complete and on the disk.
func Write(path string, arrays ...Array) error {
	if err := Writable(path); err != nil {
		return err
	}
	return atomicfile.WriteTo(path, func(w io.Writer) error {
		archive := zip.NewWriter(w)
		// Frames are mostly flat background: the fastest level already shrinks them ten to forty times.
		archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
		for _, a := range arrays {
			method := zip.Deflate
			if a.Plain {
				method = zip.Store
			}
			w, err := archive.CreateHeader(&zip.FileHeader{Name: a.Name + ".npy", Method: method})
			if err != nil {
				return err
			}
			if err := writeArray(w, a); err != nil {
				return fmt.Errorf("array %s: %w", a.Name, err)
			}
		}
		return archive.Close()
	})
}

// Writable returns an error marked as bad input if path is a folder, or in a folder that there is not.
func Writable(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return badinput.Errorf("cannot write %s: it is a folder; give the name of a file in it", path)
	}
	if _, err := os.Stat(filepath.Dir(path)); errors.Is(err, fs.ErrNotExist) {
		return badinput.Errorf("cannot write %s: there is no folder %s", path, filepath.Dir(path))
	}
	return nil
}

// writeArray writes one .npy file.
func writeArray(w io.Writer, a Array) error {
	want := 1
	for _, n := range a.Shape {
		want *= n
	}
	var descr string
	var have int
	switch data := a.Data.(type) {
	case []uint8:
		descr, have = "|u1", len(data)
	case []float64:
		descr, have = "<f8", len(data)
	case []int64:
		descr, have = "<i8", len(data)
	case []string:
		descr, have = fmt.Sprintf("<U%d", longest(data)), len(data)
	default:
		return fmt.Errorf("elements must be uint8, float64, int64 or texts, not %T", a.Data)
	}
	if have != want {
		return fmt.Errorf("%d elements do not fill the shape %v", have, a.Shape)
	}
	if _, err := w.Write(appendHeader(nil, descr, a.Shape)); err != nil {
		return err
	}
	switch data := a.Data.(type) {
	case []uint8:
		_, err := w.Write(data)
		return err
	case []int64:
		return binary.Write(w, binary.LittleEndian, data)
	case []string:
		_, err := w.Write(appendTexts(nil, data, longest(data)))
		return err
	}
	data := a.Data.([]float64)
	buf := make([]byte, 0, 1<<16)
	for len(data) > 0 {
		n := min(len(data), cap(buf)/8)
		buf = buf[:0]
		for _, x := range data[:n] {
			buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(x))
		}
		if _, err := w.Write(buf); err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}
