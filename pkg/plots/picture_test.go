package plots

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// checked takes a drawing's result or fails the test, and checks what holds for every picture: the
// PNG decodes to the image's size, is not too large, and its colours are close.
func checked(t *testing.T, name string, p *Picture, err error) *Picture {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	look(t, name, p)
	data, err := p.PNG()
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds() != p.Image().Bounds() {
		t.Fatalf("%s: the PNG is %v, the image %v", name, img.Bounds(), p.Image().Bounds())
	}
	limit := 60 << 10
	if p.exact || p.quick { // noisy frames
		limit = 90 << 10
	}
	if len(data) > limit {
		t.Errorf("%s: the PNG has %d bytes, want less than %d", name, len(data), limit)
	}
	if d := meanDifference(img, p.Image()); d > 1 {
		t.Errorf("%s: the PNG's colours are off by %.2f of 255 on average", name, d)
	}
	if ink := edgeInk(p.still); ink > 0 {
		t.Errorf("%s: %d coloured pixels at the edge of the page: something is clipped", name, ink)
	}
	return p
}

func meanDifference(a, b image.Image) float64 {
	r := a.Bounds()
	total, n := 0, 0
	for y := r.Min.Y; y < r.Max.Y; y += 5 {
		for x := r.Min.X; x < r.Max.X; x += 3 {
			ca, cb := color.RGBAModel.Convert(a.At(x, y)).(color.RGBA), color.RGBAModel.Convert(b.At(x, y)).(color.RGBA)
			total += abs(int(ca.R)-int(cb.R)) + abs(int(ca.G)-int(cb.G)) + abs(int(ca.B)-int(cb.B))
			n += 3
		}
	}
	return float64(total) / float64(n)
}

func abs(v int) int { return max(v, -v) }

// edgeInk counts pixels that are not white in the outermost rows and columns.
func edgeInk(img *image.RGBA) (n int) {
	white := color.RGBA{0xff, 0xff, 0xff, 0xff}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for x := range w {
		for _, y := range []int{0, h - 1} {
			if img.RGBAAt(x, y) != white {
				n++
			}
		}
	}
	for y := range h {
		for _, x := range []int{0, w - 1} {
			if img.RGBAAt(x, y) != white {
				n++
			}
		}
	}
	return n
}

func somePicture(t *testing.T) *Picture {
	p, err := Curves(Chart{Title: "A curve"}, Series{Name: "forward", Y: []float64{1, 3, 2}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSaveReplacesWholeFiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "curve.png")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := somePicture(t)
	if err := p.SavePNG(path); err != nil {
		t.Fatal(err)
	}
	want, _ := p.PNG()
	if got, _ := os.ReadFile(path); !bytes.Equal(got, want) {
		t.Error("the file does not hold the PNG")
	}
	if err := p.SaveGIF(filepath.Join(dir, "curve.gif")); err != nil {
		t.Fatal(err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("%d files in the folder, want 2: a temporary file was left", len(entries))
	}
	err := p.SavePNG(filepath.Join(dir, "missing", "curve.png"))
	if err == nil || !strings.HasPrefix(err.Error(), "plots: cannot write") || strings.Contains(err.Error(), "curve.png.") {
		t.Errorf("saving to a missing folder: %v", err)
	}
	// A folder in the file's place: the rename fails and nothing is left over.
	if err := os.Mkdir(filepath.Join(dir, "taken.png"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := p.SavePNG(filepath.Join(dir, "taken.png")); err == nil {
		t.Error("a folder was replaced by a file")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 3 {
		t.Errorf("%d entries after a failed save, want 3", len(entries))
	}
}

func TestStillAsGIF(t *testing.T) {
	p := somePicture(t)
	data, err := p.GIF()
	if err != nil {
		t.Fatal(err)
	}
	g, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil || len(g.Image) != 1 || p.Animated() {
		t.Errorf("a still became %d GIF frames, error %v", len(g.Image), err)
	}
	if w, h := p.Size(); w != 780 || h != 380 {
		t.Errorf("the picture is %d x %d CSS pixels, want 780 x 380", w, h)
	}
}

func TestPaletteKeepsFlatColours(t *testing.T) {
	p := somePicture(t)
	data, _ := p.PNG()
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []color.NRGBA{paper, blue} {
		if count(img, c) == 0 {
			t.Errorf("the PNG has lost the colour %v", c)
		}
	}
}

func TestAdapt(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 5))
	h := histogram{}
	for range 5000 {
		h[rgb(uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)))]++
	}
	previous := 1e18
	for _, n := range []int{2, 16, 64, 256} {
		colours := adapt(h, n)
		index := h.match(colours)
		if len(colours) != n {
			t.Fatalf("%d colours, want %d", len(colours), n)
		}
		total := 0.0
		for k, weight := range h {
			got := colours[index[k]].(color.RGBA)
			for c, v := range channels(k) {
				d := v - [3]float64{float64(got.R), float64(got.G), float64(got.B)}[c]
				total += d * d * float64(weight)
			}
		}
		if total >= previous/2 {
			t.Errorf("%d colours: squared error %g after %g with fewer", n, total, previous)
		}
		previous = total
	}
	few := histogram{rgb(1, 2, 3): 5, rgb(200, 2, 3): 1, rgb(9, 9, 9): 2}
	colours := adapt(few, 256)
	index := few.match(colours)
	if len(colours) != 3 || colours[index[rgb(9, 9, 9)]] != (color.RGBA{9, 9, 9, 255}) {
		t.Errorf("three colours became %v", colours)
	}
}
