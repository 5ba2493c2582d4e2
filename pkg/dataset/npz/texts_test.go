package npz

import (
	"path/filepath"
	"slices"
	"testing"

	"hgn.local/pkg/badinput"
)

// Labels and names come back as they were written, and arrays of one kind are not read as another.
func TestTextsAndIntegers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npz")
	names, labels := []string{"länge", "", "x"}, []int64{-3, 1 << 40, 0, 7}
	if err := Write(path, Array{Name: "names", Shape: []int{3}, Data: names}, Array{Name: "cond", Shape: []int{2, 2}, Data: labels}, Array{Name: "x", Shape: []int{1}, Data: []float64{1}}, Array{Name: "b", Shape: []int{2}, Data: []uint8{1, 255}}); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if shape, got, err := f.Texts("names"); err != nil || !slices.Equal(got, names) || !slices.Equal(shape, []int{3}) {
		t.Errorf("names %q of shape %v, %v", got, shape, err)
	}
	if shape, got, err := f.Integers("cond"); err != nil || !slices.Equal(got, labels) || !slices.Equal(shape, []int{2, 2}) {
		t.Errorf("labels %v of shape %v, %v", got, shape, err)
	}
	if _, got, err := f.Integers("b"); err != nil || !slices.Equal(got, []int64{1, 255}) {
		t.Errorf("bytes %v, %v", got, err)
	}
	for name, kind := range map[string]string{"names": "text", "cond": "integer", "x": "float", "b": "integer", "none": ""} {
		if got := f.Kind(name); got != kind {
			t.Errorf("%s is %q, want %q", name, got, kind)
		}
	}
	_, _, asFloat := f.Floats("cond")
	_, _, asText := f.Texts("x")
	_, _, asInteger := f.Integers("names")
	for _, err := range []error{asFloat, asText, asInteger} {
		if !badinput.Is(err) {
			t.Errorf("an array of another kind gives %v", err)
		}
	}
}

// NumPy's other types of whole numbers and texts are read: what their headers say is enough.
func TestNumPysLabels(t *testing.T) {
	path := zipped(t, map[string][]byte{
		"small": npy(1, "{'descr': '|i1', 'fortran_order': False, 'shape': (2,), }", []byte{0xff, 5}),
		"short": npy(1, "{'descr': '<u2', 'fortran_order': False, 'shape': (1,), }", []byte{0xff, 0xff}),
		"truth": npy(1, "{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", []byte{0, 1}),
		"bytes": npy(1, "{'descr': '|S3', 'fortran_order': False, 'shape': (2,), }", []byte("ab\x00cde")),
	})
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for name, want := range map[string][]int64{"small": {-1, 5}, "short": {65535}, "truth": {0, 1}} {
		if _, got, err := f.Integers(name); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v (%v)", name, got, want, err)
		}
	}
	if _, got, err := f.Texts("bytes"); err != nil || !slices.Equal(got, []string{"ab", "cde"}) {
		t.Errorf("bytes: %q, %v", got, err)
	}
}
