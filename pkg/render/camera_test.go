package render

import (
	"bytes"
	"math"
	"testing"

	"hgn.local/pkg/physics"
)

// shoot takes a picture of a red ball at each of the places, which the exposure blends.
func shoot(c Camera, i int, places ...[2]float64) []uint8 {
	var moments [][]physics.Disk
	for _, at := range places {
		moments = append(moments, []physics.Disk{{X: at[0], Y: at[1], Radius: 0.2, Color: [3]uint8{250, 0, 0}}})
	}
	rgb := make([]uint8, c.Width*c.Height*3)
	c.Shot()(i, moments, rgb)
	return rgb
}

// ball returns how many pixels the ball covers, judged by their redness, and their middle.
func ball(c Camera, rgb []uint8) (area, x, y float64) {
	for k := range c.Width * c.Height {
		if red := float64(rgb[3*k]) - 2*float64(rgb[3*k+2]); red > 60 {
			area, x, y = area+1, x+float64(k%c.Width), y+float64(k/c.Width)
		}
	}
	return area, x / area, y / area
}

func TestACameraSeesInPerspective(t *testing.T) {
	c := Camera{Width: 160, Height: 120, Extent: 1.5, Seed: 3}
	near, x, _ := ball(c, shoot(c, 0, [2]float64{1, 0})) // the camera stands to the right
	far, left, _ := ball(c, shoot(c, 0, [2]float64{-1, 0}))
	middle, cx, cy := ball(c, shoot(c, 0, [2]float64{0, 0}))
	if !(near > 1.2*far && near > middle && middle > far) {
		t.Errorf("the ball covers %g pixels near the camera, %g in the middle, %g far away", near, middle, far)
	}
	if math.Abs(cx-79.5) > 1.5 || math.Abs(cy-59.5) > 1.5 || x < cx+30 || left > cx-20 {
		t.Errorf("the ball is at %g, %g and %g, and in the middle at height %g", left, cx, x, cy)
	}
	blurred, _, _ := ball(c, shoot(c, 0, [2]float64{-0.1, 0}, [2]float64{0, 0}, [2]float64{0.1, 0}, [2]float64{0.2, 0}))
	if blurred == middle {
		t.Error("a ball that moves during the exposure is as sharp as one at rest")
	}
}

func TestTheNoiseOfASensor(t *testing.T) {
	c := Camera{Width: 80, Height: 60, Extent: 1.5, Seed: 3}
	still := shoot(c, 0, [2]float64{9, 9})
	if !bytes.Equal(still, shoot(c, 1, [2]float64{9, 9})) {
		t.Error("pictures of an empty scene differ without noise")
	}
	c.Noise = 8
	first, second := shoot(c, 0, [2]float64{9, 9}), shoot(c, 1, [2]float64{9, 9})
	if bytes.Equal(first, second) || !bytes.Equal(first, shoot(c, 0, [2]float64{9, 9})) {
		t.Error("the noise is not that of the picture's number")
	}
	sum, want := 0.0, 0.0
	for k := range still {
		d := float64(first[k]) - float64(still[k])
		sum, want = sum+d*d, want+64*float64(still[k])/255
	}
	if r := math.Sqrt(sum / want); math.Abs(r-1) > 0.05 {
		t.Errorf("the noise is %.2f times as strong as it should be", r)
	}
}
