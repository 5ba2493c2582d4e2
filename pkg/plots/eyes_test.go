package plots

import (
	"image/color"
	"math"
	"testing"
)

// linear undoes sRGB's transfer function.
func linear(c color.NRGBA) (l [3]float64) {
	for i, v := range []uint8{c.R, c.G, c.B} {
		x := float64(v) / 255
		if l[i] = x / 12.92; x > 0.04045 {
			l[i] = math.Pow((x+0.055)/1.055, 2.4)
		}
	}
	return l
}

// inDark is a colour as DarkFilter shows it. The matrix of hue-rotate(180deg) is that of the Filter Effects specification.
func inDark(c color.NRGBA) color.NRGBA {
	const amount = 0.93
	inverted := [3]float64{}
	for i, v := range []uint8{c.R, c.G, c.B} {
		inverted[i] = float64(v)*(1-2*amount) + 255*amount
	}
	turned := times3([3][3]float64{{-0.574, 1.43, 0.144}, {0.426, 0.43, 0.144}, {0.426, 1.43, -0.856}}, inverted)
	at := func(i int) uint8 { return uint8(math.Round(math.Min(255, math.Max(0, turned[i])))) }
	return color.NRGBA{at(0), at(1), at(2), 0xff}
}

func times3(m [3][3]float64, v [3]float64) (out [3]float64) {
	for i, row := range m {
		for j, x := range row {
			out[i] += x * v[j]
		}
	}
	return out
}

// contrast is that of WCAG 2.
func contrast(a, b color.NRGBA) float64 {
	luminance := func(c color.NRGBA) float64 { l := linear(c); return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2] + 0.05 }
	x, y := luminance(a), luminance(b)
	return math.Max(x, y) / math.Min(x, y)
}

// All text has a contrast of 4.5 and more: on its paper, on the paper of a dark page, and on dark themes themselves.
func TestContrastOfText(t *testing.T) {
	for name, text := range map[string]color.NRGBA{"ink": ink, "softInk": softInk} {
		for where, on := range map[string][2]color.NRGBA{
			"paper":                  {text, paper},
			"dark paper":             {inDark(text), inDark(paper)},
			"JupyterLab's dark page": {inDark(text), {0x11, 0x11, 0x11, 0xff}},
			"the dark exported page": {inDark(text), {0x0d, 0x11, 0x17, 0xff}},
		} {
			if got := contrast(on[0], on[1]); got < 4.5 {
				t.Errorf("%s on %s has a contrast of %.2f", name, where, got)
			}
		}
	}
	if got := contrast(axisGrey, paper); got > 4.5 {
		t.Errorf("the axes' grey has a contrast of %.2f: then it may be used for text", got)
	}
}

// seen are the colours of light that eyes of a kind see: the matrices of Machado, Oliveira and Fernandes (2009), for
// severity 1, on linear light.
var seen = map[string][3][3]float64{
	"all cones":    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

// lab is the colour in CIELAB, for D65, in which distances are about those that people see: 2.3 is just noticed.
func lab(c color.NRGBA, eyes [3][3]float64) [3]float64 {
	l := times3(eyes, linear(c))
	for i := range l {
		l[i] = math.Min(1, math.Max(0, l[i]))
	}
	f := func(t float64) float64 {
		if t > 0.008856 {
			return math.Cbrt(t)
		}
		return 7.787*t + 16.0/116
	}
	x := f((0.4124564*l[0] + 0.3575761*l[1] + 0.1804375*l[2]) / 0.95047)
	y := f(0.2126729*l[0] + 0.7151522*l[1] + 0.0721750*l[2])
	z := f((0.0193339*l[0] + 0.1191920*l[1] + 0.9503041*l[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// The colours of lines differ for eyes that lack a kind of cone, on light and on dark pages. Any two lines of a picture have
// one of these colours each, or dashes.
func TestColoursForAllEyes(t *testing.T) {
	palette := map[string]color.NRGBA{}
	for i, s := range stylesFor(make([]string, 7)) {
		if s.Dashes == nil {
			palette[[]string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh"}[i]] = s.Color
		}
	}
	palette["true"] = black
	if len(palette) != 7 {
		t.Fatalf("the palette has %d colours", len(palette))
	}
	closest := func(eyes [3][3]float64, shown func(color.NRGBA) color.NRGBA) (least float64, pair string) {
		least = math.Inf(1)
		for a, x := range palette {
			for b, y := range palette {
				u, v := lab(shown(x), eyes), lab(shown(y), eyes)
				if d := math.Sqrt((u[0]-v[0])*(u[0]-v[0]) + (u[1]-v[1])*(u[1]-v[1]) + (u[2]-v[2])*(u[2]-v[2])); a < b && d < least {
					least, pair = d, a+" and "+b
				}
			}
		}
		return least, pair
	}
	for eyes, m := range seen {
		if d, pair := closest(m, func(c color.NRGBA) color.NRGBA { return c }); d < 15 {
			t.Errorf("%s, light page: the colours %s are %.1f apart", eyes, pair, d)
		}
		if d, pair := closest(m, inDark); d < 12 {
			t.Errorf("%s, dark page: the colours %s are %.1f apart", eyes, pair, d)
		}
	}
	palette["grey"] = softInk
	if d, _ := closest(seen["deuteranopia"], func(c color.NRGBA) color.NRGBA { return c }); d > 15 {
		t.Errorf("with the grey, which is dashed because of it, the colours are %.1f apart: the test cannot fail", d)
	}
}
