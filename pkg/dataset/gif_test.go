package dataset

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/pictures"
)

// exactly is a palette of all colours of a video.
func exactly(t *testing.T, set *Dataset, i int) color.Palette {
	t.Helper()
	var p color.Palette
	seen := map[color.RGBA]bool{}
	for f := range set.T {
		frame := set.Frame(i, f)
		for k := 0; k < len(frame); k += 3 {
			if c := (color.RGBA{frame[k], frame[k+1], frame[k+2], 255}); !seen[c] {
				seen[c] = true
				p = append(p, c)
			}
		}
	}
	if len(p) > 256 {
		t.Fatalf("the video has %d colours", len(p))
	}
	return p
}

// animation is video i of the set as whole frames.
func animation(set *Dataset, i int, colors color.Palette, delay int) *gif.GIF {
	g := &gif.GIF{}
	for f := range set.T {
		part := image.NewPaletted(image.Rect(0, 0, set.Size, set.Size), colors)
		draw.Draw(part, part.Bounds(), picture(set.Frame(i, f), set.Size), image.Point{}, draw.Src)
		g.Image = append(g.Image, part)
		g.Delay = append(g.Delay, delay)
	}
	return g
}

func TestImportOfGIFs(t *testing.T) {
	set := generate(t, small("pendulum"))
	dir := t.TempDir()
	for i := range set.N {
		g := animation(set, i, exactly(t, set, i), 8)
		g.Delay[set.T-1] = 200 // a rest before the film begins again
		writeGIF(t, g, dir, fmt.Sprintf("%d.gif", i))
	}
	got := mustImport(t, dir, ImportOptions{})
	sameFrames(t, "a folder of GIFs", got, set)
	if got.Dt != 0.08 {
		t.Errorf("dt is %g, want 0.08", got.Dt)
	}
	got = mustImport(t, dir+"/11.gif", ImportOptions{Dt: 0.5})
	sameFrames(t, "one GIF", got, set.Subset(11, 12))
	if got.Dt != 0.5 {
		t.Errorf("dt is %g, want 0.5", got.Dt)
	}

	// With a palette of a few colours: each pixel is the nearest of them.
	colors := color.Palette(palette.WebSafe)
	writeGIF(t, animation(set, 0, colors, 8), dir, "web", "0.gif")
	got = mustImport(t, dir+"/web", ImportOptions{})
	for k := 0; k < len(got.Frames); k += 3 {
		want := colors.Convert(color.RGBA{set.Frames[k], set.Frames[k+1], set.Frames[k+2], 255}).(color.RGBA)
		if [3]uint8(got.Frames[k:]) != [3]uint8{want.R, want.G, want.B} {
			t.Fatalf("pixel %d is %v, want %v", k/3, got.Frames[k:k+3], want)
		}
	}
}

// Frames that are parts, with holes in them, and every way of leaving the canvas to the next one.
func TestGIFFramesAreComposedAsAViewerDoes(t *testing.T) {
	const none, red, green, blue = 0, 1, 2, 3
	colors := color.Palette{color.RGBA{}, color.RGBA{255, 0, 0, 255}, color.RGBA{0, 255, 0, 255}, color.RGBA{0, 0, 255, 255}}
	part := func(left, top, width int, pixels ...uint8) *image.Paletted {
		p := image.NewPaletted(image.Rect(left, top, left+width, top+len(pixels)/width), colors)
		copy(p.Pix, pixels)
		return p
	}
	type disposal = byte
	g := &gif.GIF{Config: image.Config{Width: 4, Height: 4, ColorModel: colors}, BackgroundIndex: green}
	add := func(p *image.Paletted, d disposal) {
		g.Image, g.Delay, g.Disposal = append(g.Image, p), append(g.Delay, 5), append(g.Disposal, d)
	}
	add(part(0, 0, 4, red, red, red, red, red, red, red, red, none, none, none, none), 0)
	add(part(1, 1, 2, green, none, none, green), gif.DisposalNone)
	add(part(2, 0, 2, blue, none, blue, blue), gif.DisposalPrevious)
	add(part(0, 0, 2, blue, blue, blue, none), gif.DisposalBackground)
	add(part(3, 3, 1, green), gif.DisposalPrevious)
	add(part(0, 3, 1, red), gif.DisposalNone)
	dir := t.TempDir()
	writeGIF(t, g, dir, "a.gif")
	set := mustImport(t, dir+"/a.gif", ImportOptions{})

	want := []string{ // . is nothing, which shows white
		"rrrr" + "rrrr" + "...." + "....",
		"rrrr" + "rgrr" + "..g." + "....",
		"rrbr" + "rgbb" + "..g." + "....",
		"bbrr" + "bgrr" + "..g." + "....",
		"..rr" + "..rr" + "..g." + "...g",
		"..rr" + "..rr" + "..g." + "r...",
	}
	letters := map[[3]uint8]byte{{255, 255, 255}: '.', {255, 0, 0}: 'r', {0, 255, 0}: 'g', {0, 0, 255}: 'b'}
	if set.T != len(want) || set.Size != 4 || set.Dt != 0.05 {
		t.Fatalf("%d frames at %d pixels, dt %g", set.T, set.Size, set.Dt)
	}
	for f := range want {
		var got []byte
		for k := range 16 {
			got = append(got, letters[[3]uint8(set.Frame(0, f)[3*k:])])
		}
		if string(got) != want[f] {
			t.Errorf("frame %d is %q, want %q", f, got, want[f])
		}
	}
}

// The survey agrees with the decoder, and takes no part of a file for the whole: a file that ends early is refused, unless
// it ends after a frame.
func TestSurveyGIF(t *testing.T) {
	set := generate(t, small("pendulum"))
	g := animation(set, 0, exactly(t, set, 0), 0)
	for f := range g.Delay {
		g.Delay[f] = 300 + f
	}
	g.Image[3] = g.Image[3].SubImage(image.Rect(2, 3, 7, 9)).(*image.Paletted)
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	survey, err := pictures.SurveyGIF(bytes.NewReader(b.Bytes()))
	if err != nil || fmt.Sprint(survey.Delays) != fmt.Sprint(g.Delay) || survey.Pixels != 9*16*16+5*6 {
		t.Errorf("%+v, %v", survey, err)
	}
	taken := map[int]int{} // parts of the file, by the number of frames that they decode to
	for n := range b.Len() {
		part := bytes.NewReader(b.Bytes()[:n])
		survey, err := pictures.SurveyGIF(part)
		if err != nil {
			continue
		}
		decoded, err := gif.DecodeAll(survey.Clean(part))
		if err != nil {
			continue
		}
		taken[len(decoded.Image)]++
		for f, frame := range decoded.Image {
			if !slices.Equal(frame.Pix, compact(g.Image[f])) {
				t.Fatalf("the first %d bytes give another frame %d", n, f)
			}
		}
	}
	for f := 1; f <= len(g.Image); f++ {
		if taken[f] < 2 || taken[f] > 3 { // with and without the marks of the end of the frame
			t.Errorf("%d parts of the file are taken for %d frames", taken[f], f)
		}
	}
}

// compact gives the pixels of a picture without gaps between its rows.
func compact(p *image.Paletted) []uint8 {
	var out []uint8
	for y := range p.Rect.Dy() {
		out = append(out, p.Pix[y*p.Stride:][:p.Rect.Dx()]...)
	}
	return out
}

// Equal neighbours that were stored once, with a longer delay, are as many frames as they were.
func TestMergedFramesOfGIFs(t *testing.T) {
	for _, c := range []struct {
		delays string
		want   string // the frames, by number
		dt     float64
	}{
		{"12 24 12 36 12", "0 1 1 2 3 3 3 4", 0.12},
		{"24 48 24 24", "0 1 1 2 3", 0.24},
		{"12 24 12 24", "0 1 1 2 3 3", 0.12},
		{"12 12 12 24", "0 1 2 3 3", 0.12}, // one merged at the end
		{"8 8 8 200", "0 1 2 3", 0.08},     // a rest before the film begins again
		{"8 16 8 200", "0 1 1 2 3", 0.08},
		{"3 7 3 10 3", "0 1 1 2 3 3 3 4", 0.03375}, // 33 ms, rounded: from 32.5 to 35/4 ms
		{"3 3 4 3 3 4 3", "0 1 2 3 4 5 6", 1. / 30},
		{"3 4 3 7 3 3 4", "0 1 2 3 3 4 5 6", 1. / 30},
		{"1 2 1 1", "0 1 1 2 3", 0.01},
		{"12 17 12 12", "", 0},
		{"5 12 40 5", "", 0},
		{"1 60000 1 1", "", 0}, // a pause of ten minutes
		{"0 12 12 12", "", 0},
	} {
		var g gif.GIF
		var want []byte
		for i, d := range strings.Fields(c.delays) {
			delay, _ := strconv.Atoi(d)
			part := image.NewPaletted(image.Rect(0, 0, 4, 4), color.Palette{color.Gray{uint8(i)}, color.White})
			g.Image, g.Delay = append(g.Image, part), append(g.Delay, delay)
		}
		dir := t.TempDir()
		writeGIF(t, &g, dir, "a.gif")
		set, err := Import(t.Context(), dir+"/a.gif", ImportOptions{})
		if c.want == "" {
			if _, err := Import(t.Context(), dir+"/a.gif", ImportOptions{Dt: 1}); !badinput.Is(err) || !strings.Contains(err.Error(), "unequal times") {
				t.Errorf("%s: got %v", c.delays, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.delays, err)
			continue
		}
		for f := range set.T {
			want = append(want, ' ', '0'+set.Frame(0, f)[0])
		}
		if got := strings.TrimSpace(string(want)); got != c.want || math.Abs(set.Dt-c.dt) > 1e-9 {
			t.Errorf("delays %s: frames %s, dt %g, want %s, %g", c.delays, got, set.Dt, c.want, c.dt)
		}
	}
}

// What browsers show is read: without a trailer, with zeros before it, with frames larger than the screen.
func TestLenientGIFs(t *testing.T) {
	set := generate(t, small("pendulum"))
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, animation(set, 0, exactly(t, set, 0), 8)); err != nil {
		t.Fatal(err)
	}
	whole, dir := b.Bytes(), t.TempDir()
	end := len(whole) - 1
	small := slices.Clone(whole)
	small[6], small[8] = 9, 3
	for name, file := range map[string][]byte{
		"no trailer": whole[:end], "no end": whole[:end-1], "zeros": slices.Concat(whole[:end], make([]byte, 3), whole[end:]),
		"small screen": small, "more behind it": append(slices.Clone(whole), "more"...),
	} {
		writeFile(t, file, dir, "a.gif")
		sameFrames(t, name, mustImport(t, dir+"/a.gif", ImportOptions{}), set.Subset(0, 1))
	}
}

// A frame of 64 megapixels in a file of a few bytes is refused before memory is taken for it.
func TestHostileGIFsAreRefusedEarly(t *testing.T) {
	g := &gif.GIF{Image: []*image.Paletted{image.NewPaletted(image.Rect(0, 0, 4, 4), color.Palette{color.Black, color.White})}, Delay: []int{5}}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	file := b.Bytes()
	at := bytes.LastIndexByte(file, 0x2c)
	for _, k := range []int{6, 8, at + 5, at + 7} {
		file[k], file[k+1] = 0xff, 0x1f
	}
	if survey, err := pictures.SurveyGIF(bytes.NewReader(file)); err == nil {
		t.Errorf("took %d x %d pixels", survey.Width, survey.Height)
	}
}

// A few bytes cannot claim many frames of a large screen, each of which would have to be drawn.
func TestGIFThatHardlyChanges(t *testing.T) {
	g := &gif.GIF{Config: image.Config{Width: 4000, Height: 4000}}
	for i := range 140 {
		g.Image = append(g.Image, image.NewPaletted(image.Rect(i, i, i+1, i+1), color.Palette{color.Black, color.White}))
		g.Delay = append(g.Delay, 5)
	}
	var file bytes.Buffer
	if err := gif.EncodeAll(&file, g); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeFile(t, file.Bytes(), dir, "a.gif")
	if _, err := Import(t.Context(), filepath.Join(dir, "a.gif"), ImportOptions{Size: 32}); !badinput.Is(err) || !strings.Contains(err.Error(), "140 frames of 4000x4000 pixels") {
		t.Errorf("%d bytes: %v", file.Len(), err)
	}
}
