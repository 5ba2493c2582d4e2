package density

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif"  // FromPicture reads GIF,
	_ "image/jpeg" // JPEG
	_ "image/png"  // and PNG.
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"hgn.local/kernels_xla/scalar"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/pictures"
)

// Pixels is a density in the plane that is constant within each cell of a grid of square cells centred on the origin.
type Pixels struct {
	name          string
	columns, rows int
	side          float64   // of a cell
	shares        []float64 // probability of each cell, top row first
	pick          choice
}

// NewPixels returns the density with a weight for each cell of a grid, row-major from the top row down; the longer
// side of the grid spans [-4, 4]. Weights must not be negative and not all zero.
func NewPixels(name string, columns, rows int, weights []float64) (*Pixels, error) {
	if columns < 1 || rows < 1 || len(weights) != columns*rows {
		return nil, badinput.Errorf("a grid of %d x %d cells has %d weights: give one for each cell, row by row", columns, rows, len(weights))
	}
	some := false
	for i, w := range weights {
		if !(w >= 0) || math.IsInf(w, 0) {
			return nil, badinput.Errorf("weight %d of a grid of cells is %v: give numbers of zero or more", i, w)
		}
		some = some || w > 0
	}
	if !some {
		return nil, badinput.Errorf("the picture of %q has no weight anywhere: a density needs at least one pixel that is not empty", name)
	}
	p := &Pixels{name: name, columns: columns, rows: rows, side: 8 / float64(max(columns, rows))}
	p.pick, p.shares = newChoice(weights)
	return p, nil
}

// GridCells is a number of cells along an edge of a grid over [-4, 4]² that is fine enough for a density that is known
// at every point.
const GridCells = 400

// GridPoints returns the centres of the cells of a grid of cells x cells over [-4, 4]², row-major from the top row down,
// [cells², 2].
func GridPoints(cells int) []float64 {
	at := func(i int) float64 { return -4 + 8*(float64(i)+0.5)/float64(cells) }
	out := make([]float64, 0, 2*cells*cells)
	for row := range cells {
		for column := range cells {
			out = append(out, at(column), -at(row))
		}
	}
	return out
}

// FromLogs returns the density over [-4, 4]² with the given logarithms at the GridPoints, up to a constant: -Inf where it is
// zero, as NaN says too.
func FromLogs(name string, cells int, logs []float64) (*Pixels, error) {
	highest := math.Inf(-1)
	for _, l := range logs {
		if l > highest {
			highest = l
		}
	}
	if math.IsInf(highest, 0) {
		return nil, badinput.Errorf("the density %q is zero all over [-4, 4]², or infinite somewhere: move it there, or bound it", name)
	}
	weights := make([]float64, len(logs))
	for i, l := range logs {
		if !math.IsNaN(l) {
			weights[i] = scalar.Exp(l - highest)
		}
	}
	return NewPixels(name, cells, cells, weights)
}

// Checkerboard returns the uniform density on every second field of a board of n x n fields over [-4, 4]², the upper
// left one included.
func Checkerboard(n int) (*Pixels, error) {
	if n < 1 || n > 1000 {
		return nil, badinput.Errorf("a checkerboard of %d x %d fields cannot be made: ask for 1 to 1000", n, n)
	}
	name := "checkerboard"
	if n != 4 {
		name += fmt.Sprint(n)
	}
	weights := make([]float64, n*n)
	for i := range weights {
		weights[i] = float64((i/n + i%n + 1) % 2)
	}
	return NewPixels(name, n, n, weights)
}

// FromImage returns a density whose weights are the grey levels of an image: light pixels are dense, or with ink the
// dark ones are. Transparent pixels have weight zero.
func FromImage(name string, img image.Image, ink bool) (*Pixels, error) {
	b := img.Bounds()
	weights := make([]float64, 0, b.Dx()*b.Dy())
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := img.At(x, y)
			grey := float64(color.Gray16Model.Convert(c).(color.Gray16).Y) // premultiplied by alpha
			if _, _, _, alpha := c.RGBA(); ink {
				grey = math.Max(float64(alpha)-grey, 0)
			}
			weights = append(weights, grey)
		}
	}
	return NewPixels(name, b.Dx(), b.Dy(), weights)
}

// maxPixels is the largest size of a picture: 16 megapixels.
const maxPixels = 16 << 20

// FromPicture reads a PNG, JPEG or GIF file for FromImage, and turns it as its Exif tag Orientation says. It refuses
// animations.
func FromPicture(path string, ink bool) (*Pixels, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, badinput.Errorf("cannot read the picture %s: %w", path, unpathed(err))
	}
	defer file.Close()
	head, _, err := image.DecodeConfig(file)
	if err == nil && (head.Width < 1 || head.Height < 1 || head.Width > maxPixels/head.Height) {
		return nil, badinput.Errorf("the picture %s has %d x %d pixels: give it at least one and at most %d megapixels", path, head.Width, head.Height, maxPixels>>20)
	}
	var info pictures.Info
	if err == nil {
		info, err = pictures.Inspect(file)
	}
	if err == nil && info.Frames > 1 {
		return nil, badinput.Errorf("%s is an animation of %d frames: save the one that is the density as a picture of its own", path, info.Frames)
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	var img image.Image
	if err == nil {
		img, _, err = image.Decode(file)
	}
	if err != nil {
		return nil, badinput.Errorf("%s is no PNG, JPEG or GIF picture that can be read: %w", path, err)
	}
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return FromImage(name, pictures.Upright(img, info.Orientation), ink)
}

// unpathed drops the path from an error of package os, for a sentence that already has the path.
func unpathed(err error) error {
	var at *os.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// Name implements Target.
func (p *Pixels) Name() string { return p.name }

// Dim implements Target.
func (p *Pixels) Dim() int { return 2 }

// Sample implements Target.
func (p *Pixels) Sample(r *rand.Rand, n int) []float64 {
	out := make([]float64, 0, 2*n)
	for range n {
		k := p.pick.draw(r)
		column, row := float64(k%p.columns)+r.Float64(), float64(k/p.columns)+r.Float64()
		out = append(out, (column-float64(p.columns)/2)*p.side, (float64(p.rows)/2-row)*p.side)
	}
	return out
}

// LogDensity implements Exact.
func (p *Pixels) LogDensity(x []float64) float64 {
	atLength(x, 2)
	column, row := math.Floor(x[0]/p.side+float64(p.columns)/2), math.Floor(float64(p.rows)/2-x[1]/p.side)
	if !(column >= 0 && column < float64(p.columns) && row >= 0 && row < float64(p.rows)) {
		return math.Inf(-1)
	}
	return math.Log(p.shares[int(row)*p.columns+int(column)] / (p.side * p.side))
}

// Entropy returns the exact value: -Σ w log(w / cell area).
func (p *Pixels) Entropy() float64 {
	sum := 0.0
	for _, w := range p.shares {
		if w > 0 {
			sum -= w * math.Log(w/(p.side*p.side))
		}
	}
	return sum
}
