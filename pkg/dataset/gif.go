package dataset

import (
	"bufio"
	"image"
	"image/draw"
	"image/gif"
	"io"
	"os"

	"hgn.local/pkg/badinput"
)

// maxGIF is the number of pixels of all frames that a GIF may have: decoding holds a byte for each.
const maxGIF = 2 << 30

// gifReel surveys a GIF file.
func gifReel(path string) (reel, error) {
	file, err := os.Open(path)
	if err != nil {
		return reel{}, badinput.Errorf("cannot read %s: %w", path, err)
	}
	defer file.Close()
	head, err := gif.DecodeConfig(file)
	if err != nil {
		return reel{}, badPicture(path, "GIF", err)
	}
	if err := checkPicture(path, head.Width, head.Height); err != nil {
		return reel{}, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return reel{}, badinput.Errorf("cannot read %s: %w", path, err)
	}
	delays, pixels, err := surveyGIF(bufio.NewReader(file))
	switch {
	case err != nil:
		return reel{}, badPicture(path, "GIF", err)
	case pixels > maxGIF:
		return reel{}, badinput.Errorf("%s has %d frames of %dx%d pixels, more than %d megapixels in all: make its frames smaller, or cut it in several",
			path, len(delays), head.Width, head.Height, maxGIF>>20)
	}
	return reel{
		name: path, width: head.Width, height: head.Height, channels: 3,
		frames: len(delays), delay: commonDelay(delays),
		read: func(see func(t int, frame image.Image)) error {
			file, err := os.Open(path)
			if err != nil {
				return badinput.Errorf("cannot read %s: %w", path, err)
			}
			defer file.Close()
			g, err := gif.DecodeAll(file)
			if err != nil {
				return badPicture(path, "GIF", err)
			}
			if len(g.Image) != len(delays) {
				return badinput.Errorf("%s changed while it was read", path)
			}
			compose(g, see)
			return nil
		},
	}, nil
}

// commonDelay is the delay after every frame but the last, of which only the repetition of the film makes use;
// -1 where they differ.
func commonDelay(delays []int) int {
	if len(delays) < 2 {
		return 0
	}
	for _, d := range delays[:len(delays)-1] {
		if d != delays[0] {
			return -1
		}
	}
	return delays[0]
}

// compose shows what a viewer sees at each frame. A frame of the file is a part, perhaps with transparent pixels, that
// is laid over what the frames before it have left; its disposal method says what it leaves itself.
func compose(g *gif.GIF, see func(t int, frame image.Image)) {
	canvas := image.NewRGBA(image.Rect(0, 0, g.Config.Width, g.Config.Height))
	var before []uint8
	for t, part := range g.Image {
		disposal := g.Disposal[t]
		if disposal == gif.DisposalPrevious {
			before = append(before[:0], canvas.Pix...)
		}
		draw.Draw(canvas, part.Bounds(), part, part.Bounds().Min, draw.Over)
		see(t, canvas)
		switch disposal {
		case gif.DisposalBackground: // as every browser does: nothing is left, whatever the file's background colour
			draw.Draw(canvas, part.Bounds(), image.Transparent, image.Point{}, draw.Src)
		case gif.DisposalPrevious:
			copy(canvas.Pix, before)
		}
	}
}

// surveyGIF walks over the blocks of a GIF (GIF89a specification, sections 18 to 27) without decoding pictures,
// and gives the delay of each frame and the number of pixels of all together.
func surveyGIF(r *bufio.Reader) (delays []int, pixels int, err error) {
	var head [13]byte // signature, and the logical screen
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, 0, err
	}
	if err := skipColors(r, head[10]); err != nil {
		return nil, 0, err
	}
	delay := 0
	for {
		kind, err := r.ReadByte()
		if err != nil {
			return nil, 0, err
		}
		switch kind {
		case 0x3b: // trailer
			if len(delays) == 0 {
				return nil, 0, badinput.Errorf("it has no frames")
			}
			return delays, pixels, nil
		case 0x2c: // image: left, top, width, height, flags; perhaps colours; the width of LZW codes
			var image [9]byte
			if _, err := io.ReadFull(r, image[:]); err != nil {
				return nil, 0, err
			}
			if err := skipColors(r, image[8]); err != nil {
				return nil, 0, err
			}
			if _, err := r.Discard(1); err != nil {
				return nil, 0, err
			}
			pixels += word(image[4:]) * word(image[6:])
			delays = append(delays, delay)
			delay = 0 // a delay is that of the next image only
		case 0x21: // extension
			label, err := r.ReadByte()
			if err != nil {
				return nil, 0, err
			}
			if label == 0xf9 { // graphic control: length 4, flags, delay, transparent colour
				control, err := r.Peek(4)
				if err != nil {
					return nil, 0, err
				}
				delay = word(control[2:])
			}
		default:
			return nil, 0, badinput.Errorf("it has an unknown block 0x%02x", kind)
		}
		if err := skipBlocks(r); err != nil {
			return nil, 0, err
		}
	}
}

func word(b []byte) int { return int(b[0]) | int(b[1])<<8 }

// skipColors passes over the colour table that the flags announce.
func skipColors(r *bufio.Reader, flags byte) error {
	if flags&0x80 == 0 {
		return nil
	}
	_, err := r.Discard(3 << (1 + flags&7))
	return err
}

// skipBlocks passes over sub-blocks, each of which says its length, up to an empty one.
func skipBlocks(r *bufio.Reader) error {
	for {
		n, err := r.ReadByte()
		if err != nil || n == 0 {
			return err
		}
		if _, err := r.Discard(int(n)); err != nil {
			return err
		}
	}
}
