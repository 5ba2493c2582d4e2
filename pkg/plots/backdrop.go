package plots

import (
	"image"
	"image/color"
)

// Backdrop returns a field as flat bands of colour without axes, w x h pixels, for pages that draw over it themselves:
// its first column is the least q and its last row the least p. Values above top, unless that is 0, have the colour of
// top.
func (f *Field) Backdrop(w, h int, top float64) (image.Image, error) {
	all, err := f.check()
	if err != nil {
		return nil, err
	}
	layer, _ := f.bands(all, top)
	return layer.paint(f.sampled(w, h), w, h), nil
}

// MassLines returns a density's lines around 25, 50, 75 and 95% of its mass, w x h pixels that are clear elsewhere, and
// placed as in Backdrop.
func (f *Field) MassLines(w, h int) (image.Image, error) {
	if _, err := f.check(); err != nil {
		return nil, err
	}
	layer := filled{field: f, levels: massLevels(f, 0.95, 0.75, 0.5, 0.25), line: color.NRGBA{0x30, 0x30, 0x30, 0xc0}}
	return layer.paint(f.sampled(w, h), w, h), nil
}

// sampled returns H at the middles of w x h pixels.
func (f *Field) sampled(w, h int) []float64 {
	var values []float64
	for i := range h {
		row := locate(f.P, f.P[0]+(f.P[len(f.P)-1]-f.P[0])*(float64(h-i)-0.5)/float64(h))
		for j := range w {
			values = append(values, f.between(row, locate(f.Q, f.Q[0]+(f.Q[len(f.Q)-1]-f.Q[0])*(float64(j)+0.5)/float64(w))))
		}
	}
	return values
}
