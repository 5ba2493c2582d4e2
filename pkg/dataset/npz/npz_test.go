package npz

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/kshedden/gonpy"

	"hgn.local/pkg/badinput"
)

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npz")
	bytes5 := make([]uint8, 2*3*4*5*3)
	floats := make([]float64, 20000) // more than one buffer
	for i := range bytes5 {
		bytes5[i] = uint8(7 * i)
	}
	for i := range floats {
		floats[i] = math.Sqrt(float64(i)) - 10
	}
	arrays := []Array{
		{Name: "frames", Shape: []int{2, 3, 4, 5, 3}, Data: bytes5},
		{Name: "q", Shape: []int{200, 50, 2}, Data: floats},
		{Name: "dt", Data: []float64{0.125}},
		{Name: "empty", Shape: []int{0, 7}, Data: []float64{}},
		{Name: "line", Shape: []int{3}, Data: []float64{1, math.MaxFloat64, -math.SmallestNonzeroFloat64}},
	}
	if err := Write(path, arrays...); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := f.Names(); len(got) != len(arrays) {
		t.Errorf("the file holds %v", got)
	}
	for _, a := range arrays {
		var shape []int
		equal := false
		switch data := a.Data.(type) {
		case []uint8:
			var got []uint8
			shape, got, err = f.Uint8(a.Name)
			equal = slices.Equal(got, data)
		case []float64:
			var got []float64
			shape, got, err = f.Float64(a.Name)
			equal = slices.Equal(got, data)
		}
		if err != nil || !equal || !slices.Equal(shape, a.Shape) {
			t.Errorf("%s: shape %v, equal %v, error %v", a.Name, shape, equal, err)
		}
	}
}

// The bytes follow NumPy's specification, and another implementation of it reads them.
func TestFilesFollowNumPysFormat(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npz")
	data := []float64{1, -2, 3.5, 4, 5, 6}
	if err := Write(path, Array{Name: "x", Shape: []int{2, 3}, Data: data}, Array{Name: "n", Shape: []int{1}, Data: []uint8{9}}, Array{Name: "dt", Shape: nil, Data: []float64{0.5}}); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	want := map[string]string{
		"x.npy":  "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }",
		"n.npy":  "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }",
		"dt.npy": "{'descr': '<f8', 'fortran_order': False, 'shape': (), }",
	}
	for _, entry := range archive.File {
		r, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(raw, []byte("\x93NUMPY\x01\x00")) {
			t.Fatalf("%s begins with % x", entry.Name, raw[:8])
		}
		end := 10 + int(binary.LittleEndian.Uint16(raw[8:]))
		if end%64 != 0 || raw[end-1] != '\n' {
			t.Errorf("%s: the data begin at byte %d after %q", entry.Name, end, raw[end-1])
		}
		if got := strings.TrimRight(string(raw[10:end]), " \n"); got != want[entry.Name] {
			t.Errorf("%s: header %s, want %s", entry.Name, got, want[entry.Name])
		}
		if entry.Name == "x.npy" {
			reader, err := gonpy.NewReader(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			got, err := reader.GetFloat64()
			if err != nil || !slices.Equal(got, data) || !slices.Equal(reader.Shape, []int{2, 3}) || reader.ColumnMajor {
				t.Errorf("another reader sees %v of shape %v, %v", got, reader.Shape, err)
			}
		}
	}
}

// closer lets gonpy, which closes what it writes to, write into a zip archive.
type closer struct{ io.Writer }

func (closer) Close() error { return nil }

// zipped makes an .npz file of raw .npy contents.
func zipped(t *testing.T, entries map[string][]byte) string {
	t.Helper()
	var buf bytes.Buffer
	archive := zip.NewWriter(&buf)
	for name, content := range entries {
		w, err := archive.Create(name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		w.Write(content)
	}
	archive.Close()
	path := filepath.Join(t.TempDir(), "a.npz")
	if err := os.WriteFile(path, buf.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// npy is a .npy file with the given header text and contents.
func npy(version byte, text string, content []byte) []byte {
	b := append([]byte("\x93NUMPY"), version, 0)
	if version == 1 {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(text)))
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
	}
	return append(append(b, text...), content...)
}

func TestOtherWritersFilesAreRead(t *testing.T) {
	var foreign bytes.Buffer
	w, _ := gonpy.NewWriter(closer{&foreign})
	w.Shape = []int{3, 1, 2}
	if err := w.WriteFloat64([]float64{1, 2, 3, 4, 5, 6}); err != nil {
		t.Fatal(err)
	}
	one := binary.LittleEndian.AppendUint64(nil, math.Float64bits(1.5))
	path := zipped(t, map[string][]byte{
		"gonpy":    foreign.Bytes(),
		"version2": npy(2, "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n", one),
		"version3": npy(3, `{"descr":"<f8","fortran_order":False,"shape":(1,1)}`+"\n", one),
		"vector":   npy(1, "{'shape': (1L,), 'fortran_order': True, 'descr': '<f8'}\n", one), // order is void in one dimension
	})
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if shape, data, err := f.Float64("gonpy"); err != nil || !slices.Equal(shape, []int{3, 1, 2}) || data[5] != 6 {
		t.Errorf("gonpy's array: %v %v %v", shape, data, err)
	}
	for _, name := range []string{"version2", "version3", "vector"} {
		if _, data, err := f.Float64(name); err != nil || len(data) != 1 || data[0] != 1.5 {
			t.Errorf("%s: %v, %v", name, data, err)
		}
	}
}

// Floats gives the same rows whatever precision and order an array was written in.
func TestFloats(t *testing.T) {
	var single, double []byte
	for _, v := range []float64{1, 4, 2, 5, 3, 6.5} { // column-major [2, 3]
		single = binary.LittleEndian.AppendUint32(single, math.Float32bits(float32(v)))
		double = binary.LittleEndian.AppendUint64(double, math.Float64bits(v))
	}
	f, err := Open(zipped(t, map[string][]byte{
		"f4, Fortran": npy(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }\n", single),
		"f8, Fortran": npy(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }\n", double),
		"f4, C":       npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }\n", single),
		"f8, C":       npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }\n", double),
		"three axes":  npy(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 3, 2), }\n", single),
		"no rows":     npy(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (0, 2), }\n", nil),
		"bytes":       npy(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (24,), }\n", single),
		"not finite":  npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n", binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(math.Inf(1))))),
		"cut":         npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (7,), }\n", single),
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	columns, rows := []float64{1, 2, 3, 4, 5, 6.5}, []float64{1, 4, 2, 5, 3, 6.5}
	for name, want := range map[string]struct {
		shape []int
		data  []float64
	}{
		"f4, Fortran": {[]int{2, 3}, columns}, "f8, Fortran": {[]int{2, 3}, columns}, "f4, C": {[]int{3, 2}, rows}, "f8, C": {[]int{3, 2}, rows},
		"three axes": {[]int{1, 3, 2}, []float64{1, 5, 4, 3, 2, 6.5}}, "no rows": {[]int{0, 2}, []float64{}},
	} {
		if shape, data, err := f.Floats(name); err != nil || !slices.Equal(shape, want.shape) || !slices.Equal(data, want.data) {
			t.Errorf("%s: %v %v %v", name, shape, data, err)
		}
	}
	for name, says := range map[string]string{"bytes": "float32 is expected", "not finite": "finite number", "cut": "damaged"} {
		if _, _, err := f.Floats(name); err == nil || !strings.Contains(err.Error(), says) || !badinput.Is(err) {
			t.Errorf("%s: got %v, want a bad-input error with %q", name, err, says)
		}
	}
}

func TestArraysThatCannotBeUsedAreRefused(t *testing.T) {
	text := func(descr, order, shape string) string {
		return fmt.Sprintf("{'descr': %s, 'fortran_order': %s, 'shape': %s, }\n", descr, order, shape)
	}
	sixteen := make([]byte, 16)
	nan := binary.LittleEndian.AppendUint64(nil, math.Float64bits(math.NaN()))
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"empty entry":     {nil, ".npy format"},
		"not npy":         {[]byte("hello, I am text"), ".npy format"},
		"header cut":      {[]byte("\x93NUMPY\x01\x00\xff\x00{"), "within its header"},
		"version 9":       {npy(9, "", nil), "version 9"},
		"4 GB header":     {[]byte("\x93NUMPY\x02\x00\xff\xff\xff\xff{"), "header of 4294967295 bytes"},
		"garbled":         {npy(1, "{'descr' '<f8'}", nil), "cannot be understood"},
		"float32":         {npy(1, text("'<f4'", "False", "(4,)"), sixteen), ".astype(numpy.float64)"},
		"big-endian":      {npy(1, text("'>f8'", "False", "(2,)"), sixteen), "type >f8"},
		"object":          {npy(1, text("'|O'", "False", "(2,)"), sixteen), "type |O"},
		"record":          {npy(1, text("[('a', '<f8')]", "False", "(2,)"), sixteen), "type a record"},
		"Fortran order":   {npy(1, text("'<f8'", "True", "(1, 2)"), sixteen), "ascontiguousarray"},
		"negative shape":  {npy(1, text("'<f8'", "False", "(-1, 2)"), sixteen), "cannot be understood"},
		"huge number":     {npy(1, text("'<f8'", "False", "(99999999999999999999,)"), sixteen), "impossible shape"},
		"overflow":        {npy(1, text("'<f8'", "False", "(4294967296, 4294967296)"), sixteen), "impossible shape"},
		"larger than is":  {npy(1, text("'<f8'", "False", "(1000000000,)"), sixteen), "damaged"},
		"smaller than is": {npy(1, text("'<f8'", "False", "(1,)"), sixteen), "damaged"},
		"not a number":    {npy(1, text("'<f8'", "False", "(1,)"), nan), "finite"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := Open(zipped(t, map[string][]byte{"x": c.content}))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			_, _, err = f.Float64("x")
			if err == nil || !strings.Contains(err.Error(), c.want) || !badinput.Is(err) {
				t.Errorf("got %v, want a bad-input error with %q", err, c.want)
			}
		})
	}
	f, err := Open(zipped(t, map[string][]byte{"x": nil, "y": nil}))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, _, err := f.Uint8("z"); err == nil || !strings.Contains(err.Error(), `no array "z"`) || !badinput.Is(err) {
		t.Errorf("a missing array: %v", err)
	}
}

// Cut anywhere, or with any byte changed, a file gives an error or what was written, and never takes much memory.
func TestDamagedFilesAreErrors(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.npz")
	data := make([]float64, 300)
	for i := range data {
		data[i] = math.Sin(float64(i))
	}
	if err := Write(path, Array{Name: "x", Shape: []int{300}, Data: data}); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	damaged := filepath.Join(dir, "b.npz")
	try := func(what string, content []byte) {
		if err := os.WriteFile(damaged, content, 0o644); err != nil {
			t.Fatal(err)
		}
		f, err := Open(damaged)
		if err == nil {
			defer f.Close()
			var got []float64
			if _, got, err = f.Float64("x"); err == nil && !slices.Equal(got, data) {
				t.Fatalf("%s: read without an error, but with other values", what)
			}
		}
		if err != nil && !badinput.Is(err) {
			t.Fatalf("%s: %v is not marked as bad input", what, err)
		}
	}
	for n := 0; n < len(whole); n += 37 {
		try(fmt.Sprintf("cut after %d bytes", n), whole[:n])
	}
	for n := 0; n < len(whole); n++ {
		if n > 100 && n < len(whole)-120 && n%29 != 0 {
			continue // of the compressed data a sample is enough
		}
		changed := slices.Clone(whole)
		changed[n] ^= 0xff
		try(fmt.Sprintf("byte %d changed", n), changed)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 500<<20 {
		t.Errorf("reading damaged copies of a file of %d bytes allocated %d MiB", len(whole), used>>20)
	}
}

func TestWritingNeverLosesWhatWasThere(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.npz")
	if err := Write(path, Array{Name: "x", Shape: []int{1}, Data: []float64{1}}); err != nil {
		t.Fatal(err)
	}
	first, _ := os.ReadFile(path)
	for _, bad := range []Array{{Name: "x", Shape: []int{2}, Data: []float64{1}}, {Name: "x", Shape: []int{1}, Data: []int{1}}} {
		if err := Write(path, Array{Name: "w", Shape: []int{1}, Data: []float64{7}}, bad); err == nil {
			t.Errorf("%v was written", bad)
		}
	}
	if now, _ := os.ReadFile(path); !bytes.Equal(now, first) {
		t.Error("a failed write changed the file")
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("a failed write left %d files in the folder, want 1", len(files))
	}
	if err := Write(path, Array{Name: "x", Shape: []int{1}, Data: []float64{1}}); err != nil {
		t.Fatal(err)
	}
	if now, _ := os.ReadFile(path); !bytes.Equal(now, first) {
		t.Error("equal arrays gave different files")
	}
	if err := Write(filepath.Join(dir, "none", "a.npz"), Array{Name: "x", Shape: nil, Data: []float64{1}}); !badinput.Is(err) {
		t.Errorf("a folder that does not exist: %v", err)
	}
	if err := Write(dir, Array{Name: "x", Shape: nil, Data: []float64{1}}); !badinput.Is(err) {
		t.Errorf("a folder in place of a file: %v", err)
	}
	if _, err := Open(dir); !badinput.Is(err) {
		t.Errorf("reading a folder: %v", err)
	}
	if _, err := Open(filepath.Join(dir, "none.npz")); !badinput.Is(err) || !strings.Contains(err.Error(), "no file") {
		t.Errorf("reading a file that does not exist: %v", err)
	}
}

// Advice to convert an array keeps what its values mean: floats from 0 to 1 and masks do not become 0 and 1 of 255.
func TestAdviceOnTypesKeepsTheValues(t *testing.T) {
	const scale, cast = "(255*x).round().astype(numpy.uint8)", "with .astype(numpy.uint8)"
	for descr, want := range map[string]string{
		"<f4": scale, "<f8": scale, ">f2": scale, "|b1": scale, "<u2": "(255*(x/w)).round()", "<i8": "values x from 0 to 255 with x.astype",
		"<c16": "x.real", "<U4": "an array of numbers", "|O": "an array of numbers",
	} {
		f, err := Open(zipped(t, map[string][]byte{"frames": npy(1, fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (1,), }\n", descr), make([]byte, 16))}))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err = f.Uint8("frames"); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), cast) {
			t.Errorf("%s: got %v, want advice with %q", descr, err, want)
		}
		if _, _, err = f.Float64("frames"); descr == "<c16" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s as float64: got %v, want advice with %q", descr, err, want)
		}
		f.Close()
	}
}
