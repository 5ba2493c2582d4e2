package safetensors

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
)

func example() File {
	return File{
		Metadata: map[string]string{"model": "hgn", "said": "\"quoted\"\nü"},
		Tensors: []Tensor{
			{"b/weights", "F32", []int{2, 3}, []byte("twentyfour bytes of it..")},
			{"a/scalar", "I64", nil, []byte("8 bytes.")},
			{"none", "F64", []int{0, 4}, nil},
			{"a/flags", "BOOL", []int{5}, []byte{0, 1, 1, 0, 1}},
		},
	}
}

func written(t *testing.T, f File) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, f); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What was written is read again, in the same order; the data begin at a multiple of 8.
func TestRoundTrip(t *testing.T) {
	whole := written(t, example())
	if n := binary.LittleEndian.Uint64(whole); n%8 != 0 {
		t.Errorf("the header has %d bytes", n)
	}
	f, err := Parse(whole)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(f.Metadata, example().Metadata) || len(f.Tensors) != 4 {
		t.Fatalf("read: %+v", f)
	}
	for i, want := range example().Tensors {
		got := f.Tensors[i]
		if got.Name != want.Name || got.DType != want.DType || len(got.Shape) != len(want.Shape) || !bytes.Equal(got.Data, want.Data) {
			t.Errorf("tensor %d is %+v, want %+v", i, got, want)
		}
	}
}

// A file that is cut, or whose header lies, is refused with one sentence.
func TestDamaged(t *testing.T) {
	whole := written(t, example())
	header := func(text string, data int) []byte {
		b := binary.LittleEndian.AppendUint64(nil, uint64(len(text)))
		return append(append(b, text...), make([]byte, data)...)
	}
	for says, b := range map[string][]byte{
		"shorter than 8":             whole[:5],
		"its header would have":      whole[:20],
		"does not lie":               whole[:len(whole)-1],
		"belong to none":             append(bytes.Clone(whole), 0),
		"no JSON object":             header("[1]", 0),
		"bytes 0 to 4 of 4":          header(`{"x":{"dtype":"F64","shape":[1],"data_offsets":[0,4]}}`, 4),
		"F31":                        header(`{"x":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}`, 4),
		"F32[-1 -1]":                 header(`{"x":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}`, 4),
		"9223372036854775807 100000": header(`{"x":{"dtype":"U8","shape":[9223372036854775807,100000],"data_offsets":[0,4]}}`, 4),
		"begins at byte 0 and not":   header(`{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"y":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}`, 4),
		"its metadata are not texts": header(`{"__metadata__":{"x":1}}`, 0),
	} {
		path := filepath.Join(t.TempDir(), "x.safetensors")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); !badinput.Is(err) || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("want an error with %q, got %v", says, err)
		}
	}
	for _, f := range []File{{Tensors: []Tensor{{"x", "F32", []int{2}, make([]byte, 4)}}}, {Tensors: []Tensor{{"x", "U8", nil, []byte{1}}, {"x", "U8", nil, []byte{1}}}}} {
		if err := Write(&bytes.Buffer{}, f); err == nil {
			t.Errorf("%+v was written", f)
		}
	}
}

func FuzzParse(f *testing.F) {
	var out bytes.Buffer
	Write(&out, example())
	f.Add(out.Bytes())
	f.Fuzz(func(t *testing.T, whole []byte) {
		read, err := Parse(whole)
		if err != nil {
			return
		}
		again, err := Parse(written(t, read))
		if err != nil || len(again.Tensors) != len(read.Tensors) {
			t.Errorf("%v: %+v", err, again)
		}
	})
}
