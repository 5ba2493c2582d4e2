package pictures

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"hgn.local/pkg/badinput"
)

// mostOfByte exceeds the number of pixels that a byte of LZW codes can stand for: 4096 by 12 bits.
const mostOfByte = 4096

// GIF holds what the blocks of a GIF say about its frames.
type GIF struct {
	Width, Height int   // of the screen that viewers show: a larger first frame enlarges it
	Delays        []int // of each frame, in 1/100 s
	Pixels        int   // of all frames together

	head   [13]byte // signature and logical screen, enlarged to the largest frame
	pieces []piece  // parts of the file, after head, that hold the blocks
	open   bool     // the last image lacks its end mark
}

// piece is a part of a file.
type piece struct{ from, to int64 }

// Clean reads the GIF in the form that the specification and image/gif require, though other viewers accept more:
// without zeros between blocks, with a screen that holds all frames, and with a trailer.
func (s *GIF) Clean(file io.ReaderAt) io.Reader {
	parts := []io.Reader{bytes.NewReader(s.head[:])}
	for _, p := range s.pieces {
		parts = append(parts, io.NewSectionReader(file, p.from, p.to-p.from))
	}
	end := []byte{0x3b}
	if s.open {
		end = []byte{0, 0x3b}
	}
	return bufio.NewReader(io.MultiReader(append(parts, bytes.NewReader(end))...))
}

// blocks reads the blocks of a file and tracks the position.
type blocks struct {
	*bufio.Reader
	at int64
}

func (b *blocks) ReadByte() (byte, error) {
	c, err := b.Reader.ReadByte()
	if err == nil {
		b.at++
	}
	return c, err
}

func (b *blocks) read(to []byte) error {
	n, err := io.ReadFull(b.Reader, to)
	b.at += int64(n)
	return err
}

func (b *blocks) skip(n int) error {
	n, err := b.Discard(n)
	b.at += int64(n)
	return err
}

// skipColors skips the colour table that the flags announce.
func (b *blocks) skipColors(flags byte) error {
	if flags&0x80 == 0 {
		return nil
	}
	return b.skip(3 << (1 + flags&7))
}

// errOpen means that a file ends after a sub-block, without the empty one that ends a sequence.
var errOpen = fmt.Errorf("the last block is open: %w", io.ErrUnexpectedEOF)

// skipBlocks skips sub-blocks, each of which begins with its length, up to an empty one, and returns the number of
// their bytes.
func (b *blocks) skipBlocks() (length int, err error) {
	for {
		n, err := b.ReadByte()
		if errors.Is(err, io.EOF) && length > 0 {
			return length, errOpen
		}
		if err != nil || n == 0 {
			return length, err
		}
		length += int(n)
		if err := b.skip(int(n)); err != nil {
			return length, err
		}
	}
}

// SurveyGIF reads the blocks of a GIF (GIF89a specification, sections 18 to 27) without decoding pictures. It accepts
// what browsers accept: zeros between blocks, frames larger than the screen, and a file that ends after a whole frame
// without a trailer.
func SurveyGIF(file io.Reader) (*GIF, error) {
	s, b := &GIF{}, &blocks{Reader: bufio.NewReader(file)}
	if err := b.read(s.head[:]); err != nil {
		return nil, err
	}
	if signature := string(s.head[:6]); signature != "GIF87a" && signature != "GIF89a" {
		return nil, badinput.Errorf("it does not begin as a GIF does")
	}
	s.Width, s.Height = word(s.head[6:]), word(s.head[8:])
	if err := b.skipColors(s.head[10]); err != nil {
		return nil, err
	}
	s.keep(int64(len(s.head)), b.at)
	screenX, screenY := s.Width, s.Height // with room for all frames
	delay := 0
	for {
		from := b.at
		kind, err := b.ReadByte()
		switch {
		case kind == 0x3b || errors.Is(err, io.EOF) && len(s.Delays) > 0: // trailer, or a file without one
			if len(s.Delays) == 0 {
				return nil, badinput.Errorf("it has no frames")
			}
			if screenX >= 1<<16 || screenY >= 1<<16 {
				return nil, badinput.Errorf("a frame lies outside of what a GIF can show")
			}
			putWord(s.head[6:], screenX)
			putWord(s.head[8:], screenY)
			return s, nil
		case err != nil:
			return nil, err
		case kind == 0: // padding
			continue
		case kind == 0x2c: // image: left, top, width, height, flags; perhaps colours; the width of LZW codes
			var image [9]byte
			if err := b.read(image[:]); err != nil {
				return nil, err
			}
			if err := b.skipColors(image[8]); err != nil {
				return nil, err
			}
			if err := b.skip(1); err != nil {
				return nil, err
			}
			length, err := b.skipBlocks()
			if s.open = err == errOpen; err != nil && !s.open {
				return nil, err
			}
			right, bottom := word(image[0:])+word(image[4:]), word(image[2:])+word(image[6:])
			if len(s.Delays) == 0 {
				s.Width, s.Height = max(s.Width, right), max(s.Height, bottom)
			}
			screenX, screenY = max(screenX, right), max(screenY, bottom)
			pixels := word(image[4:]) * word(image[6:])
			if pixels > mostOfByte*length {
				return nil, io.ErrUnexpectedEOF
			}
			s.Pixels += pixels
			s.Delays = append(s.Delays, delay)
			delay = 0 // a delay applies to the next image only
		case kind == 0x21: // extension
			label, err := b.ReadByte()
			if err != nil {
				return nil, err
			}
			if label == 0xf9 { // graphic control: length 4, flags, delay, transparent colour
				control, err := b.Peek(4)
				if err != nil {
					return nil, err
				}
				delay = word(control[2:])
			}
			if _, err := b.skipBlocks(); err != nil {
				return nil, err
			}
		default:
			return nil, badinput.Errorf("it has an unknown block 0x%02x", kind)
		}
		s.keep(from, b.at)
	}
}

// keep adds a piece of the file, and joins it to the last one if it follows it.
func (s *GIF) keep(from, to int64) {
	if n := len(s.pieces); n > 0 && s.pieces[n-1].to == from {
		s.pieces[n-1].to = to
	} else {
		s.pieces = append(s.pieces, piece{from, to})
	}
}

func word(b []byte) int { return int(b[0]) | int(b[1])<<8 }

func putWord(b []byte, v int) { b[0], b[1] = byte(v), byte(v>>8) }
