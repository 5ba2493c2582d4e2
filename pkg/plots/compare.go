package plots

import (
	"fmt"
	"image/color"
	"math"
)

// Compare draws a target and its reconstruction as two rows of a film strip. With errorGain > 0 a third row shows
// their difference: pale grey for equal pixels, then vermillion, and black for an average difference of the channels
// of 1/errorGain of the full range.
func Compare(s Strip, target, reconstruction [][]uint8, errorGain float64) (*Picture, error) {
	films := []Film{{Label: "target", Frames: target}, {Label: "reconstruction", Frames: reconstruction}}
	if err := checkFilms("Compare", s.Size, films); err != nil {
		return nil, err
	}
	if errorGain > 0 {
		e := Film{Label: fmt.Sprintf("error × %g", errorGain)}
		for i := range target {
			e.Frames = append(e.Frames, errorFrame(target[i], reconstruction[i], errorGain))
		}
		films = append(films, e)
	}
	return FilmStrip(s, films...)
}

// errorFrame colours the mean absolute difference of two frames' channels.
func errorFrame(a, b []uint8, gain float64) []uint8 {
	pale := color.NRGBA{0xf2, 0xf2, 0xf2, 0xff} // not white, so that the frame's edge shows on the page
	out := make([]uint8, len(a))
	for i := 0; i < len(a); i += 3 {
		d := 0.0
		for c := range 3 {
			d += math.Abs(float64(a[i+c]) - float64(b[i+c]))
		}
		s := math.Min(d/3/255*gain, 1)
		col := mix(pale, vermillion, math.Min(2*s, 1))
		if s > 0.5 {
			col = mix(vermillion, black, 2*s-1)
		}
		out[i], out[i+1], out[i+2] = col.R, col.G, col.B
	}
	return out
}
