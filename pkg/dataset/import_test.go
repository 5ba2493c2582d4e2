package dataset

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// writePNG makes a PNG file, and the folders that it lies in.
func writePNG(t *testing.T, picture image.Image, path ...string) {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	writeFile(t, b.Bytes(), path...)
}

func writeGIF(t *testing.T, g *gif.GIF, path ...string) {
	t.Helper()
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	writeFile(t, b.Bytes(), path...)
}

func writeFile(t *testing.T, content []byte, path ...string) {
	t.Helper()
	name := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func mustImport(t *testing.T, path string, o ImportOptions) *Dataset {
	t.Helper()
	set, err := Import(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func sameFrames(t *testing.T, what string, got, want *Dataset) {
	t.Helper()
	if got.N != want.N || got.T != want.T || got.Size != want.Size || !bytes.Equal(got.Frames, want.Frames) {
		t.Errorf("%s: %d videos of %d frames at %d pixels are not the %d of %d at %d that were written",
			what, got.N, got.T, got.Size, want.N, want.T, want.Size)
	}
}

// Numbers in names without leading zeros, in upper and lower case, beside files that have nothing to do with videos.
func TestImportOfPNGFolders(t *testing.T) {
	set := generate(t, small("pendulum"))
	set.T = 12 // 10 of frame 2..9 and 10, 11 need the natural order; the frames of the set run on into the next video
	set.N = set.N * 10 / 12
	set.Frames = set.Frames[:set.N*set.T*set.frameBytes()]
	dir := t.TempDir()
	for i := range set.N {
		video := fmt.Sprintf("video %d", i+1) // "video 10" comes last
		for f := range set.T {
			extension := []string{"png", "PNG"}[f%2]
			writePNG(t, picture(set.Frame(i, f), set.Size), dir, video, fmt.Sprintf("frame%d.%s", f, extension))
		}
		writeFile(t, []byte("no picture"), dir, video, ".frame3.png")
		writeFile(t, []byte("no picture"), dir, video, "Thumbs.db")
	}
	writeFile(t, []byte("by hand"), dir, "README.txt")
	writeFile(t, []byte("not looked at"), dir, "notes", "1.txt")
	writeFile(t, []byte("not looked at"), dir, ".trash", "1.png")

	got := mustImport(t, dir, ImportOptions{Dt: 0.25})
	sameFrames(t, "folders", got, set)
	if got.Dt != 0.25 || got.Clips != nil || got.Q != nil || got.System != "" || got.Recipe != nil {
		t.Errorf("imported: %+v", got)
	}
	path := filepath.Join(t.TempDir(), "a.npz")
	if err := got.Save(path); err != nil {
		t.Fatal(err)
	}
	for _, o := range []ImportOptions{{}, {Dt: 0.25, Size: 16, Length: 12, Crop: true}} {
		if again := mustImport(t, path, o); again.Fingerprint() != got.Fingerprint() {
			t.Errorf("what was saved and imported with %+v differs", o)
		}
	}

	one := mustImport(t, filepath.Join(dir, "video 3"), ImportOptions{Dt: 1})
	sameFrames(t, "one folder", one, set.Subset(2, 3))
}

// Each kind of PNG file gives the bytes that it holds.
func TestImportOfEachKindOfPNG(t *testing.T) {
	const size = 8
	in := image.Rect(0, 0, size, size)
	grey, grey16, nrgba := image.NewGray(in), image.NewGray16(in), image.NewNRGBA(in)
	rgb16, paletted := image.NewRGBA64(in), image.NewPaletted(in, color.Palette{color.RGBA{9, 8, 7, 255}, color.RGBA{200, 100, 50, 255}})
	for k := range size * size {
		x, y := k%size, k/size
		grey.SetGray(x, y, color.Gray{uint8(3 * k)})
		grey16.SetGray16(x, y, color.Gray16{uint16(3*k)<<8 | 0x55})
		rgb16.SetRGBA64(x, y, color.RGBA64{uint16(k)<<8 | 1, uint16(2*k)<<8 | 0xff, uint16(3*k)<<8 | 0x80, 0xffff})
		nrgba.SetNRGBA(x, y, color.NRGBA{uint8(k), 100, 0, []uint8{255, 0, 128}[k%3]})
		paletted.SetColorIndex(x, y, uint8(k%2))
	}
	for what, c := range map[string]struct {
		picture image.Image
		want    func(k int) [3]uint8
	}{
		"grey":     {grey, func(k int) [3]uint8 { v := uint8(3 * k); return [3]uint8{v, v, v} }},
		"16 bit":   {rgb16, func(k int) [3]uint8 { return [3]uint8{uint8(k), uint8(2 * k), uint8(3 * k)} }},
		"grey 16":  {grey16, func(k int) [3]uint8 { v := uint8(3 * k); return [3]uint8{v, v, v} }},
		"paletted": {paletted, func(k int) [3]uint8 { return [][3]uint8{{9, 8, 7}, {200, 100, 50}}[k%2] }},
		"see-through": {nrgba, func(k int) [3]uint8 {
			return [][3]uint8{{uint8(k), 100, 0}, {255, 255, 255}, {uint8((128*k + 127*255) / 255), (128*100 + 127*255) / 255, 127}}[k%3]
		}},
	} {
		dir := t.TempDir()
		writePNG(t, c.picture, dir, "1.png")
		writePNG(t, c.picture, dir, "2.png")
		set := mustImport(t, dir, ImportOptions{Dt: 1})
		for k := range size * size {
			got, want := set.Frame(0, 1)[3*k:3*k+3], c.want(k)
			for ch := range got {
				if d := int(got[ch]) - int(want[ch]); d < -1 || d > 1 || d != 0 && what != "see-through" {
					t.Fatalf("%s: pixel %d is %v, want %v", what, k, got, want)
				}
			}
		}
	}
}

// A film of one long video, cut at every possible place.
func TestImportCutsLongVideos(t *testing.T) {
	r := small("pendulum")
	r.Trajectories, r.Frames = 2, 23
	set := generate(t, r)
	dir := t.TempDir()
	for i := range set.N {
		for f := range set.T - i { // the second is shorter
			writePNG(t, picture(set.Frame(i, f), set.Size), dir, fmt.Sprint(i), fmt.Sprintf("%d.png", f))
		}
	}
	for _, c := range []struct {
		length, stride int
		want           []Clip
	}{
		{10, 0, []Clip{{0, 0}, {0, 10}, {1, 0}, {1, 10}}},
		{10, 4, []Clip{{0, 0}, {0, 4}, {0, 8}, {0, 12}, {1, 0}, {1, 4}, {1, 8}, {1, 12}}},
		{10, 13, []Clip{{0, 0}, {0, 13}, {1, 0}}},
		{21, 1, []Clip{{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}}},
		{22, 0, nil},
	} {
		got := mustImport(t, dir, ImportOptions{Dt: 1, Length: c.length, Stride: c.stride})
		if !slices.Equal(got.Clips, c.want) || got.T != c.length {
			t.Errorf("length %d, stride %d: clips %v, want %v", c.length, c.stride, got.Clips, c.want)
			continue
		}
		clips := c.want
		if clips == nil {
			clips = []Clip{{0, 0}, {1, 0}}
		}
		for k, clip := range clips {
			for f := range c.length {
				if !bytes.Equal(got.Frame(k, f), set.Frame(clip.Video, clip.Start+f)) {
					t.Fatalf("length %d, stride %d: frame %d of clip %d is not the video's", c.length, c.stride, f, k)
				}
			}
		}
	}
}

// Reduced pictures are means over areas: they look like those drawn at that size, nothing is skipped, nothing overshoots.
func TestImportResamples(t *testing.T) {
	r := small("pendulum")
	r.Trajectories, r.Noise = 3, 0
	r.Size = 128
	large := generate(t, r)
	r.Size = 32
	want := generate(t, r)
	dir := t.TempDir()
	for i := range large.N {
		for f := range large.T {
			writePNG(t, picture(large.Frame(i, f), 128), dir, fmt.Sprint(i), fmt.Sprintf("%d.png", f))
		}
	}
	got := mustImport(t, dir, ImportOptions{Dt: r.Dt, Size: 32})
	total, worst := 0.0, 0.0
	for k := range got.Frames {
		d := math.Abs(float64(got.Frames[k]) - float64(want.Frames[k]))
		total, worst = total+d, max(worst, d)
	}
	if mean := total / float64(len(got.Frames)); mean > 1 || worst > 16 {
		t.Errorf("reduced frames differ from drawn ones by %.2f in the mean, %.0f at most, of 255", mean, worst)
	}

	// One bright pixel, wherever it is, keeps its light.
	for _, at := range []image.Point{{20, 20}, {21, 22}, {31, 23}, {40, 42}} {
		spot := image.NewRGBA(image.Rect(0, 0, 60, 60))
		for k := range spot.Pix {
			spot.Pix[k] = 255 * uint8(k%4/3)
		}
		for dy := range 2 {
			for dx := range 2 {
				spot.Set(at.X+dx, at.Y+dy, color.White)
			}
		}
		small := make([]uint8, 20*20*3)
		new(fitter).fit(spot, 20, small)
		sum := 0
		for _, v := range small {
			sum += int(v)
		}
		if want := 3 * 255.0 * 4 / 9; math.Abs(float64(sum)/want-1) > 0.05 {
			t.Errorf("the light of a spot at %v is %d, want %.0f", at, sum, want)
		}
	}

	// A step between two greys stays between them, larger or smaller.
	step := image.NewGray(image.Rect(0, 0, 48, 48))
	for k := range step.Pix {
		step.Pix[k] = []uint8{60, 190}[k%48/23%2]
	}
	for _, size := range []int{16, 17, 47, 64} {
		dst := make([]uint8, size*size*3)
		new(fitter).fit(step, size, dst)
		if lo, hi := slices.Min(dst), slices.Max(dst); lo < 60 || hi > 190 || lo > 61 || hi < 189 {
			t.Errorf("at %d pixels the greys 60 and 190 become %d to %d", size, lo, hi)
		}
	}
}

func TestImportCrops(t *testing.T) {
	dir := t.TempDir()
	wide, tall := image.NewRGBA(image.Rect(0, 0, 13, 8)), image.NewRGBA(image.Rect(0, 0, 8, 12))
	for y := range 12 {
		for x := range 13 {
			wide.Set(x, y, color.RGBA{uint8(10 * x), uint8(10 * y), 7, 255})
			tall.Set(x, y, color.RGBA{uint8(10 * x), uint8(10 * y), 7, 255})
		}
	}
	for name, c := range map[string]struct {
		picture image.Image
		left    int
		top     int
	}{"wide": {wide, 2, 0}, "tall": {tall, 0, 2}} {
		writePNG(t, c.picture, dir, name, "1.png")
		writePNG(t, c.picture, dir, name, "2.png")
		set := mustImport(t, filepath.Join(dir, name), ImportOptions{Dt: 1, Crop: true})
		last := 3 * (set.Size*3 + 5) // row 3, column 5
		if got, want := [3]uint8(set.Frame(0, 1)[last:]), [3]uint8{uint8(10 * (5 + c.left)), uint8(10 * (3 + c.top)), 7}; set.Size != 8 || got != want {
			t.Errorf("%s: %d pixels, pixel (3, 5) is %v, want %v", name, set.Size, got, want)
		}
	}
	// Pictures of different sizes fit together where a size is asked for.
	set := mustImport(t, dir, ImportOptions{Dt: 1, Crop: true, Size: 8})
	if set.N != 2 || set.Size != 8 {
		t.Errorf("%d videos at %d pixels", set.N, set.Size)
	}
}
