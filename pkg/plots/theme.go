package plots

import (
	"image/color"
	"slices"
	"strings"

	stdfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Scale is the number of image pixels per CSS pixel in each direction.
const Scale = 2

// Sizes of text and margins in CSS pixels; one vg point is one CSS pixel.
const (
	titleSize = 15
	labelSize = 13.5
	tickSize  = 12
	smallSize = 11.5
	margin    = 12
	lineWidth = 1.8
)

var (
	ink       = color.NRGBA{0x26, 0x26, 0x26, 0xff} // text
	softInk   = color.NRGBA{0x6b, 0x6b, 0x6b, 0xff} // reference lines, captions
	axisGrey  = color.NRGBA{0x8c, 0x8c, 0x8c, 0xff}
	gridGrey  = color.NRGBA{0xe8, 0xe8, 0xe8, 0xff}
	shadeGrey = color.NRGBA{0xdc, 0xdf, 0xe3, 0xff} // histograms
	paper     = color.NRGBA{0xff, 0xff, 0xff, 0xff}
)

// The colours of Okabe and Ito, without the yellow that vanishes on white.
var (
	blue       = color.NRGBA{0x00, 0x72, 0xb2, 0xff}
	vermillion = color.NRGBA{0xd5, 0x5e, 0x00, 0xff}
	green      = color.NRGBA{0x00, 0x9e, 0x73, 0xff}
	purple     = color.NRGBA{0xcc, 0x79, 0xa7, 0xff}
	orange     = color.NRGBA{0xe6, 0x9f, 0x00, 0xff}
	sky        = color.NRGBA{0x56, 0xb4, 0xe9, 0xff}
	black      = color.NRGBA{0x00, 0x00, 0x00, 0xff}
)

// Palette returns the colours in which lines without a role are drawn, one after the other.
func Palette() []color.NRGBA { return []color.NRGBA{blue, vermillion, green, purple, orange, sky} }

// DarkFilter is the CSS filter by which a page in a dark theme shows a picture whose [Picture.Recolours] is true: paper
// becomes nearly black and ink pale, and colours keep their hue.
const DarkFilter = "invert(0.93) hue-rotate(180deg)"

// Style says how to draw a line. The zero Style leaves the choice to the line's name.
type Style struct {
	Color  color.NRGBA
	Dashes []float64 // lengths of strokes and gaps in CSS pixels; nil: solid
	Width  float64   // CSS pixels; 0: the theme's
}

func (s Style) isZero() bool { return s.Color == color.NRGBA{} }

// roles maps the words that name a role to its style. The dashes distinguish the roles in black and white.
var roles = []struct {
	words []string
	style Style
}{
	{[]string{"true", "truth"}, Style{Color: black, Dashes: []float64{5, 3.5}, Width: 1.5}},
	{[]string{"backward"}, Style{Color: vermillion, Dashes: []float64{10, 3}}},
	{[]string{"double"}, Style{Color: green, Dashes: []float64{8, 3, 2, 3}}},
	{[]string{"half"}, Style{Color: sky, Dashes: []float64{3, 2}}},
	{[]string{"forward"}, Style{Color: blue}},
	{[]string{"learned"}, Style{Color: purple, Width: 2.4}},
}

// StyleOf returns the style of the role that a name contains, and whether it contains one. It looks for the words
// "true" or "truth", "backward", "double", "half", "forward" and "learned", in this order.
func StyleOf(name string) (Style, bool) {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r < 'a' || r > 'z' })
	for _, role := range roles {
		for _, word := range role.words {
			if slices.Contains(words, word) || slices.Contains(words, word+"s") {
				return role.style, true
			}
		}
	}
	return Style{}, false
}

// stylesFor returns the style of each name: its role's, or else the next colour of
// the palette that no role among the names uses.
func stylesFor(names []string) []Style {
	cycle := Palette()
	used := map[color.NRGBA]bool{}
	styles := make([]Style, len(names))
	for i, name := range names {
		if s, ok := StyleOf(name); ok {
			styles[i] = s
			used[s.Color] = true
		}
	}
	free := append(slices.DeleteFunc(cycle, func(c color.NRGBA) bool { return used[c] }), softInk)
	next := 0
	for i := range styles {
		if styles[i].isZero() {
			styles[i].Color = free[next%len(free)]
			// On the second round through the palette, dashes distinguish the lines; grey is too near to other colours for
			// some eyes.
			switch {
			case next >= len(free):
				styles[i].Dashes = []float64{6, 3}
			case styles[i].Color == softInk:
				styles[i].Dashes = []float64{2, 2.5}
			}
			next++
		}
	}
	return styles
}

// Styles returns the styles of n series without roles, as Curves chooses them.
func Styles(n int) []Style { return stylesFor(make([]string, n)) }

// line converts a Style to gonum's.
func (s Style) line() draw.LineStyle {
	w := s.Width
	if w == 0 {
		w = lineWidth
	}
	dashes := make([]vg.Length, len(s.Dashes))
	for i, d := range s.Dashes {
		dashes[i] = vg.Length(d)
	}
	return draw.LineStyle{Color: s.Color, Width: vg.Length(w), Dashes: dashes}
}

// faded mixes a colour with the paper: share 1 is the colour, 0 is white.
func faded(c color.NRGBA, share float64) color.NRGBA { return mix(paper, c, share) }

// writing returns a text style of the theme's typeface.
func writing(size float64, c color.Color, bold bool) text.Style {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Length(size)}
	if bold {
		f.Weight = stdfont.WeightBold
	}
	return text.Style{Color: c, Font: f, XAlign: draw.XLeft, YAlign: draw.YBottom, Handler: typeset{text.Plain{Fonts: font.DefaultCache}}}
}

// newPlot returns an empty plot in the theme, with a light grid and thin axes.
func newPlot(x, y string) *plot.Plot {
	p := newAxes(x, y)
	g := plotter.NewGrid()
	g.Vertical = draw.LineStyle{Color: gridGrey, Width: 0.7}
	g.Horizontal = g.Vertical
	p.Add(g)
	return p
}

// newAxes returns an empty plot in the theme, without a grid.
func newAxes(x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	p.TextHandler = writing(tickSize, ink, false).Handler
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		tick, label := writing(tickSize, ink, false), writing(labelSize, ink, false)
		tick.XAlign, tick.YAlign = a.Tick.Label.XAlign, a.Tick.Label.YAlign
		label.XAlign, label.YAlign = a.Label.TextStyle.XAlign, a.Label.TextStyle.YAlign
		a.Tick.Label, a.Label.TextStyle = tick, label
		a.LineStyle = draw.LineStyle{Color: axisGrey, Width: 0.8}
		a.Tick.LineStyle = a.LineStyle
		a.Tick.Length = 4
		a.Padding = 0
		a.Label.Padding = 3
	}
	p.X.Label.Text, p.Y.Label.Text = x, y
	p.X.Tick.Marker = linearTicks{want: 8}
	p.Y.Tick.Marker = linearTicks{want: 6}
	return p
}
