package plots

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	imagedraw "image/draw"
	"image/gif"
	"math"
	"slices"
	"time"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Animation says how [AnimateGIF] looks.
type Animation struct {
	Title   string
	Size    int           // side of the frames in pixels
	Columns int           // films side by side before the next row; 0: all in one row
	Delay   time.Duration // between frames, in steps of a hundredth of a second; 0: 80 ms
	Zoom    int           // image pixels per frame pixel; 0: enough for a film at least 96 pixels wide
	Colours int           // of the palette, 16 to 255; 0: 96
}

const (
	filmGap   = 8  // CSS pixels between films
	nameSpace = 20 // height of a film's name
	timeSpace = 16 // height of a film's time, and of the frame's number
	// A pixel is not drawn again while no channel is further off than offNow, nor
	// than offSum summed over the frames since it was drawn. So the file leaves out
	// the decoder's noise, which would be most of it, but not the faint trace that
	// something moving leaves behind.
	offNow = 7
	offSum = 24
)

// AnimateGIF shows films side by side in an endless loop, with their names above and, below, their times if these are given, a line of progress
// and the frame's number. A film
// that has ended keeps its last frame. The palette is made for these frames, and each frame of the file holds only
// the pixels that changed.
func AnimateGIF(a Animation, films ...Film) (*Picture, error) {
	if len(films) == 0 {
		return nil, errors.New("plots: AnimateGIF has nothing to draw: give it at least one film")
	}
	length := 0
	for _, f := range films {
		if err := checkFrames(f.Label, a.Size, f.Frames); err != nil {
			return nil, err
		}
		if f.Times != nil && len(f.Times) != len(f.Frames) {
			return nil, fmt.Errorf("plots: the film %q has %d times for %d frames: give one for each", f.Label, len(f.Times), len(f.Frames))
		}
		length = max(length, len(f.Frames))
	}
	stage, err := newStage(a, films)
	if err != nil {
		return nil, err
	}
	return animate(a, length, func(t int) *image.RGBA { return stage.at(t, length) }), nil
}

// animate encodes the pages 0 to length-1 with a.Colours and a.Delay. It may call at twice for a page, because all
// pages of a long film would not fit in memory.
func animate(a Animation, length int, at func(t int) *image.RGBA) *Picture {
	h := histogram{}
	for t := range length {
		h.addImage(at(t))
	}
	n := 96
	if a.Colours > 0 {
		n = min(max(a.Colours, 16), 255)
	}
	colours := adapt(h, n)
	index := h.match(colours)
	colours = append(colours, color.RGBA{}) // transparent: keeps the previous pixel
	clear := uint8(len(colours) - 1)
	delay := 8
	if a.Delay > 0 {
		delay = max(int((a.Delay+5*time.Millisecond)/(10*time.Millisecond)), 2)
	}
	first := at(0)
	anim := &gif.GIF{Config: image.Config{ColorModel: colours, Width: first.Rect.Dx(), Height: first.Rect.Dy()}}
	screen := newScreen(first.Rect)
	for t := range length {
		page := at(t)
		frame := paint(page, colours, index)
		if t > 0 {
			frame = screen.changes(frame, page, clear)
		}
		screen.show(frame, clear)
		anim.Image = append(anim.Image, frame)
		anim.Delay = append(anim.Delay, delay)
		anim.Disposal = append(anim.Disposal, gif.DisposalNone)
	}
	return &Picture{still: first, anim: anim, exact: true, scale: 1, films: true}
}

// A stage is the page on which films play. It draws the names once.
type stage struct {
	Animation
	films []Film
	blank *image.RGBA
	zoom  int
	cols  int
	top   int
	below int // height of the times below each film
}

func newStage(a Animation, films []Film) (*stage, error) {
	s := &stage{Animation: a, films: films, zoom: a.Zoom, cols: a.Columns}
	if s.zoom <= 0 {
		s.zoom = zoomTo(cellPixels, a.Size)
	}
	if s.cols <= 0 || s.cols > len(films) {
		s.cols = len(films)
	}
	rows := (len(films) + s.cols - 1) / s.cols
	s.top = filmGap / 2
	title := writing(titleSize-1, ink, true)
	if a.Title != "" {
		s.top += titleSize + 8
	}
	side := s.zoom * a.Size
	width := max(filmGap+s.cols*(side+filmGap), int(math.Ceil(float64(title.Width(a.Title))))+2*filmGap)
	if slices.ContainsFunc(films, func(f Film) bool { return f.Times != nil }) {
		s.below = timeSpace
	}
	height := s.top + rows*(nameSpace+side+s.below+filmGap) + 4
	for _, f := range films {
		if len(f.Frames) > 1 {
			height += timeSpace
			break
		}
	}
	if err := checkArea(width, height); err != nil {
		return nil, err
	}
	var page draw.Canvas
	s.blank, page = newPage(float64(width), float64(height), 1)
	if a.Title != "" {
		writeMiddle(page, title, vg.Point{X: filmGap, Y: page.Max.Y - filmGap/2 - titleSize/2 - 1}, a.Title)
	}
	for i, f := range films {
		corner := s.corner(i)
		// These are the largest letters up to the theme's size that fit over the film.
		sty := fit(writing(tickSize, ink, false), f.Label, vg.Length(side+filmGap/2))
		sty.XAlign = draw.XCenter
		writeMiddle(page, sty, vg.Point{X: vg.Length(corner.X + side/2), Y: page.Max.Y - vg.Length(corner.Y) + nameSpace/2 - 1}, f.Label)
	}
	return s, nil
}

// corner returns the upper left pixel of a film.
func (s *stage) corner(i int) image.Point {
	side := s.zoom * s.Size
	return image.Pt(filmGap+i%s.cols*(side+filmGap), s.top+i/s.cols*(nameSpace+side+s.below+filmGap)+nameSpace)
}

// at returns the page at frame t.
func (s *stage) at(t, length int) *image.RGBA {
	img := image.NewRGBA(s.blank.Rect)
	copy(img.Pix, s.blank.Pix)
	for i, f := range s.films {
		k, corner, side := min(t, len(f.Frames)-1), s.corner(i), s.zoom*s.Size
		blit(img, corner, f.Frames[k], s.Size, s.zoom)
		if f.Times != nil {
			s.write(img, image.Rect(corner.X-filmGap/2, corner.Y+side, corner.X+side+filmGap/2, corner.Y+side+timeSpace), draw.XCenter, "t = "+timeLabels(f.Times, []int{k})[0])
		}
	}
	if length > 1 {
		bottom := img.Rect.Dy() - 6
		s.write(img, image.Rect(filmGap, bottom-timeSpace, img.Rect.Dx()-filmGap, bottom), draw.XLeft, fmt.Sprintf("frame %d of %d", t+1, length))
		w, y := img.Rect.Dx()-2*filmGap, bottom
		done := w * t / (length - 1)
		for x := range w {
			c := color.RGBA(gridGrey)
			if x < done {
				c = color.RGBA(axisGrey)
			}
			img.SetRGBA(filmGap+x, y, c)
			img.SetRGBA(filmGap+x, y+1, c)
		}
	}
	return img
}

// write puts a line of small text into a part of the page.
func (s *stage) write(img *image.RGBA, at image.Rectangle, align draw.XAlignment, line string) {
	small, page := newPage(float64(at.Dx()), float64(at.Dy()), 1)
	sty := fit(writing(smallSize, ink, false), line, vg.Length(at.Dx()))
	sty.XAlign = align
	x := page.Min.X
	if align == draw.XCenter {
		x = page.Center().X
	}
	writeMiddle(page, sty, vg.Point{X: x, Y: page.Center().Y}, line)
	imagedraw.Draw(img, at, small, image.Point{}, imagedraw.Src)
}
