package dataset

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hgn.local/kernels_xla/boundedtest"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/npz"
)

// An import allocates at most mostOfByte bytes for each byte of a file, which is what the pixels that a byte of a PNG may stand for
// take, decoded, on the canvas, kept for later and as a frame, and mostAtLeast for what a file of few bytes may claim, see maxEmpty.
const mostOfByte, mostAtLeast = 24 * 8 * 1032, 64<<20 + 24*maxEmpty

// fuzzImport looks for files that make Import panic, hang or take more memory than its limits, or that it refuses otherwise
// than as bad input. Each seed is the content of a file of that name.
func fuzzImport(f *testing.F, name string, seeds ...[]byte) {
	dir := f.TempDir()
	path := filepath.Join(dir, name)
	from := path
	if name == "1.png" {
		var one bytes.Buffer
		if err := png.Encode(&one, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
			f.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "0.png"), one.Bytes(), 0o644); err != nil {
			f.Fatal(err)
		}
		from = dir
	}
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := os.WriteFile(path, file, 0o644); err != nil {
			t.Fatal(err)
		}
		most := mostAtLeast + mostOfByte*len(file)
		reel := gifReel
		if isPNG(name) {
			reel = pngReel
		}
		if r, err := reel(path); err == nil && r.width == r.height && r.width <= maxSize {
			if most += 3 * r.frames * r.width * r.height; most > 1<<30 { // each frame stands for many, as its delay says
				t.Skip("see MaxInMemory")
			}
		}
		for _, o := range []ImportOptions{{}, {Dt: 1, Size: 8, Crop: true}} {
			var set *Dataset
			var err error
			boundedtest.Within(t, most, func() { set, err = Import(t.Context(), from, o) })
			switch {
			case err != nil && !badinput.Is(err):
				t.Errorf("not as bad input: %v", err)
			case err == nil && (set.N < 1 || set.T < 2 || len(set.Frames) != set.N*set.T*set.Size*set.Size*3 || !(set.Dt > 0)):
				t.Errorf("%d videos of %d frames, dt %v", set.N, set.T, set.Dt)
			}
		}
	})
}

func FuzzGIF(f *testing.F) {
	g := &gif.GIF{}
	for i := range 3 {
		part := image.NewPaletted(image.Rect(i, 0, 8, 8), color.Palette{color.Black, color.White, color.Transparent})
		for k := range part.Pix {
			part.Pix[k] = uint8((k + i) % 3)
		}
		g.Image, g.Delay, g.Disposal = append(g.Image, part), append(g.Delay, 5), append(g.Disposal, byte(i+1))
	}
	g.Config = image.Config{Width: 8, Height: 8}
	var whole bytes.Buffer
	if err := gif.EncodeAll(&whole, g); err != nil {
		f.Fatal(err)
	}
	b := whole.Bytes()
	fuzzImport(f, "a.gif", b, b[:len(b)-1], append(b[:len(b)-1:len(b)-1], 0, 0, 0x3b))
}

func FuzzPNG(f *testing.F) {
	var grey, colour bytes.Buffer
	if err := png.Encode(&grey, image.NewGray16(image.Rect(0, 0, 8, 8))); err != nil {
		f.Fatal(err)
	}
	if err := png.Encode(&colour, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		f.Fatal(err)
	}
	fuzzImport(f, "1.png", grey.Bytes(), colour.Bytes(), animated(f, threeFrames()...))
}

func FuzzAPNG(f *testing.F) {
	hidden := threeFrames()
	hidden[0].hidden = true
	fuzzImport(f, "a.png", animated(f, threeFrames()...), animated(f, hidden...))
}

func FuzzNPZ(f *testing.F) {
	path := filepath.Join(f.TempDir(), "a.npz")
	if err := npz.Write(path,
		npz.Array{Name: "frames", Shape: []int{2, 2, 4, 4, 3}, Data: make([]uint8, 192)}, npz.Array{Name: "dt", Data: []float64{0.5}},
		npz.Array{Name: "clips", Shape: []int{2, 2}, Data: []float64{0, 0, 0, 2}}, npz.Array{Name: "energy", Shape: []int{2, 2}, Data: make([]float64, 4)},
		npz.Array{Name: "recipe", Shape: []int{2}, Data: []uint8("{}")}, npz.Array{Name: "constants", Shape: []int{2}, Data: []uint8("{}")}); err != nil {
		f.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	fuzzImport(f, "a.npz", file)
}

// FuzzNames looks for names of files that make ordering panic, or that have no order of their own.
func FuzzNames(f *testing.F) {
	f.Add("t=0.5\nt=0.125\nt=1e-05\nt=-1,5")
	f.Add("1.9\n1.10\n1.11")
	f.Add("500ms\n1s")
	f.Fuzz(func(t *testing.T, lines string) {
		names := strings.Split(lines, "\n")
		again := slices.Clone(names)
		slices.Reverse(again)
		same := func(s string) string { return s }
		boundedtest.Within(t, boundedtest.Text(len(lines)), func() {
			err := inOrder(names, same)
			if other := inOrder(again, same); (err == nil) != (other == nil) || err == nil && !slices.Equal(names, again) {
				t.Errorf("the order depends on that of the folder: %q, %v and %q, %v", names, err, again, other)
			}
			_ = evenTimes(names, same)
		})
	})
}
