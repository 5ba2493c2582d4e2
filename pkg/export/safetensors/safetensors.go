// Package safetensors reads and writes files of the format safetensors, which PyTorch, JAX, NumPy and others open: the
// length of a header (8 bytes, the lowest first), the header as JSON, and the tensors' bytes one after the other, row-major
// and little-endian. The header gives every tensor's type, shape and place, and has a map of texts, "__metadata__".
package safetensors

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"hgn.local/pkg/badinput"
)

// Tensor is one named array.
type Tensor struct {
	Name  string
	DType string // as in the format: F32, F64, I64, U8 and so on; see Size
	Shape []int  // empty for a scalar
	Data  []byte
}

// File holds tensors in the order in which their bytes lie in the file, and texts about them.
type File struct {
	Metadata map[string]string
	Tensors  []Tensor
}

// sizes maps types to the bytes of one number.
var sizes = map[string]int{
	"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1,
}

// Size returns the bytes of one number of a type, 0 for a type that is not known.
func Size(dtype string) int { return sizes[dtype] }

const (
	metadataKey   = "__metadata__"
	longestHeader = 100 << 20 // as in the reference implementation
	alignment     = 8
)

// entry describes a tensor in the header.
type entry struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"`
}

// Write writes a file. It fails if a tensor's bytes do not fill its shape or if two have one name.
func Write(w io.Writer, f File) error {
	var header strings.Builder
	header.WriteByte('{')
	put := func(key string, value any) error {
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		name, err := json.Marshal(key)
		if header.Len() > 1 {
			header.WriteByte(',')
		}
		header.Write(name)
		header.WriteByte(':')
		header.Write(text)
		return err
	}
	if len(f.Metadata) > 0 {
		if err := put(metadataKey, f.Metadata); err != nil {
			return err
		}
	}
	seen, at := map[string]bool{metadataKey: true}, 0
	for _, t := range f.Tensors {
		if n, ok := bytesOf(t.DType, t.Shape); !ok || n != len(t.Data) {
			return fmt.Errorf("%d bytes are no tensor %s of %s%v", len(t.Data), t.Name, t.DType, t.Shape)
		}
		if seen[t.Name] {
			return fmt.Errorf("two tensors are called %s", t.Name)
		}
		seen[t.Name] = true
		if err := put(t.Name, entry{t.DType, append([]int{}, t.Shape...), [2]int{at, at + len(t.Data)}}); err != nil {
			return err
		}
		at += len(t.Data)
	}
	header.WriteByte('}')
	for header.Len()%alignment != 0 {
		header.WriteByte(' ')
	}
	if err := binary.Write(w, binary.LittleEndian, uint64(header.Len())); err != nil {
		return err
	}
	if _, err := io.WriteString(w, header.String()); err != nil {
		return err
	}
	for _, t := range f.Tensors {
		if _, err := w.Write(t.Data); err != nil {
			return err
		}
	}
	return nil
}

// bytesOf returns the number of bytes of a tensor. ok is false if there is no such type or shape.
func bytesOf(dtype string, shape []int) (n int, ok bool) {
	n = Size(dtype)
	for _, d := range shape {
		if d < 0 || d > 0 && n > math.MaxInt/d {
			return 0, false
		}
		n *= d
	}
	return n, Size(dtype) > 0
}

// Read reads a whole file. Its errors are marked as bad input and say what is wrong with the file.
func Read(path string) (File, error) {
	whole, err := os.ReadFile(path)
	if err != nil {
		return File{}, badinput.Errorf("cannot read the weights: %w", err)
	}
	f, err := Parse(whole)
	if err != nil {
		return File{}, badinput.Errorf("%s is no safetensors file, or is damaged: %w", path, err)
	}
	return f, nil
}

// Parse reads the content of a file. The tensors share its memory.
func Parse(whole []byte) (File, error) {
	if len(whole) < 8 {
		return File{}, errors.New("it is shorter than 8 bytes")
	}
	length := binary.LittleEndian.Uint64(whole)
	if length > longestHeader || length > uint64(len(whole)-8) {
		return File{}, fmt.Errorf("its header would have %d bytes, and the file has %d", length, len(whole))
	}
	header, data := whole[8:8+length], whole[8+length:]
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(header, &raw); err != nil {
		return File{}, fmt.Errorf("its header is no JSON object (%w)", err)
	}
	var f File
	starts := map[string]int{}
	for name, text := range raw {
		if name == metadataKey {
			if err := json.Unmarshal(text, &f.Metadata); err != nil {
				return File{}, fmt.Errorf("its metadata are not texts (%w)", err)
			}
			continue
		}
		var e entry
		if err := json.Unmarshal(text, &e); err != nil {
			return File{}, fmt.Errorf("the tensor %s is described wrongly (%w)", name, err)
		}
		from, to := e.Offsets[0], e.Offsets[1]
		if n, ok := bytesOf(e.DType, e.Shape); !ok || from < 0 || to < from || to > len(data) || to-from != n {
			return File{}, fmt.Errorf("the tensor %s, %s%v, does not lie in the bytes %d to %d of %d", name, e.DType, e.Shape, from, to, len(data))
		}
		starts[name] = from
		f.Tensors = append(f.Tensors, Tensor{Name: name, DType: e.DType, Shape: e.Shape, Data: data[from:to]})
	}
	slices.SortFunc(f.Tensors, func(a, b Tensor) int {
		if d := starts[a.Name] - starts[b.Name]; d != 0 {
			return d
		}
		if d := len(a.Data) - len(b.Data); d != 0 { // an empty tensor begins where another does
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	at := 0
	for _, t := range f.Tensors {
		if starts[t.Name] != at {
			return File{}, fmt.Errorf("the tensor %s begins at byte %d and not behind the one before it, at %d", t.Name, starts[t.Name], at)
		}
		at += len(t.Data)
	}
	if at != len(data) {
		return File{}, fmt.Errorf("%d bytes behind the last tensor belong to none", len(data)-at)
	}
	return f, nil
}
