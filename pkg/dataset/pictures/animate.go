package pictures

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"io"
)

// transparent marks an image as transparent for the encoder, whatever its pixels, so that all frames have one form.
type transparent struct{ *image.NRGBA }

// Opaque tells the encoder to write the opacity.
func (transparent) Opaque() bool { return false }

// Animate writes an animated PNG of opaque pictures of one size, each of which is shown for num/den seconds and which loops for
// ever. After the first picture it stores only the pixels that change. next returns picture i.
func Animate(w io.Writer, frames int, num, den uint16, next func(i int) *image.NRGBA) error {
	sequence := uint32(0)
	numbered := func(data ...any) []byte {
		out := binary.BigEndian.AppendUint32(nil, sequence)
		sequence++
		for _, d := range data {
			out, _ = binary.Append(out, binary.BigEndian, d) // fails for no value of a fixed size
		}
		return out
	}
	var err error
	chunk := func(kind string, data []byte) {
		b := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), kind...)
		b = append(b, data...)
		if err == nil {
			_, err = w.Write(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:])))
		}
	}
	var before *image.NRGBA
	for i := range frames {
		picture := next(i)
		box, part := changes(before, picture)
		before = &image.NRGBA{Pix: bytes.Clone(picture.Pix), Stride: picture.Stride, Rect: picture.Rect}
		var still bytes.Buffer
		if err := png.Encode(&still, transparent{part}); err != nil {
			return err
		}
		header, data := split(still.Bytes())
		if i == 0 {
			if _, err := w.Write(still.Bytes()[:8]); err != nil {
				return err
			}
			chunk("IHDR", header)
			chunk("acTL", binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(frames)), 0))
		}
		chunk("fcTL", numbered(uint32(box.Dx()), uint32(box.Dy()), uint32(box.Min.X), uint32(box.Min.Y), num, den, uint8(0), uint8(1)))
		if i == 0 {
			chunk("IDAT", data)
		} else {
			chunk("fdAT", numbered(data))
		}
	}
	chunk("IEND", nil)
	return err
}

// changes returns the smallest rectangle that holds what changes between two pictures, at least one pixel, and a picture of
// it, which is transparent where nothing changes. Without a picture before, everything does.
func changes(before, after *image.NRGBA) (image.Rectangle, *image.NRGBA) {
	if before == nil {
		return after.Rect, after
	}
	box := image.Rectangle{}
	for y := after.Rect.Min.Y; y < after.Rect.Max.Y; y++ {
		for x := after.Rect.Min.X; x < after.Rect.Max.X; x++ {
			if before.NRGBAAt(x, y) != after.NRGBAAt(x, y) {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if box.Empty() {
		box = image.Rect(0, 0, 1, 1)
	}
	part := image.NewNRGBA(image.Rect(0, 0, box.Dx(), box.Dy()))
	for y := range box.Dy() {
		for x := range box.Dx() {
			at := box.Min.Add(image.Pt(x, y))
			if c := after.NRGBAAt(at.X, at.Y); c != before.NRGBAAt(at.X, at.Y) {
				part.SetNRGBA(x, y, color.NRGBA{c.R, c.G, c.B, 0xff})
			}
		}
	}
	return box, part
}

// split returns the header and the compressed pixels of a PNG file that png.Encode wrote.
func split(file []byte) (header, data []byte) {
	for at := 8; at+12 <= len(file); {
		n := int(binary.BigEndian.Uint32(file[at:]))
		body := file[at+8 : at+8+n]
		switch string(file[at+4 : at+8]) {
		case "IHDR":
			header = body
		case "IDAT":
			data = append(data, body...)
		}
		at += 12 + n
	}
	return header, data
}
