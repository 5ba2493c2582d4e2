package pictures

import (
	"image"
	"image/color"
)

// Upright turns a stored picture as the Exif tag Orientation says: 1 as it is stored; 2 mirrored from left to right;
// 3 turned by 180 degrees; 4 mirrored from top to bottom; 5 mirrored at the diagonal from the upper left; 6 turned by
// 90 degrees clockwise; 7 mirrored at the other diagonal; 8 turned by 90 degrees counter-clockwise.
func Upright(stored image.Image, orientation int) image.Image {
	if orientation <= 1 || orientation > 8 {
		return stored
	}
	return turned{stored, orientation}
}

// Size returns the width and height of a picture once it is upright.
func (i Info) Size(width, height int) (int, int) {
	if i.Orientation >= 5 {
		return height, width
	}
	return width, height
}

// turned shows a stored picture in another orientation.
type turned struct {
	stored      image.Image
	orientation int
}

// ColorModel implements image.Image.
func (t turned) ColorModel() color.Model { return t.stored.ColorModel() }

// Bounds implements image.Image.
func (t turned) Bounds() image.Rectangle {
	width, height := Info{Orientation: t.orientation}.Size(t.stored.Bounds().Dx(), t.stored.Bounds().Dy())
	return image.Rect(0, 0, width, height)
}

// At implements image.Image.
func (t turned) At(x, y int) color.Color {
	b := t.stored.Bounds()
	right, bottom := b.Dx()-1, b.Dy()-1
	switch t.orientation {
	case 2:
		x = right - x
	case 3:
		x, y = right-x, bottom-y
	case 4:
		y = bottom - y
	case 5:
		x, y = y, x
	case 6:
		x, y = y, bottom-x
	case 7:
		x, y = right-y, bottom-x
	case 8:
		x, y = right-y, x
	}
	return t.stored.At(b.Min.X+x, b.Min.Y+y)
}
