package plots

import (
	"cmp"
	"image"
	"image/color"
	"math"
	"slices"
)

// A histogram counts the colours of images as 0xRRGGBB.
type histogram map[uint32]int

func (h histogram) addImage(img *image.RGBA) {
	b := img.Bounds()
	last, runLength := uint32(0), 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		row := img.Pix[img.PixOffset(b.Min.X, y):][:4*b.Dx()]
		for i := 0; i < len(row); i += 4 {
			key := rgb(row[i], row[i+1], row[i+2])
			if key != last && runLength > 0 {
				h[last] += runLength
				runLength = 0
			}
			last = key
			runLength++
		}
	}
	h[last] += runLength
}

// rgb packs a colour into a key.
func rgb(r, g, b uint8) uint32 { return uint32(r)<<16 | uint32(g)<<8 | uint32(b) }

// channels unpacks a key.
func channels(key uint32) [3]float64 {
	return [3]float64{float64(key >> 16), float64(key >> 8 & 0xff), float64(key & 0xff)}
}

// A box is a set of colours that will share one palette entry.
type box struct {
	keys  []uint32
	axis  int     // the channel of the largest spread
	mean  float64 // mean of that channel
	error float64 // summed squared distance from the mean along that channel
}

// newBox weighs a colour by less than its count, because large flat areas would
// otherwise leave no palette entries for small details.
func newBox(h histogram, keys []uint32) box {
	b := box{keys: keys}
	for c := range 3 {
		var n, s, ss float64
		for _, k := range keys {
			w, v := math.Pow(float64(h[k]), 0.75), channels(k)[c]
			n += w
			s += w * v
			ss += w * v * v
		}
		if e := ss - s*s/n; c == 0 || e > b.error {
			b.axis, b.mean, b.error = c, s/n, e
		}
	}
	return b
}

// colour returns the colour that stands for the box. If at least a third of the
// pixels share one colour, it is that one, so that flat areas and lines keep
// their exact colour. Otherwise it is the mean.
func (b box) colour(h histogram) color.RGBA {
	var n float64
	var s [3]float64
	top := b.keys[0]
	for _, k := range b.keys {
		w := float64(h[k])
		n += w
		for c, v := range channels(k) {
			s[c] += w * v
		}
		if h[k] > h[top] {
			top = k
		}
	}
	if 3*h[top] >= int(n) {
		return color.RGBA{uint8(top >> 16), uint8(top >> 8), uint8(top), 0xff}
	}
	return color.RGBA{uint8(s[0]/n + 0.5), uint8(s[1]/n + 0.5), uint8(s[2]/n + 0.5), 0xff}
}

// adapt chooses at most n colours for a histogram. It begins with all colours in
// one box and cuts the box with the largest squared error at its mean, across its
// widest channel, until there are n boxes. This is the variance form of median
// cut (Heckbert 1982, Wu 1991).
func adapt(h histogram, n int) color.Palette {
	keys := make([]uint32, 0, len(h))
	for k := range h {
		keys = append(keys, k)
	}
	slices.Sort(keys) // a map's order is random, but a picture's bytes must not be
	boxes := []box{newBox(h, keys)}
	for len(boxes) < n {
		worst := 0
		for i := range boxes {
			if boxes[i].error > boxes[worst].error {
				worst = i
			}
		}
		b := boxes[worst]
		slices.SortFunc(b.keys, func(p, q uint32) int { return cmp.Compare(channels(p)[b.axis], channels(q)[b.axis]) })
		cut, _ := slices.BinarySearchFunc(b.keys, b.mean, func(k uint32, m float64) int { return cmp.Compare(channels(k)[b.axis], m) })
		if b.error < 1e-6 || cut == 0 || cut == len(b.keys) {
			break // every box holds one colour
		}
		boxes[worst] = newBox(h, b.keys[:cut])
		boxes = append(boxes, newBox(h, b.keys[cut:]))
	}
	colours := make(color.Palette, len(boxes))
	for i, b := range boxes {
		colours[i] = b.colour(h)
	}
	return colours
}

// match gives every colour of the histogram the index of the nearest colour in the
// palette.
func (h histogram) match(colours color.Palette) map[uint32]uint8 {
	index := make(map[uint32]uint8, len(h))
	for k := range h {
		index[k] = uint8(nearest(colours, k))
	}
	return index
}

// nearest returns the index of the palette's colour that is closest to key.
func nearest(colours color.Palette, key uint32) (at int) {
	r, g, b := int(key>>16), int(key>>8&0xff), int(key&0xff)
	best := 1 << 30
	for i, c := range colours {
		rgba := c.(color.RGBA)
		dr, dg, db := int(rgba.R)-r, int(rgba.G)-g, int(rgba.B)-b
		if d := dr*dr + dg*dg + db*db; d < best {
			best, at = d, i
		}
	}
	return at
}

// paint writes img in the colours of a palette.
func paint(img *image.RGBA, colours color.Palette, index map[uint32]uint8) *image.Paletted {
	b := img.Bounds()
	out := image.NewPaletted(image.Rect(0, 0, b.Dx(), b.Dy()), colours)
	last, at := uint32(1<<31), uint8(0)
	for y := range b.Dy() {
		row := img.Pix[img.PixOffset(b.Min.X, b.Min.Y+y):][:4*b.Dx()]
		dst := out.Pix[y*out.Stride:][:b.Dx()]
		for x := range dst {
			key := rgb(row[4*x], row[4*x+1], row[4*x+2])
			if key != last {
				last, at = key, index[key]
			}
			dst[x] = at
		}
	}
	return out
}

// quantize reduces a picture to its n best colours and the colours in kept.
func quantize(img *image.RGBA, n int, kept ...color.NRGBA) *image.Paletted {
	h := histogram{}
	h.addImage(img)
	colours := adapt(h, n)
	for _, c := range kept {
		if rgba := (color.RGBA{c.R, c.G, c.B, 0xff}); len(colours) < 256 && !slices.Contains(colours, color.Color(rgba)) {
			colours = append(colours, rgba)
		}
	}
	return paint(img, colours, h.match(colours))
}

// indexed writes a picture of at most n colours with a palette, without loss.
func indexed(img *image.RGBA, n int) (*image.Paletted, bool) {
	h := histogram{}
	h.addImage(img)
	if len(h) > n {
		return nil, false
	}
	keys := make([]uint32, 0, len(h))
	for k := range h {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	colours := make(color.Palette, len(keys))
	for i, k := range keys {
		colours[i] = color.RGBA{uint8(k >> 16), uint8(k >> 8), uint8(k), 0xff}
	}
	return paint(img, colours, h.match(colours)), true
}
