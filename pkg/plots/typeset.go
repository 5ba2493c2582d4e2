package plots

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

type textStyle = text.Style

// typeset is gonum's plain text handler that also writes superscripts (⁻¹²…) and
// subscripts (₁₂…). The Liberation fonts lack ⁰, ⁹, ⁻ and ⁺ and set subscripts
// apart from their letter: typeset draws small ordinary digits, raised or lowered.
type typeset struct{ text.Plain }

const (
	superSize = 0.72 // of the font size
	superRise = 0.36 // of the font size
	subDrop   = 0.16 // of the font size
)

// superscripts replaces digits and the minus sign by superscripts.
var superscripts = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹", "-", "⁻")

// superscript writes an integer in superscript digits.
func superscript(n int) string { return superscripts.Replace(strconv.Itoa(n)) }

// plainOf holds the ordinary letter for each superscript.
var plainOf = map[rune]rune{
	'⁰': '0', '¹': '1', '²': '2', '³': '3', '⁴': '4', '⁵': '5', '⁶': '6', '⁷': '7', '⁸': '8', '⁹': '9',
	'⁻': '−', '⁺': '+',
}

// A run is a piece of a line whose letters are all raised, all lowered or all
// ordinary.
type run struct {
	text string
	rise float64 // of the font size; 0: ordinary letters
}

// runs splits a line into runs.
func runs(line string) []run {
	var out []run
	for _, r := range line {
		plain, rise := r, 0.0
		if digit, raised := plainOf[r]; raised {
			plain, rise = digit, superRise
		} else if r >= '₀' && r <= '₉' {
			plain, rise = '0'+r-'₀', -subDrop
		}
		if n := len(out); n > 0 && out[n-1].rise == rise {
			out[n-1].text += string(plain)
		} else {
			out = append(out, run{string(plain), rise})
		}
	}
	return out
}

// face returns the font face of ordinary or small letters.
func (h typeset) face(f font.Font, small bool) font.Face {
	size := f.Size
	if small {
		size *= superSize
	}
	return h.Fonts.Lookup(f, size)
}

// width returns the width of one line.
func (h typeset) width(line string, f font.Font) vg.Length {
	var w vg.Length
	for _, r := range runs(line) {
		face := h.face(f, r.rise != 0)
		w += face.Width(r.text)
	}
	return w
}

// Box returns the width, height and depth of one line.
func (h typeset) Box(line string, f font.Font) (width, height, depth vg.Length) {
	_, height, depth = h.Plain.Box("", f)
	return h.width(line, f), height, depth
}

// Draw writes txt at pt, with sty's alignment and rotation. It puts the baselines where gonum's plain handler does.
func (h typeset) Draw(c vg.Canvas, txt string, sty text.Style, pt vg.Point) {
	txt = strings.TrimRight(txt, "\n")
	if txt == "" {
		return
	}
	c.SetColor(sty.Color)
	if sty.Rotation != 0 {
		c.Push()
		defer c.Pop()
		c.Rotate(sty.Rotation)
	}
	sin, cos := math.Sincos(sty.Rotation)
	pt.X, pt.Y = pt.Y*vg.Length(sin)+pt.X*vg.Length(cos), pt.Y*vg.Length(cos)-pt.X*vg.Length(sin)
	pt.Y += sty.Height(txt)*vg.Length(sty.YAlign) - h.Extents(sty.Font).Ascent
	lines := h.Lines(txt)
	for i, line := range lines {
		x := pt.X + vg.Length(sty.XAlign)*h.width(line, sty.Font)
		y := pt.Y + vg.Length(len(lines)-i)*sty.Font.Size
		for _, r := range runs(line) {
			face := h.face(sty.Font, r.rise != 0)
			rise := sty.Font.Size * vg.Length(r.rise)
			c.FillString(face, vg.Point{X: x, Y: y + rise}, r.text)
			x += face.Width(r.text)
		}
	}
}
