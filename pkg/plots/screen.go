package plots

import (
	"image"
	"image/color"
)

// A screen holds what a viewer of a GIF sees so far, and the error of every channel of every pixel, summed over the
// frames since the pixel was drawn.
type screen struct {
	shown *image.RGBA
	off   []int32 // as shown.Pix
}

func newScreen(r image.Rectangle) *screen {
	s := &screen{shown: image.NewRGBA(r)}
	s.off = make([]int32, len(s.shown.Pix))
	return s
}

// changes makes every pixel transparent that already looks right, and crops the frame to the others. Page is the
// frame before its colours were rounded.
func (s *screen) changes(frame *image.Paletted, page *image.RGBA, clear uint8) *image.Paletted {
	box := image.Rectangle{Min: frame.Rect.Max, Max: frame.Rect.Min}
	for y := frame.Rect.Min.Y; y < frame.Rect.Max.Y; y++ {
		row := frame.Pix[frame.PixOffset(frame.Rect.Min.X, y):][:frame.Rect.Dx()]
		at := page.PixOffset(frame.Rect.Min.X, y)
		for x := range row {
			if s.right(page.Pix, at+4*x) {
				row[x] = clear
				continue
			}
			box.Min.X, box.Max.X = min(box.Min.X, x), max(box.Max.X, x+1)
			box.Min.Y, box.Max.Y = min(box.Min.Y, y), max(box.Max.Y, y+1)
		}
	}
	if box.Empty() {
		box = image.Rect(0, 0, 1, 1) // a GIF frame has at least one pixel
	}
	out := image.NewPaletted(box, frame.Palette)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		copy(out.Pix[out.PixOffset(box.Min.X, y):][:box.Dx()], frame.Pix[frame.PixOffset(box.Min.X, y):])
	}
	return out
}

// right tells whether the pixel at offset i may stay as it is.
func (s *screen) right(page []uint8, i int) bool {
	ok := true
	for c := i; c < i+3; c++ {
		d := int32(page[c]) - int32(s.shown.Pix[c])
		s.off[c] += d
		ok = ok && max(d, -d) <= offNow && max(s.off[c], -s.off[c]) <= offSum
	}
	return ok
}

// show draws a frame over what the screen shows.
func (s *screen) show(frame *image.Paletted, clear uint8) {
	var colours [256]color.RGBA
	for i, c := range frame.Palette {
		colours[i] = color.RGBAModel.Convert(c).(color.RGBA)
	}
	for y := frame.Rect.Min.Y; y < frame.Rect.Max.Y; y++ {
		for x := frame.Rect.Min.X; x < frame.Rect.Max.X; x++ {
			if k := frame.Pix[frame.PixOffset(x, y)]; k != clear {
				s.shown.SetRGBA(x, y, colours[k])
				clearOff := s.off[s.shown.PixOffset(x, y):]
				clearOff[0], clearOff[1], clearOff[2] = 0, 0, 0
			}
		}
	}
}
