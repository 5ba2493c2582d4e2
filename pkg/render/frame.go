package render

import (
	"math"

	"hgn.local/pkg/physics"
)

// Background is the colour of every pixel that no disc covers.
var Background = [3]uint8{81, 88, 93}

// edgesPerExtent is the number of edge half widths in the canvas' half width (0.1 on the pendulum's [-1.5, 1.5]²).
const edgesPerExtent = 15

// Frame draws the system s at the positions q into dst, which holds at least size*size*3 bytes.
func Frame(s physics.System, q []float64, size int, dst []uint8) {
	Disks(s.Disks(q), s.Extent(), size, dst)
}

// Disks draws the discs on the canvas [-extent, extent]² into dst, which holds at least size*size*3 bytes. Later
// discs lie in front of earlier ones. A disc outside the canvas, or at a NaN position, is not drawn.
func Disks(disks []physics.Disk, extent float64, size int, dst []uint8) {
	dst = dst[:size*size*3]
	fill(dst, Background)
	pixel := 2 * extent / float64(size)
	edge := max(extent/edgesPerExtent, pixel)
	for _, d := range disks {
		if d.Along != [2]float64{} {
			blendRod(d, extent, pixel, edge, size, dst)
		} else {
			blend(d, extent, pixel, edge, size, dst)
		}
	}
}

// fill paints every pixel of dst in one colour.
func fill(dst []uint8, color [3]uint8) {
	for n := copy(dst, color[:]); n < len(dst); n *= 2 {
		copy(dst[n:], dst[:n])
	}
}

// blend draws one disc over the content of dst. It visits only the rows, and in each row only the columns, that the
// disc touches, and takes square roots only within its edge.
func blend(d physics.Disk, extent, pixel, edge float64, size int, dst []uint8) {
	outer := d.Radius + edge
	inner := max(0, d.Radius-edge)
	outer2, inner2 := outer*outer, inner*inner
	if d.Radius <= 0 {
		return
	}
	top, bottom := pixelRange((extent-d.Y-outer)/pixel, (extent-d.Y+outer)/pixel, size)
	for i := top; i < bottom; i++ {
		dy := extent - (float64(i)+0.5)*pixel - d.Y
		half2 := outer2 - dy*dy
		if half2 <= 0 {
			continue
		}
		half := math.Sqrt(half2)
		left, right := pixelRange((d.X-half+extent)/pixel, (d.X+half+extent)/pixel, size)
		for j := left; j < right; j++ {
			dx := -extent + (float64(j)+0.5)*pixel - d.X
			r2 := dx*dx + dy*dy
			o := 3 * (i*size + j)
			px := dst[o : o+3 : o+3]
			if r2 <= inner2 {
				px[0], px[1], px[2] = d.Color[0], d.Color[1], d.Color[2]
				continue
			}
			cover(px, d.Color, d.Radius-math.Sqrt(r2), edge)
		}
	}
}

// cover paints a pixel in a colour by the share that belongs to the depth of its centre below the edge of a shape.
func cover(px []uint8, color [3]uint8, depth, edge float64) {
	u := min(1, max(0, 0.5+depth/(2*edge)))
	a := u * u * (3 - 2*u)
	for c := range px {
		under := float64(px[c])
		px[c] = uint8(under + a*(float64(color[c])-under) + 0.5)
	}
}

// blendRod draws one rod over the content of dst.
func blendRod(d physics.Disk, extent, pixel, edge float64, size int, dst []uint8) {
	if d.Radius <= 0 {
		return
	}
	outer := d.Radius + edge
	x0, x1 := min(d.X, d.X+d.Along[0])-outer, max(d.X, d.X+d.Along[0])+outer
	y0, y1 := min(d.Y, d.Y+d.Along[1])-outer, max(d.Y, d.Y+d.Along[1])+outer
	top, bottom := pixelRange((extent-y1)/pixel, (extent-y0)/pixel, size)
	left, right := pixelRange((x0+extent)/pixel, (x1+extent)/pixel, size)
	length2 := d.Along[0]*d.Along[0] + d.Along[1]*d.Along[1]
	for i := top; i < bottom; i++ {
		y := extent - (float64(i)+0.5)*pixel - d.Y
		for j := left; j < right; j++ {
			x := -extent + (float64(j)+0.5)*pixel - d.X
			along := min(1, max(0, (x*d.Along[0]+y*d.Along[1])/length2)) // the nearest point of the rod's axis
			dx, dy := x-along*d.Along[0], y-along*d.Along[1]
			o := 3 * (i*size + j)
			cover(dst[o:o+3:o+3], d.Color, d.Radius-math.Sqrt(dx*dx+dy*dy), edge)
		}
	}
}

// pixelRange returns the pixels first..end-1 of a row or column of n whose area meets the interval [lo, hi], measured
// in pixels from its start. It is empty for an interval outside the row, or one that is not a number.
func pixelRange(lo, hi float64, n int) (first, end int) {
	if !(lo < float64(n) && hi > 0) {
		return 0, 0
	}
	return int(max(0, lo)), int(min(float64(n), math.Ceil(hi)))
}
