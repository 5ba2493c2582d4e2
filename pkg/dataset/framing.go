package dataset

import (
	"context"
	"image"

	"hgn.local/pkg/badinput"
)

// Region is a rectangle of pixels of a picture, counted from its upper left corner. The zero value is the whole picture.
type Region struct {
	X, Y          int // the left and the upper edge
	Width, Height int
}

func (r Region) rectangle() image.Rectangle { return image.Rect(r.X, r.Y, r.X+r.Width, r.Y+r.Height) }

// check refuses a region that is none.
func (r Region) check() error {
	if r != (Region{}) && (r.X < 0 || r.Y < 0 || r.Width < 1 || r.Height < 1 || max(r.X, r.Y, r.Width, r.Height) > maxPicture) {
		return badinput.Errorf("CropTo says %d,%d,%d,%d: give the left and the upper edge, the width and the height of the part to keep, in pixels", r.X, r.Y, r.Width, r.Height)
	}
	return nil
}

// framed returns the films with only the part of their pictures, and only those of their frames, that the options keep.
func (o ImportOptions) framed(all []film) ([]film, error) {
	out := make([]film, len(all))
	for i, f := range all {
		out[i].name = f.name
		start := 0
		for _, r := range f.reels {
			if in := image.Rect(0, 0, r.width, r.height); !o.CropTo.rectangle().In(in) {
				return nil, badinput.Errorf("%s is %dx%d pixels, and CropTo asks for %dx%d of them from %d,%d on: choose a part within the picture",
					r.name, r.width, r.height, o.CropTo.Width, o.CropTo.Height, o.CropTo.X, o.CropTo.Y)
			}
			first, end := kept(start, o.Every), kept(start+r.frames, o.Every)
			if end > first {
				out[i].reels = append(out[i].reels, o.part(r, start, first, end))
			}
			start += r.frames
		}
	}
	return out, nil
}

// kept returns how many of a film's first n frames are kept, if each every-th is, beginning with the first.
func kept(n, every int) int { return (n + max(1, every) - 1) / max(1, every) }

// part returns a reel that shows the kept part of its pictures, and only the kept frames of its film, whose numbers are first
// to end-1; start is the number in the film of the reel's first frame.
func (o ImportOptions) part(r reel, start, first, end int) reel {
	out := r
	out.frames = end - first
	if o.CropTo != (Region{}) {
		out.width, out.height = o.CropTo.Width, o.CropTo.Height
	}
	out.read = func(ctx context.Context, see func(t, n int, frame image.Image)) error {
		return r.read(ctx, func(t, n int, picture image.Image) {
			from, to := kept(start+t, o.Every), kept(start+t+n, o.Every)
			if to == from {
				return
			}
			if o.CropTo != (Region{}) {
				picture = cut(picture, o.CropTo.rectangle())
			}
			see(from-first, to-from, picture)
		})
	}
	return out
}

// cut returns a part of a picture, which shares its pixels.
func cut(picture image.Image, part image.Rectangle) image.Image {
	part = part.Add(picture.Bounds().Min)
	if p, ok := picture.(interface {
		SubImage(r image.Rectangle) image.Image
	}); ok {
		return p.SubImage(part)
	}
	return window{picture, part}
}

// window shows a part of a picture.
type window struct {
	image.Image
	part image.Rectangle
}

// Bounds implements image.Image.
func (w window) Bounds() image.Rectangle { return w.part }
