package pictures

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"regexp"

	"hgn.local/pkg/badinput"
)

// Info holds the facts that a file states about its picture.
type Info struct {
	Frames      int // number in a PNG or GIF; more than one means an animation, of which Go's decoders return one picture only
	Orientation int // the Exif tag, 1 to 8, see Upright
}

const (
	maxRatio = 1032     // the highest compression that deflate can reach
	maxMeta  = 16 << 20 // bytes of metadata that are read
)

// Inspect reads the headers of a PNG, JPEG or GIF. Headers that it does not understand are left to the decoder: it
// then reports a single, upright picture. It fails if a PNG claims more pixels than its bytes can hold.
func Inspect(file io.ReadSeeker) (Info, error) {
	info := Info{Frames: 1, Orientation: 1}
	size, err := file.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return info, err
	}
	r := bufio.NewReader(file)
	start, _ := r.Peek(len(signature))
	switch {
	case string(start) == signature:
		return info, info.png(r, size)
	case bytes.HasPrefix(start, []byte{0xff, 0xd8}):
		info.jpeg(r)
	case bytes.HasPrefix(start, []byte("GIF8")):
		if survey, err := SurveyGIF(r); err == nil {
			info.Frames = len(survey.Delays)
		}
	}
	return info, nil
}

const signature = "\x89PNG\r\n\x1a\n"

// png reads the chunks of a PNG (PNG specification, third edition, section 5).
func (i *Info) png(r *bufio.Reader, size int64) error {
	if _, err := r.Discard(len(signature)); err != nil {
		return nil
	}
	for {
		var head [8]byte // length and kind of a chunk
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return nil
		}
		length := int64(binary.BigEndian.Uint32(head[:]))
		kind := string(head[4:])
		var data []byte
		switch kind {
		case "IEND":
			return nil
		case "IHDR", "acTL", "eXIf", "iTXt":
			if length > maxMeta || length > size {
				return nil
			}
			data = make([]byte, length)
			if _, err := io.ReadFull(r, data); err != nil {
				return nil
			}
			length = 0
		}
		switch {
		case kind == "IHDR" && len(data) >= 10:
			width, height := int64(binary.BigEndian.Uint32(data)), int64(binary.BigEndian.Uint32(data[4:]))
			if width < 1<<31 && height < 1<<31 && !fits(width, height, data, size) {
				return badinput.Errorf("it claims to be %dx%d pixels, more than its %d bytes can hold", width, height, size)
			}
		case kind == "acTL" && len(data) >= 4:
			i.Frames = int(binary.BigEndian.Uint32(data))
		case kind == "eXIf":
			i.exif(data)
		case kind == "iTXt" && bytes.HasPrefix(data, []byte("XML:com.adobe.xmp")):
			i.xmp(data)
		}
		if err := skip(r, length+4); err != nil { // including the checksum
			return nil
		}
	}
}

// jpeg reads the segments of a JPEG, up to the picture itself.
func (i *Info) jpeg(r *bufio.Reader) {
	if err := skip(r, 2); err != nil {
		return
	}
	for {
		var head [4]byte // marker, and length with its own two bytes
		if _, err := io.ReadFull(r, head[:]); err != nil || head[0] != 0xff || head[1] == 0xda {
			return
		}
		length := int(binary.BigEndian.Uint16(head[2:])) - 2
		if length < 0 {
			return
		}
		if head[1] != 0xe1 {
			if skip(r, int64(length)) != nil {
				return
			}
			continue
		}
		data := make([]byte, length)
		if _, err := io.ReadFull(r, data); err != nil {
			return
		}
		if exif, ok := bytes.CutPrefix(data, []byte("Exif\x00\x00")); ok {
			i.exif(exif)
		} else {
			i.xmp(data)
		}
	}
}

// exif finds the tag Orientation, 0x112, in the first directory of a TIFF.
func (i *Info) exif(tiff []byte) {
	tiff = bytes.TrimPrefix(tiff, []byte("Exif\x00\x00"))
	if len(tiff) < 8 {
		return
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(tiff[:2]) == "MM" {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 { // tag, type, count, value
			return
		}
		if order.Uint16(entries) == 0x112 {
			i.orient(int(order.Uint16(entries[8:])))
			return
		}
		entries = entries[12:]
	}
}

var tiffOrientation = regexp.MustCompile(`tiff:Orientation(?:\s*=\s*["']|>)([1-8])`)

func (i *Info) xmp(text []byte) {
	if found := tiffOrientation.FindSubmatch(text); found != nil && i.Orientation == 1 {
		i.orient(int(found[1][0] - '0'))
	}
}

func (i *Info) orient(tag int) {
	if tag >= 1 && tag <= 8 {
		i.Orientation = tag
	}
}

// skip skips n bytes.
func skip(r *bufio.Reader, n int64) error {
	copied, err := io.CopyN(io.Discard, r, n)
	if copied == n {
		return nil
	}
	return errors.Join(err, io.ErrUnexpectedEOF)
}
