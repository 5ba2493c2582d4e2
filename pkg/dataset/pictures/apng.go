package pictures

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"image"
	"io"

	"hgn.local/pkg/badinput"
)

// APNG holds what the chunks of an animated PNG say about its frames (PNG specification, third edition, sections 4.9 and
// 11.3.6). A picture that is only for viewers without animations is no frame.
type APNG struct {
	Width, Height int
	Frames        []APNGFrame
	Pixels        int // of all frames together

	header []byte  // the contents of IHDR
	colors []piece // the chunks PLTE and tRNS
}

// APNGFrame is a frame of an APNG.
type APNGFrame struct {
	Rect                   image.Rectangle // the part of the picture that it changes
	Numerator, Denominator int             // of the seconds for which it is shown
	Dispose                int             // what it leaves behind: DisposeNone, DisposeBackground or DisposePrevious
	Over                   bool            // it is laid over what is there, which it otherwise replaces
	data                   []piece         // the chunks IDAT or fdAT
	bytes                  int64           // of their contents
}

// What a frame leaves behind for the next one.
const (
	DisposeNone       = iota // itself
	DisposeBackground        // nothing in its part
	DisposePrevious          // what was there before it
)

// SurveyAPNG reads the chunks of an animated PNG without decoding pictures. It refuses frames that are missing, out of
// order, outside of the picture, or larger than their bytes can hold.
func SurveyAPNG(file io.Reader) (*APNG, error) {
	a := &APNG{}
	r := bufio.NewReader(file)
	start := make([]byte, len(signature))
	if _, err := io.ReadFull(r, start); err != nil {
		return nil, err
	}
	if string(start) != signature {
		return nil, badinput.Errorf("it does not begin as a PNG does")
	}
	s := apngSurvey{APNG: a}
	for at := int64(len(signature)); ; {
		var head [8]byte // length and kind of a chunk
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return nil, err
		}
		length, kind := int64(binary.BigEndian.Uint32(head[:])), string(head[4:])
		if kind == "IEND" {
			return a, s.end()
		}
		var text []byte
		switch kind {
		case "IHDR", "acTL", "fcTL", "fdAT":
			text = make([]byte, min(length, 64))
			if _, err := io.ReadFull(r, text); err != nil {
				return nil, err
			}
		}
		if err := skip(r, length-int64(len(text))+4); err != nil { // including the checksum
			return nil, err
		}
		if err := s.chunk(kind, text, piece{at, at + length + 12}); err != nil {
			return nil, err
		}
		at += length + 12
	}
}

// apngSurvey is a survey in progress.
type apngSurvey struct {
	*APNG
	announced uint32 // number of frames
	animated  bool   // there is an acTL
	sequence  uint32 // number of the next fcTL or fdAT
	shown     bool   // the picture of the chunks IDAT is a frame
}

var errChunk = badinput.Errorf("one of the chunks of its animation is damaged")

// chunk takes the next chunk, of which text has the beginning.
func (s *apngSurvey) chunk(kind string, text []byte, at piece) error {
	switch kind {
	case "fcTL", "fdAT":
		if len(text) < 4 || binary.BigEndian.Uint32(text) != s.sequence {
			return badinput.Errorf("a frame of its animation is missing, or they are out of order")
		}
		s.sequence++
	}
	last := len(s.Frames) - 1
	switch kind {
	case "IHDR":
		if len(text) != 13 || s.header != nil {
			return errChunk
		}
		s.header = text
		width, height := binary.BigEndian.Uint32(text), binary.BigEndian.Uint32(text[4:])
		if width >= 1<<31 || height >= 1<<31 {
			return errChunk
		}
		s.Width, s.Height = int(width), int(height)
	case "PLTE", "tRNS":
		s.colors = append(s.colors, at)
	case "acTL":
		if len(text) != 8 {
			return errChunk
		}
		s.announced, s.animated = binary.BigEndian.Uint32(text), true
	case "fcTL":
		return s.frame(text)
	case "IDAT":
		if s.shown = last == 0; s.shown {
			s.Frames[0].add(at, 12)
		}
	case "fdAT":
		if last < 0 || last == 0 && s.shown {
			return errChunk
		}
		s.Frames[last].add(at, 16)
	}
	return nil
}

// add adds a chunk to the data of a frame; extra is the number of its bytes that are none.
func (f *APNGFrame) add(at piece, extra int64) {
	f.data = append(f.data, at)
	f.bytes += at.to - at.from - extra
}

// frame takes the description of the next frame.
func (s *apngSurvey) frame(text []byte) error {
	if len(text) != 26 || s.header == nil || text[24] > DisposePrevious || text[25] > 1 {
		return errChunk
	}
	word := func(i int) int { return int(binary.BigEndian.Uint32(text[4*i:])) }
	width, height, x, y := word(1), word(2), word(3), word(4)
	if width < 1 || height < 1 || x > s.Width-width || y > s.Height-height {
		return badinput.Errorf("a frame of its animation lies outside of the picture")
	}
	f := APNGFrame{
		Rect: image.Rect(x, y, x+width, y+height), Dispose: int(text[24]), Over: text[25] == 1,
		Numerator: int(binary.BigEndian.Uint16(text[20:])), Denominator: int(binary.BigEndian.Uint16(text[22:])),
	}
	if f.Denominator == 0 {
		f.Denominator = 100
	}
	if len(s.Frames) == 0 && f.Dispose == DisposePrevious {
		f.Dispose = DisposeBackground // before the first frame there is nothing
	}
	s.Frames = append(s.Frames, f)
	return nil
}

// end checks the whole.
func (s *apngSurvey) end() error {
	if !s.animated || len(s.Frames) != int(s.announced) || len(s.Frames) == 0 {
		return badinput.Errorf("it announces %d frames and has %d", s.announced, len(s.Frames))
	}
	for i, f := range s.Frames {
		if !fits(int64(f.Rect.Dx()), int64(f.Rect.Dy()), s.header, f.bytes) {
			return badinput.Errorf("frame %d of its animation has fewer bytes than its pixels need", i+1)
		}
		s.Pixels += f.Rect.Dx() * f.Rect.Dy()
	}
	return nil
}

// fits tells whether deflate can make a picture of that size, with the pixels that the contents of IHDR describe, out
// of a number of bytes.
func fits(width, height int64, header []byte, bytes int64) bool {
	channels := int64(map[byte]int{2: 3, 4: 2, 6: 4}[header[9]])
	bits := max(channels, 1) * int64(header[8])
	return width < 1<<31 && height < 1<<31 && width*bits/8 <= (maxRatio*bytes+1)/max(height, 1)
}

// Still returns a frame as a PNG of its own.
func (a *APNG) Still(file io.ReaderAt, frame int) ([]byte, error) {
	f := a.Frames[frame]
	header := append([]byte(nil), a.header...)
	binary.BigEndian.PutUint32(header, uint32(f.Rect.Dx()))
	binary.BigEndian.PutUint32(header[4:], uint32(f.Rect.Dy()))
	still := appendChunk([]byte(signature), "IHDR", header)
	for _, at := range append(a.colors[:len(a.colors):len(a.colors)], f.data...) {
		whole := make([]byte, at.to-at.from)
		if _, err := file.ReadAt(whole, at.from); err != nil {
			return nil, err
		}
		kind, data, sum := string(whole[4:8]), whole[8:len(whole)-4], binary.BigEndian.Uint32(whole[len(whole)-4:])
		if crc32.ChecksumIEEE(whole[4:len(whole)-4]) != sum {
			return nil, badinput.Errorf("frame %d of its animation is damaged: its checksum is another", frame+1)
		}
		if kind == "fdAT" {
			kind, data = "IDAT", data[4:]
		}
		still = appendChunk(still, kind, data)
	}
	return appendChunk(still, "IEND", nil), nil
}

// appendChunk appends a chunk of a PNG.
func appendChunk(b []byte, kind string, data []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
	from := len(b)
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[from:]))
}
