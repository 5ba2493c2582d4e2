package plots

import (
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"image/png"

	"hgn.local/kernels_xla/atomicfile"
)

// A Picture is a finished image, or an animation.
type Picture struct {
	still *image.RGBA // the picture, or an animation's first frame
	anim  *gif.GIF    // nil for a still
	kept  ramp        // colours that stand for values: the PNG keeps them exactly
	exact bool        // the pixels are data: the PNG rounds no colours
	quick bool        // redrawn often: encode fast rather than small
	scale int         // image pixels per CSS pixel; 0: Scale
	films bool        // it holds frames, whose colours are data
}

const (
	// plotColours is the palette of a plot's PNG: enough for every flat colour
	// and a few steps of smoothing at the edges of lines and letters.
	plotColours = 48
	// A film strip whose exact PNG would be larger than smallBytes, because of noise, gets a palette of manyColours,
	// or of fewColours if that is too large as well. Its colours are then off by a few 255ths.
	smallBytes  = 60 << 10
	manyColours = 128
	fewColours  = 64
)

// Image returns the picture, or the first frame of an animation.
func (p *Picture) Image() image.Image { return p.still }

// Animated tells whether the picture has more than one frame.
func (p *Picture) Animated() bool { return p.anim != nil && len(p.anim.Image) > 1 }

// Size returns the width and height, in CSS pixels, that the picture has on a
// page.
func (p *Picture) Size() (width, height int) {
	s := p.scale
	if s == 0 {
		s = Scale
	}
	b := p.still.Bounds()
	return (b.Dx() + s - 1) / s, (b.Dy() + s - 1) / s
}

// Recolours tells whether DarkFilter may change the picture's colours: it holds no frames of videos.
func (p *Picture) Recolours() bool { return !p.films }

// PNG encodes the picture, or the first frame of an animation. A plot gets an
// adaptive palette, which halves the file. A film strip keeps every pixel's exact
// colour as long as that makes a small file; its Image always does.
func (p *Picture) PNG() ([]byte, error) {
	switch {
	case p.quick:
		return encodePNG(quantize(p.still, manyColours), png.BestSpeed)
	case !p.exact:
		return encodePNG(quantize(p.still, plotColours, p.kept...), png.DefaultCompression)
	}
	var img image.Image = p.still
	if few, ok := indexed(p.still, 256); ok {
		img = few
	}
	data, err := encodePNG(img, png.DefaultCompression)
	for _, n := range []int{manyColours, fewColours} {
		if err == nil && len(data) > smallBytes {
			data, err = encodePNG(quantize(p.still, n), png.DefaultCompression)
		}
	}
	return data, err
}

func encodePNG(img image.Image, level png.CompressionLevel) ([]byte, error) {
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: level}).Encode(&b, img); err != nil {
		return nil, fmt.Errorf("plots: encoding a PNG: %w", err)
	}
	return b.Bytes(), nil
}

// GIF encodes the animation; a still picture becomes a GIF of one frame.
func (p *Picture) GIF() ([]byte, error) {
	anim := p.anim
	if anim == nil {
		anim = &gif.GIF{Image: []*image.Paletted{quantize(p.still, 256)}, Delay: []int{0}}
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, anim); err != nil {
		return nil, fmt.Errorf("plots: encoding a GIF: %w", err)
	}
	return b.Bytes(), nil
}

// SavePNG writes the PNG to path. It replaces an existing file only once the new
// one is complete.
func (p *Picture) SavePNG(path string) error {
	data, err := p.PNG()
	if err != nil {
		return err
	}
	return save(path, data)
}

// SaveGIF writes the GIF to path, as SavePNG does.
func (p *Picture) SaveGIF(path string) error {
	data, err := p.GIF()
	if err != nil {
		return err
	}
	return save(path, data)
}

// save writes an encoded picture whole or not at all.
func save(path string, data []byte) error {
	if err := atomicfile.WriteFile(path, data); err != nil {
		return fmt.Errorf("plots: %w", err)
	}
	return nil
}
