package npz

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unicode/utf8"

	"hgn.local/pkg/badinput"
)

// longestText bounds the length of a text in an array, in characters. Longer ones are no names or labels.
const longestText = 1 << 14

// mostTexts bounds the number of texts in an array, each of which takes more memory than its characters.
const mostTexts = 1 << 26

// otherBytes returns the size of an element that Integers or Texts reads, given NumPy's name of its type, and 0 for
// every other type.
func otherBytes(descr string) int {
	kind := strings.TrimLeft(descr, "<|")
	if kind == "" || len(descr)-len(kind) > 1 {
		return 0
	}
	n, err := strconv.Atoi(kind[1:])
	if err != nil || n < 1 {
		return 0
	}
	switch {
	case kind[0] == 'i' && (n == 1 || n == 2 || n == 4 || n == 8), kind[0] == 'u' && (n == 2 || n == 4 || n == 8), kind[0] == 'b' && n == 1, kind[0] == 'S' && n <= longestText:
		return n
	case kind[0] == 'U' && n <= longestText:
		return 4 * n
	}
	return 0
}

// Kind tells what an array holds: "float", "integer" or "text"; "" if there is no such array, or of another type.
func (f *File) Kind(name string) string {
	entry := f.entry(name)
	if entry == nil {
		return ""
	}
	r, err := entry.Open()
	if err != nil {
		return ""
	}
	defer r.Close()
	h, err := readHeader(r)
	if err != nil {
		return ""
	}
	return h.kind()
}

func (h header) kind() string {
	switch kind := strings.TrimLeft(h.descr, "<|"); {
	case h.elementBytes >= 4:
		return "float"
	case h.elementBytes == 1, h.otherBytes > 0 && strings.Contains("iub", kind[:1]):
		return "integer"
	case h.otherBytes > 0:
		return "text"
	}
	return ""
}

// Integers reads an array of whole numbers of any size, or of true and false, in row-major order.
func (f *File) Integers(name string) (shape []int, data []int64, err error) {
	h, raw, err := f.read(name, f.of(name, "integer"))
	if err != nil {
		return nil, nil, err
	}
	size, signed := h.elementBytes+h.otherBytes, strings.Contains(h.descr, "i")
	data = make([]int64, h.elements)
	for i := range data {
		var b [8]byte
		at := raw[i*size:][:size]
		copy(b[:], at)
		if signed && at[size-1] >= 0x80 {
			for k := size; k < 8; k++ {
				b[k] = 0xff
			}
		}
		if data[i] = int64(binary.LittleEndian.Uint64(b[:])); !signed && data[i] < 0 {
			return nil, nil, badinput.Errorf("%s: array %q holds a number beyond 2^63 at element %d: write smaller ones", f.path, name, i)
		}
	}
	return h.shape, data, nil
}

// Texts reads an array of texts, NumPy's types U and S, in row-major order.
func (f *File) Texts(name string) (shape []int, data []string, err error) {
	h, raw, err := f.read(name, func(h header) error {
		if h.elements > mostTexts {
			return badinput.Errorf("%s: array %q holds %d texts, and at most %d are read: write labels as integers", f.path, name, h.elements, mostTexts)
		}
		return f.of(name, "text")(h)
	})
	if err != nil {
		return nil, nil, err
	}
	size := h.otherBytes
	data = make([]string, h.elements)
	known := map[string]string{} // equal labels share their characters
	for i := range data {
		at := raw[i*size:][:size]
		if strings.Contains(h.descr, "S") {
			data[i] = strings.TrimRight(string(at), "\x00")
		} else {
			var text strings.Builder
			for ; len(at) > 0; at = at[4:] {
				if r := binary.LittleEndian.Uint32(at); r != 0 {
					text.WriteRune(rune(r & 0x7fffffff))
				}
			}
			data[i] = text.String()
		}
		if !utf8.ValidString(data[i]) {
			return nil, nil, badinput.Errorf("%s: array %q holds a text at element %d that is not UTF-8: write it as an array of str", f.path, name, i)
		}
		if same, ok := known[data[i]]; ok {
			data[i] = same
		} else if len(known) < 1<<10 {
			known[data[i]] = data[i]
		}
	}
	return h.shape, data, nil
}

// of returns a check that refuses arrays of another kind, or in column-major order.
func (f *File) of(name, kind string) func(h header) error {
	return func(h header) error {
		if h.kind() != kind {
			return badinput.Errorf("%s: array %q has elements of type %s, but an array of %ss is expected", f.path, name, h.descr, kind)
		}
		if h.columnMajor && len(h.shape) > 1 {
			return badinput.Errorf("%s: array %q is in column-major (Fortran) order: convert it with numpy.ascontiguousarray", f.path, name)
		}
		return nil
	}
}

// longest returns the length of the longest text in characters, at least 1, which NumPy's type needs.
func longest(data []string) int {
	most := 1
	for _, s := range data {
		most = max(most, utf8.RuneCountInString(s))
	}
	return most
}

// appendTexts appends texts as NumPy's type U of so many characters.
func appendTexts(b []byte, data []string, width int) []byte {
	for _, s := range data {
		n := 0
		for _, r := range s {
			b, n = binary.LittleEndian.AppendUint32(b, uint32(r)), n+1
		}
		b = append(b, make([]byte, 4*(width-n))...)
	}
	return b
}
