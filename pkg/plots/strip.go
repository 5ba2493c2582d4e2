package plots

import (
	"cmp"
	"errors"
	"fmt"
	"image"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Film is a named sequence of frames, each RGB of length size*size*3.
type Film struct {
	Label  string
	Frames [][]uint8
	Times  []float64 // of the frames, which an animation writes below them; nil: not written
}

// Strip says how [FilmStrip] looks.
type Strip struct {
	Title     string
	Size      int       // side of the frames in pixels
	Times     []float64 // one for each frame, written below; nil: the frames' numbers
	What      string    // what the numbers count; "": frames
	MaxFrames int       // longer films show this many evenly spaced frames; 0: as many as fit, at most 16
}

const (
	stripGap     = 4    // image pixels between frames
	cellPixels   = 96   // least width of a frame on the page, in image pixels
	stripPixels  = 1600 // width for all frames of a row, in image pixels
	stripMost    = 16
	timesHeight  = 18
	stripCaption = smallSize
)

// FilmStrip draws films as rows of frames, enlarged by a whole factor without blending, with the films' names at the
// left and the times below. All films must have the same number of frames.
func FilmStrip(s Strip, films ...Film) (*Picture, error) {
	if err := checkFilms("FilmStrip", s.Size, films); err != nil {
		return nil, err
	}
	n := len(films[0].Frames)
	if s.Times != nil && len(s.Times) != n {
		return nil, fmt.Errorf("plots: the film strip has %d times for %d frames: give one for each", len(s.Times), n)
	}
	zoom := zoomTo(cellPixels, s.Size)
	cell := zoom * s.Size
	most := s.MaxFrames
	if most <= 0 {
		most = min(stripMost, max(stripPixels/(cell+stripGap), 1))
	}
	picks := evenly(n, most)

	name, what := writing(labelSize, ink, false), "time"
	if s.Times == nil {
		what = cmp.Or(s.What, "frame")
	}
	left := writing(stripCaption, softInk, false).Width(what)
	for _, f := range films {
		left = max(left, name.Width(f.Label))
	}
	left += margin + 8
	top := vg.Length(margin)
	if s.Title != "" {
		top += titleSize + 10
	}
	stripW := len(picks)*(cell+stripGap) - stripGap
	stripH := len(films)*(cell+stripGap) - stripGap
	width := float64(left+max(vg.Length(stripW)/Scale, writing(titleSize, ink, true).Width(s.Title))) + margin
	height := float64(top) + float64(stripH)/Scale + timesHeight + margin/2
	if err := checkArea(int(width)*Scale, int(height)*Scale); err != nil {
		return nil, err
	}
	img, page := newPage(math.Ceil(width), math.Ceil(height), Scale)
	if s.Title != "" {
		writeMiddle(page, writing(titleSize, ink, true), vg.Point{X: left, Y: page.Max.Y - margin - titleSize/2}, s.Title)
	}
	corner := image.Pt(int(math.Round(float64(left)*Scale)), int(math.Round(float64(top)*Scale)))
	name.XAlign = draw.XRight
	for r, f := range films {
		y := corner.Y + r*(cell+stripGap)
		for k, i := range picks {
			blit(img, image.Pt(corner.X+k*(cell+stripGap), y), f.Frames[i], s.Size, zoom)
		}
		writeMiddle(page, name, vg.Point{X: left - 8, Y: page.Max.Y - vg.Length(y+cell/2)/Scale}, f.Label)
	}
	small := writing(stripCaption, softInk, false)
	at := page.Max.Y - top - vg.Length(stripH)/Scale - timesHeight/2
	writeTimes(page, vg.Length(corner.X)/Scale, at, vg.Length(cell)/Scale, vg.Length(cell+stripGap)/Scale, timeLabels(s.Times, picks))
	small.XAlign = draw.XRight
	writeMiddle(page, small, vg.Point{X: left - 8, Y: at}, what)
	return &Picture{still: img, exact: true, films: true}, nil
}

// zoomTo returns the least whole factor that enlarges size to at least pixels.
func zoomTo(pixels, size int) int { return (pixels + size - 1) / size }

// checkFilms returns an error unless there are films, all of the same length.
func checkFilms(what string, size int, films []Film) error {
	if len(films) == 0 {
		return errors.New("plots: " + what + " has nothing to draw: give it at least one film")
	}
	for _, f := range films {
		if err := checkFrames(f.Label, size, f.Frames); err != nil {
			return err
		}
		if len(f.Frames) != len(films[0].Frames) {
			return fmt.Errorf("plots: %q has %d frames and %q has %d: give films of the same length", films[0].Label, len(films[0].Frames), f.Label, len(f.Frames))
		}
	}
	return nil
}

// evenly returns at most k of the indices 0 to n-1, from 0 on in equal steps, so that equal distances on the page are
// equal times.
func evenly(n, k int) []int {
	stride := (n + k - 1) / k
	var out []int
	for i := 0; i < n; i += stride {
		out = append(out, i)
	}
	return out
}

// blit copies a frame to img and draws every pixel as a square of zoom x zoom.
func blit(img *image.RGBA, at image.Point, frame []uint8, size, zoom int) {
	for y := range size * zoom {
		dst := img.Pix[img.PixOffset(at.X, at.Y+y):]
		if y%zoom > 0 { // the same as the row above
			copy(dst[:4*size*zoom], img.Pix[img.PixOffset(at.X, at.Y+y-1):])
			continue
		}
		src := frame[y/zoom*size*3:]
		for x := range size * zoom {
			p := x / zoom * 3
			dst[4*x], dst[4*x+1], dst[4*x+2], dst[4*x+3] = src[p], src[p+1], src[p+2], 0xff
		}
	}
}

// timeLabels writes the times of the picked frames to at most three decimals.
func timeLabels(times []float64, picks []int) []string {
	labels := make([]string, len(picks))
	for k, i := range picks {
		if times == nil {
			labels[k] = strconv.Itoa(i)
			continue
		}
		s := strings.TrimRight(strconv.FormatFloat(times[i], 'f', 3, 64), "0")
		labels[k] = withMinus(strings.TrimSuffix(s, "."))
		if labels[k] == "−0" {
			labels[k] = "0"
		}
	}
	return labels
}

// writeTimes writes labels centred under cells. It leaves some out if they would
// touch.
func writeTimes(page draw.Canvas, x, y, cell, step vg.Length, labels []string) {
	sty := writing(stripCaption, softInk, false)
	widest := vg.Length(0)
	for _, l := range labels {
		widest = max(widest, sty.Width(l))
	}
	every := int(math.Ceil(float64((widest + 4) / step)))
	sty.XAlign = draw.XCenter
	for k := 0; k < len(labels); k += max(every, 1) {
		writeMiddle(page, sty, vg.Point{X: x + vg.Length(k)*step + cell/2, Y: y}, labels[k])
	}
}
