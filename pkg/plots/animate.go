package plots

import (
	"errors"
	"image"
	"image/color"
	"image/gif"
	"math"
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
	// A pixel is not drawn again while no channel is further off than offNow, nor
	// than offSum summed over the frames since it was drawn. So the file leaves out
	// the decoder's noise, which would be most of it, but not the faint trace that
	// something moving leaves behind.
	offNow = 7
	offSum = 24
)

// AnimateGIF shows films side by side in an endless loop, with their names above and a line of progress below. A film
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
	return &Picture{still: first, anim: anim, exact: true, scale: 1}
}

// A stage is the page on which films play. It draws the names once.
type stage struct {
	Animation
	films []Film
	blank *image.RGBA
	zoom  int
	cols  int
	top   int
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
	height := s.top + rows*(nameSpace+side+filmGap) + 4
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
	return image.Pt(filmGap+i%s.cols*(side+filmGap), s.top+i/s.cols*(nameSpace+side+filmGap)+nameSpace)
}

// at returns the page at frame t.
func (s *stage) at(t, length int) *image.RGBA {
	img := image.NewRGBA(s.blank.Rect)
	copy(img.Pix, s.blank.Pix)
	for i, f := range s.films {
		blit(img, s.corner(i), f.Frames[min(t, len(f.Frames)-1)], s.Size, s.zoom)
	}
	if length > 1 {
		w, y := img.Rect.Dx()-2*filmGap, img.Rect.Dy()-6
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
