package plots

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// look writes a picture where a person can look at it, if the environment
// variable PLOTS_LOOK names a folder.
func look(t testing.TB, name string, p *Picture) {
	t.Helper()
	dir := os.Getenv("PLOTS_LOOK")
	if dir == "" {
		return
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	save := p.SavePNG
	ext := ".png"
	if p.Animated() {
		save, ext = p.SaveGIF, ".gif"
	}
	if err := save(filepath.Join(dir, name+ext)); err != nil {
		t.Fatal(err)
	}
}

// A pendulum of mass 1/2, length 1 and gravity 3, as in the HGN paper.
func pendulumEnergy(q, p float64) float64 { return p*p + 1.5*(1-math.Cos(q)) }

// swing integrates the pendulum by leapfrog in fine steps and returns n states
// dt apart; dt may be negative.
func swing(q, p, dt float64, n int) (qs, ps []float64) {
	const fine = 200
	h := dt / fine
	for range n {
		qs, ps = append(qs, q), append(ps, p)
		for range fine {
			p -= h / 2 * 1.5 * math.Sin(q)
			q += h * 2 * p
			p -= h / 2 * 1.5 * math.Sin(q)
		}
	}
	return qs, ps
}

// bob draws a pendulum frame: a soft-edged disc on slate, with noise as a
// learned decoder leaves.
func bob(q float64, size int, noise float64, r *rand.Rand) []uint8 {
	frame := make([]uint8, size*size*3)
	cx, cy := math.Sin(q), -math.Cos(q)
	for i := range size {
		for j := range size {
			x := (float64(j)+0.5)/float64(size)*3 - 1.5
			y := 1.5 - (float64(i)+0.5)/float64(size)*3
			a := 1 / (1 + math.Exp((math.Hypot(x-cx, y-cy)-0.4)*18))
			for c, bg := range [3]float64{81, 88, 93} {
				fg := [3]float64{230, 126, 34}[c]
				v := bg + a*(fg-bg) + noise*r.NormFloat64()
				frame[(i*size+j)*3+c] = uint8(math.Min(255, math.Max(0, v)))
			}
		}
	}
	return frame
}

func film(qs []float64, size int, noise float64) [][]uint8 {
	r := rand.New(rand.NewPCG(7, 11))
	frames := make([][]uint8, len(qs))
	for i, q := range qs {
		frames[i] = bob(q, size, noise, r)
	}
	return frames
}

// times returns n times dt apart.
func times(n int, dt float64) []float64 {
	ts := make([]float64, n)
	for i := range ts {
		ts[i] = float64(i) * dt
	}
	return ts
}

// lossCurve is a training loss as it looks: a plateau, a fall, noise.
func lossCurve(n int, floor, noise float64, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 3))
	ys := make([]float64, n)
	for i := range ys {
		s := float64(i) / float64(n)
		ys[i] = (floor + 62/(1+math.Exp((s-0.25)*22)) + 9*math.Exp(-4*s)) * math.Exp(noise*r.NormFloat64())
	}
	return ys
}

// count returns how many pixels have exactly the colour.
func count(img image.Image, c color.NRGBA) int {
	n := 0
	b := img.Bounds()
	want := color.RGBA{c.R, c.G, c.B, 0xff}
	rgba, fast := img.(*image.RGBA)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if fast && rgba.RGBAAt(x, y) == want || !fast && color.RGBAModel.Convert(img.At(x, y)) == want {
				n++
			}
		}
	}
	return n
}
