package dataset

import (
	"bufio"
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"testing"
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

// The survey agrees with the decoder, and reads no file for which it has to guess.
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
	delays, pixels, err := surveyGIF(bufio.NewReader(bytes.NewReader(b.Bytes())))
	if err != nil || fmt.Sprint(delays) != fmt.Sprint(g.Delay) || pixels != 9*16*16+5*6 {
		t.Errorf("%v, %d pixels, %v", delays, pixels, err)
	}
	for n := range b.Len() {
		if _, _, err := surveyGIF(bufio.NewReader(bytes.NewReader(b.Bytes()[:n]))); err == nil {
			t.Fatalf("the first %d of %d bytes are taken for a whole file", n, b.Len())
		}
	}
}
