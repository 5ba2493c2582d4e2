package dataset

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/pictures"
)

// apngFrame is a frame that animated writes.
type apngFrame struct {
	picture              image.Image // its bounds say where it lies
	numerator            uint16
	denominator          uint16
	dispose              int
	over, hidden, repeat bool // hidden: only for viewers without animations; repeat: with the number of the chunk before it
}

// animated writes an animated PNG. The first frame is as large as the whole.
func animated(t testing.TB, frames ...apngFrame) []byte {
	t.Helper()
	chunk := func(b []byte, kind string, data []byte) []byte {
		b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
		from := len(b)
		b = append(append(b, kind...), data...)
		return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[from:]))
	}
	var out []byte
	sequence := uint32(0)
	for i, f := range frames {
		still := encoded(t, f.picture)
		if i == 0 {
			shown := len(frames)
			if f.hidden {
				shown--
			}
			out = chunk(bytes.Clone(still[:33]), "acTL", binary.BigEndian.AppendUint64(nil, uint64(shown)<<32)) // after signature and IHDR
		}
		if f.repeat {
			sequence--
		}
		if !f.hidden {
			r := f.picture.Bounds()
			control := binary.BigEndian.AppendUint32(nil, sequence)
			for _, v := range []int{r.Dx(), r.Dy(), r.Min.X, r.Min.Y} {
				control = binary.BigEndian.AppendUint32(control, uint32(v))
			}
			control = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(control, f.numerator), f.denominator)
			over := byte(0)
			if f.over {
				over = 1
			}
			out = chunk(out, "fcTL", append(control, byte(f.dispose), over))
			sequence++
		}
		for rest := still[33:]; len(rest) > 12; {
			length := binary.BigEndian.Uint32(rest)
			kind, data := string(rest[4:8]), rest[8:8+length]
			switch {
			case kind == "IDAT" && i > 0:
				half := len(data) / 2 // in two chunks
				out = chunk(out, "fdAT", append(binary.BigEndian.AppendUint32(nil, sequence), data[:half]...))
				out = chunk(out, "fdAT", append(binary.BigEndian.AppendUint32(nil, sequence+1), data[half:]...))
				sequence += 2
			case kind == "IDAT" || kind == "PLTE" && i == 0 || kind == "tRNS" && i == 0:
				out = chunk(out, kind, data)
			}
			rest = rest[12+length:]
		}
	}
	return chunk(out, "IEND", nil)
}

// encoded is a picture as a PNG, of which an image.NRGBA has a channel for transparency even where it is opaque.
func encoded(t testing.TB, picture image.Image) []byte {
	t.Helper()
	if p, ok := picture.(*image.NRGBA); ok && p.Opaque() {
		clear := image.NewNRGBA(p.Rect)
		copy(clear.Pix, p.Pix)
		clear.Pix[3] = 254
		picture = clear
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// dot is a picture of one colour.
func dot(c color.Color, at image.Rectangle) image.Image {
	p := image.NewNRGBA(at)
	for y := at.Min.Y; y < at.Max.Y; y++ {
		for x := at.Min.X; x < at.Max.X; x++ {
			p.Set(x, y, c)
		}
	}
	return p
}

var (
	red, green, blue = color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 255, 0, 255}, color.NRGBA{0, 0, 255, 255}
	all, corner      = image.Rect(0, 0, 8, 8), image.Rect(5, 6, 8, 8)
)

// threeFrames are three frames of 8x8 pixels.
func threeFrames() []apngFrame {
	return []apngFrame{
		{picture: dot(red, all), numerator: 1, denominator: 20},
		{picture: dot(green, corner), numerator: 1, denominator: 20},
		{picture: dot(blue, all), numerator: 1, denominator: 20},
	}
}

// Each frame shows what a viewer shows: parts, laid over or instead of what is there, and what they leave behind.
func TestAPNGFrames(t *testing.T) {
	half := color.NRGBA{0, 0, 255, 128}
	clear := color.NRGBA{}
	for name, c := range map[string]struct {
		frames []apngFrame
		corner []color.NRGBA // colour of a pixel of the corner in each frame, over white
		other  []color.NRGBA // and of another
	}{
		"parts":      {threeFrames(), []color.NRGBA{red, green, blue}, []color.NRGBA{red, red, blue}},
		"hidden":     {append([]apngFrame{{picture: dot(green, all), hidden: true}}, threeFrames()...), []color.NRGBA{red, green, blue}, []color.NRGBA{red, red, blue}},
		"previous":   {[]apngFrame{{picture: dot(red, all)}, {picture: dot(green, corner), dispose: pictures.DisposePrevious}, {picture: dot(blue, image.Rect(0, 0, 1, 1))}}, []color.NRGBA{red, green, red}, []color.NRGBA{red, red, red}},
		"background": {[]apngFrame{{picture: dot(red, all)}, {picture: dot(green, corner), dispose: pictures.DisposeBackground}, {picture: dot(blue, image.Rect(0, 0, 1, 1))}}, []color.NRGBA{red, green, {255, 255, 255, 255}}, []color.NRGBA{red, red, red}},
		"first":      {[]apngFrame{{picture: dot(red, all), dispose: pictures.DisposePrevious}, {picture: dot(green, corner)}}, []color.NRGBA{red, green}, []color.NRGBA{red, {255, 255, 255, 255}}},
		"over":       {[]apngFrame{{picture: dot(red, all)}, {picture: dot(half, corner), over: true}, {picture: dot(clear, all), over: true}}, []color.NRGBA{red, {127, 0, 128, 255}, {127, 0, 128, 255}}, []color.NRGBA{red, red, red}},
		"instead":    {[]apngFrame{{picture: dot(red, all)}, {picture: dot(half, corner)}, {picture: dot(clear, all)}}, []color.NRGBA{red, {127, 127, 255, 255}, {255, 255, 255, 255}}, []color.NRGBA{red, red, {255, 255, 255, 255}}},
	} {
		path := filepath.Join(t.TempDir(), "a.png")
		writeFile(t, animated(t, c.frames...), path)
		set := mustImport(t, path, ImportOptions{Dt: 1})
		if set.N != 1 || set.T != len(c.corner) || set.Size != 8 {
			t.Errorf("%s: %d videos of %d frames of %d pixels", name, set.N, set.T, set.Size)
			continue
		}
		for i := range c.corner {
			for at, want := range map[int]color.NRGBA{7*8 + 7: c.corner[i], 3*8 + 3: c.other[i]} {
				got := set.Frame(0, i)[3*at : 3*at+3]
				for k, w := range []uint8{want.R, want.G, want.B} {
					if math.Abs(float64(got[k])-float64(w)) > 1 {
						t.Errorf("%s, frame %d, pixel %d: %v, want %v", name, i, at, got, want)
						break
					}
				}
			}
		}
	}
}

// Whole frames of every kind of pixel are those of the same pictures in a folder, bit for bit, upright too.
func TestAPNGIsLossless(t *testing.T) {
	grey, deep, colours := image.NewGray(all), image.NewNRGBA64(all), image.NewPaletted(all, color.Palette{red, green, blue, color.NRGBA{9, 8, 7, 255}})
	for k := range 64 {
		grey.Pix[k], colours.Pix[k] = uint8(4*k), uint8(k%4)
		deep.SetNRGBA64(k%8, k/8, color.NRGBA64{uint16(1000 * k), uint16(60000 - 900*k), uint16(k * k), 0xffff})
	}
	for name, picture := range map[string]image.Image{"grey": grey, "16 bits": deep, "palette": colours} {
		dir, path := t.TempDir(), filepath.Join(t.TempDir(), "a.apng")
		writePNG(t, picture, dir, "0.png")
		writePNG(t, picture, dir, "1.png")
		file := animated(t, apngFrame{picture: picture}, apngFrame{picture: picture})
		writeFile(t, file, path)
		sameFrames(t, name, mustImport(t, path, ImportOptions{Dt: 1}), mustImport(t, dir, ImportOptions{Dt: 1}))
		for _, still := range []string{path, filepath.Join(dir, "0.png"), filepath.Join(dir, "1.png")} {
			insertChunk(t, still, "eXIf", []byte("II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00"))
		}
		turned := mustImport(t, path, ImportOptions{Dt: 1})
		sameFrames(t, name+", turned", turned, mustImport(t, dir, ImportOptions{Dt: 1}))
	}
}

// The times of frames are those of the file, in any unit; a frame that is shown for longer stands for several.
func TestAPNGTimes(t *testing.T) {
	for name, c := range map[string]struct {
		delays [][2]uint16
		dt     float64 // 0: refused
		frames int
	}{
		"30 a second":  {[][2]uint16{{1, 30}, {1, 30}, {1, 30}}, 1. / 30, 3},
		"milliseconds": {[][2]uint16{{33, 1000}, {33, 1000}, {34, 1000}, {33, 1000}, {33, 1000}, {34, 1000}}, 1. / 30, 6},
		"mixed units":  {[][2]uint16{{1, 20}, {50, 1000}, {5, 0}}, 0.05, 3},
		"merged":       {[][2]uint16{{1, 20}, {3, 20}, {1, 20}}, 0.05, 5},
		"odd units":    {[][2]uint16{{1, 65521}, {1, 65519}, {1, 65497}}, 1. / 65519, 3},
		"unequal":      {[][2]uint16{{100, 1000}, {170, 1000}, {100, 1000}}, 0, 0},
		"none":         {[][2]uint16{{0, 1}, {0, 1}}, 0, 0},
	} {
		var all []apngFrame
		for _, d := range c.delays {
			all = append(all, apngFrame{picture: dot(red, image.Rect(0, 0, 8, 8)), numerator: d[0], denominator: d[1]})
		}
		path := filepath.Join(t.TempDir(), "a.png")
		writeFile(t, animated(t, all...), path)
		set, err := Import(t.Context(), path, ImportOptions{})
		if c.dt == 0 {
			if !badinput.Is(err) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || math.Abs(set.Dt/c.dt-1) > 0.05 || name != "odd units" && math.Abs(set.Dt-c.dt) > 1e-12 || set.T != c.frames {
			t.Errorf("%s: %+v, %v", name, set, err)
		}
	}
}

// A folder of animations is one of videos; stills beside them, and files that are not what they say, are refused.
func TestAPNGsThatAreRefused(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, animated(t, threeFrames()...), dir, "0.png")
	writeFile(t, animated(t, threeFrames()...), dir, "1.apng")
	if set := mustImport(t, dir, ImportOptions{}); set.N != 2 || set.T != 3 || set.Dt != 0.05 {
		t.Errorf("%d videos of %d frames, dt %v", set.N, set.T, set.Dt)
	}
	writePNG(t, dot(red, all), dir, "2.png")
	if _, err := Import(t.Context(), dir, ImportOptions{}); !badinput.Is(err) || !strings.Contains(err.Error(), "0.png is an animation of 3 frames and") {
		t.Errorf("a still beside animations: %v", err)
	}
	good := animated(t, threeFrames()...)
	flipped := bytes.Clone(good)
	flipped[bytes.LastIndex(good, []byte("fdAT"))+12] ^= 1
	outside, repeated := threeFrames(), threeFrames()
	outside[1].picture, repeated[2].repeat = dot(green, image.Rect(6, 6, 9, 8)), true
	last := bytes.LastIndex(good, []byte("fcTL")) - 4
	giant := bytes.Clone(good) // a first frame and a screen of 4000 x 4000 pixels
	for _, at := range []int{16, bytes.Index(good, []byte("fcTL")) + 8} {
		binary.BigEndian.PutUint64(giant[at:], 4000<<32|4000)
	}
	binary.BigEndian.PutUint32(giant[29:], crc32.ChecksumIEEE(giant[12:29]))
	for says, file := range map[string][]byte{
		"checksum":                       flipped,
		"lies outside":                   animated(t, outside...),
		"out of order":                   animated(t, repeated...),
		"announces 3 frames and has 2":   slices.Concat(good[:last], good[len(good)-12:]),
		"cut short":                      good[:len(good)-20],
		"more than its":                  giant,
		"fewer bytes than its pixels":    without(good, "IDAT"),
		"one of the chunks of its":       bytes.Replace(good, []byte("\x00\x01\x00\x14\x00\x00"), []byte("\x00\x01\x00\x14\x07\x00"), 1),
		"is a single picture: give the ": encoded(t, dot(red, all)),
	} {
		path := filepath.Join(t.TempDir(), "a.png")
		writeFile(t, file, path)
		if _, err := Import(t.Context(), path, ImportOptions{}); !badinput.Is(err) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

// without leaves out the first chunk of a kind.
func without(file []byte, kind string) []byte {
	at := bytes.Index(file, []byte(kind)) - 4
	return slices.Concat(file[:at], file[at+12+int(binary.BigEndian.Uint32(file[at:])):])
}
