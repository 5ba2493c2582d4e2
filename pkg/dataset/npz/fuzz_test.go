package npz

import (
	"os"
	"path/filepath"
	"testing"

	"hgn.local/kernels_xla/boundedtest"
	"hgn.local/pkg/badinput"
)

// mostOfBytes bounds what reading an array takes: what deflate can make of the bytes of the file, as bytes and as float64, with
// the room that slices grow by.
const mostOfBytes, mostAtLeast = 8 * maxRatio, 16 << 20

// FuzzOpen looks for files that make reading panic, hang or take memory without bound, or that are refused otherwise than as
// bad input.
func FuzzOpen(f *testing.F) {
	path := filepath.Join(f.TempDir(), "a.npz")
	for _, arrays := range [][]Array{
		{{Name: "x", Shape: []int{2, 3}, Data: []float64{1, 2, 3, 4, 5, 6}}},
		{{Name: "frames", Shape: []int{1, 2, 2, 2, 3}, Data: make([]uint8, 24)}, {Name: "dt", Shape: nil, Data: []float64{0.5}}},
		{{Name: "x", Shape: []int{0, 7}, Data: []float64{}}},
		{{Name: "names", Shape: []int{2}, Data: []string{"a", "längst"}}, {Name: "cond", Shape: []int{3}, Data: []int64{-1, 0, 1}}},
	} {
		if err := Write(path, arrays...); err != nil {
			f.Fatal(err)
		}
		file, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := os.WriteFile(path, file, 0o644); err != nil {
			t.Fatal(err)
		}
		var opened *File
		var err error
		boundedtest.Within(t, boundedtest.Text(len(file)), func() { opened, err = Open(path) })
		if err != nil {
			if !badinput.Is(err) {
				t.Errorf("not as bad input: %v", err)
			}
			return
		}
		defer opened.Close()
		for k, name := range opened.Names() {
			if k == 4 {
				break
			}
			boundedtest.Within(t, 4*mostOfBytes*len(file)+mostAtLeast, func() {
				_, _, texts := opened.Texts(name)
				_, _, integers := opened.Integers(name)
				for _, err := range []error{texts, integers} {
					if err != nil && !badinput.Is(err) {
						t.Errorf("not as bad input: %v", err)
					}
				}
				_, _, err := opened.Uint8(name)
				if _, _, floats := opened.Floats(name); floats != nil && err != nil && !badinput.Is(floats) {
					t.Errorf("not as bad input: %v", floats)
				}
			})
		}
	})
}

// FuzzHeader looks for headers of arrays that panic or pass with a shape that is none.
func FuzzHeader(f *testing.F) {
	f.Add("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }\n")
	f.Add(`{"descr":"|u1","fortran_order":True,"shape":(1L,)}`)
	f.Add("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (18446744073709551615, 2), }")
	f.Fuzz(func(t *testing.T, text string) {
		var h header
		var err error
		boundedtest.Within(t, boundedtest.Text(len(text)), func() { h, err = parseHeader(text) })
		if err != nil {
			return
		}
		product := 1
		for _, n := range h.shape {
			if n < 0 {
				t.Errorf("%q: the shape %v", text, h.shape)
			}
			product *= n
		}
		if product != h.elements || product > maxElements {
			t.Errorf("%q: %d elements of the shape %v", text, h.elements, h.shape)
		}
		if h.conversion("uint8") == "" {
			t.Errorf("%q: no advice", text)
		}
	})
}
