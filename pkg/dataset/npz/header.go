package npz

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"regexp"
	"strconv"
	"strings"

	"hgn.local/pkg/badinput"
)

const magic = "\x93NUMPY"

// maxHeader bounds a header's text; NumPy itself refuses longer ones.
const maxHeader = 10_000

// maxElements bounds an array's size, far above the needs of a data set of videos.
const maxElements = 1 << 36

// header is a .npy file's description of its array.
type header struct {
	descr        string // NumPy's type string, such as "<f8" or "|u1"
	columnMajor  bool
	shape        []int
	elements     int // product of shape
	elementBytes int // of uint8 and of floats, and 0 for every other type
	otherBytes   int // of integers and of texts, and 0 for every other type
}

// appendHeader appends the header of a row-major array to b, which must be empty.
func appendHeader(b []byte, descr string, shape []int) []byte {
	dims := make([]string, len(shape))
	for i, n := range shape {
		dims[i] = strconv.Itoa(n)
	}
	tuple := strings.Join(dims, ", ")
	if len(shape) == 1 {
		tuple += "," // Python's notation for a tuple of one
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, tuple)
	const before = len(magic) + 2 + 2 // magic, version, length of the text
	padding := (64 - (before+len(text)+1)%64) % 64
	text += strings.Repeat(" ", padding) + "\n"
	b = append(b, magic...)
	b = append(b, 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(text)))
	return append(b, text...)
}

// These match the entries of the header, a Python dictionary.
var (
	descrEntry = regexp.MustCompile(`['"]descr['"]\s*:\s*(['"]([^'"]*)['"]|\[)`)
	orderEntry = regexp.MustCompile(`['"]fortran_order['"]\s*:\s*(True|False)`)
	shapeEntry = regexp.MustCompile(`['"]shape['"]\s*:\s*\(([\d\s,L]*)\)`)
)

// readHeader reads the header of a .npy file and leaves r at the first element.
func readHeader(r io.Reader) (header, error) {
	var start [len(magic) + 2]byte
	if _, err := io.ReadFull(r, start[:]); err != nil || string(start[:len(magic)]) != magic {
		return header{}, badinput.Errorf("is not in NumPy's .npy format")
	}
	var length uint32
	switch major := start[len(magic)]; major {
	case 1:
		var n [2]byte
		if _, err := io.ReadFull(r, n[:]); err != nil {
			return header{}, badinput.Errorf("ends within its header")
		}
		length = uint32(binary.LittleEndian.Uint16(n[:]))
	case 2, 3:
		var n [4]byte
		if _, err := io.ReadFull(r, n[:]); err != nil {
			return header{}, badinput.Errorf("ends within its header")
		}
		length = binary.LittleEndian.Uint32(n[:])
	default:
		return header{}, badinput.Errorf("has the .npy format version %d, which this program does not know", major)
	}
	if length > maxHeader {
		return header{}, badinput.Errorf("has a header of %d bytes; the file is damaged", length)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return header{}, badinput.Errorf("ends within its header")
	}
	return parseHeader(string(text))
}

func parseHeader(text string) (header, error) {
	descr, order, shape := descrEntry.FindStringSubmatch(text), orderEntry.FindStringSubmatch(text), shapeEntry.FindStringSubmatch(text)
	if descr == nil || order == nil || shape == nil {
		return header{}, badinput.Errorf("has a header that cannot be understood: %.80q", text)
	}
	h := header{descr: descr[2], columnMajor: order[1] == "True", elements: 1}
	switch h.descr {
	case "|u1", "<u1", "u1":
		h.elementBytes = 1
	case "<f4":
		h.elementBytes = 4
	case "<f8":
		h.elementBytes = 8
	case "":
		h.descr = "a record"
	default:
		h.otherBytes = otherBytes(h.descr)
	}
	for _, dim := range strings.Split(shape[1], ",") {
		if dim = strings.TrimSuffix(strings.TrimSpace(dim), "L"); dim == "" {
			continue
		}
		n, err := strconv.Atoi(dim)
		if err != nil {
			return header{}, badinput.Errorf("has an impossible shape (%s)", shape[1])
		}
		hi, lo := bits.Mul64(uint64(h.elements), uint64(n))
		if hi != 0 || lo > maxElements {
			return header{}, badinput.Errorf("has an impossible shape (%s)", shape[1])
		}
		h.shape, h.elements = append(h.shape, n), int(lo)
	}
	return h, nil
}

// conversion says how to convert the elements to another type without changing their meaning.
func (h header) conversion(to string) string {
	kind := strings.TrimLeft(h.descr, "<>|=")
	const scaled = "(255*x).round().astype(numpy.uint8)"
	switch {
	case strings.HasPrefix(kind, "c"):
		return "take the real numbers that you mean, as x.real, x.imag or abs(x)"
	case h.descr == "a record" || kind == "" || !strings.Contains("bfiu", kind[:1]):
		return "write an array of numbers"
	case to != "uint8":
		return fmt.Sprintf("convert it with .astype(numpy.%s)", to)
	case kind[0] == 'b':
		return "convert true and false to white and black with " + scaled
	case kind[0] == 'f':
		return "convert values x from 0 to 1 with " + scaled + ", or values from 0 to 255 with x.round().astype(numpy.uint8)"
	}
	return "convert values x from 0 to 255 with x.astype(numpy.uint8), or others, where w is the value of white, with (255*(x/w)).round().astype(numpy.uint8)"
}
