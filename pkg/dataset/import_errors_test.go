package dataset

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/npz"
)

func TestImportSaysWhatIsWrong(t *testing.T) {
	root := t.TempDir()
	grey := func(width, height int) image.Image { return image.NewGray(image.Rect(0, 0, width, height)) }
	clear := func(size int) image.Image { return image.NewNRGBA(image.Rect(0, 0, size, size)) }
	full := func(width, height int) image.Image {
		img := image.NewRGBA(image.Rect(0, 0, width, height))
		for k := range img.Pix {
			img.Pix[k] = 255
		}
		return img
	}
	for f := range 5 {
		name := fmt.Sprintf("%d.png", f)
		for _, video := range []string{"a", "b", "c"} {
			if f < 4 || video != "b" {
				writePNG(t, full(8, 8), root, "lengths", video, name)
			}
			size := 8
			if video == "b" && f == 3 {
				size = 6
			}
			writePNG(t, full(size, size), root, "sizes", video, name)
		}
		writePNG(t, full(16, 9), root, "oblong", name)
		writePNG(t, full(3, 3), root, "tiny", name)
		writePNG(t, full(8, 8), root, "sound", name)
		writePNG(t, full(8, 8), root, "grey", name)
		writePNG(t, full(8, 8), root, "transparent", name)
		writePNG(t, full(8, 8), root, "damaged", name)
		writePNG(t, full(8, 8), root, "cut", name)
		writePNG(t, full(8, 8), root, "mixed", name)
	}
	writePNG(t, full(1100, 1100), root, "large", "0.png")
	writePNG(t, full(1100, 1100), root, "large", "1.png")
	writePNG(t, grey(8, 8), root, "grey", "2.png")
	writePNG(t, clear(8), root, "transparent", "2.png")
	writePNG(t, full(8, 8), root, "single", "1.png")
	whole, err := os.ReadFile(filepath.Join(root, "cut", "3.png"))
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, whole[:len(whole)-20], root, "cut", "3.png")
	writeFile(t, []byte("a JPEG, really"), root, "damaged", "3.png")
	writeFile(t, nil, root, "nothing", "0.png")
	writeFile(t, []byte("text"), root, "text", "0.txt")
	// The header of a picture of 100 000 x 100 000 pixels.
	header := []byte("IHDR\x00\x01\x86\xa0\x00\x01\x86\xa0\x08\x02\x00\x00\x00")
	giant := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), header...)
	writeFile(t, binary.BigEndian.AppendUint32(giant, crc32.ChecksumIEEE(header)), root, "giant", "0.png")

	film := func(frames, delay int) *gif.GIF {
		g := &gif.GIF{}
		for range frames {
			g.Image = append(g.Image, image.NewPaletted(image.Rect(0, 0, 8, 8), color.Palette{color.Black, color.White}))
			g.Delay = append(g.Delay, delay)
		}
		return g
	}
	writeGIF(t, film(5, 4), root, "mixed", "a.gif")
	writeGIF(t, film(5, 0), root, "no delay.gif")
	uneven := film(12, 4)
	uneven.Delay[2] = 6
	writeGIF(t, uneven, root, "uneven.gif")
	writeGIF(t, film(5, 4), root, "delays", "a.gif")
	writeGIF(t, film(5, 4), root, "delays", "b.gif")
	writeGIF(t, film(5, 5), root, "delays", "c.gif")
	writeGIF(t, film(1, 5), root, "still.gif")
	whole, err = os.ReadFile(filepath.Join(root, "uneven.gif"))
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, whole[:len(whole)/2], root, "cut.gif")
	writeFile(t, []byte("GIF88a"), root, "damaged.gif")
	if err := npz.Write(filepath.Join(root, "a.npz"),
		npz.Array{Name: "frames", Shape: []int{2, 3, 8, 8, 3}, Data: make([]uint8, 2*3*8*8*3)}, npz.Array{Name: "dt", Data: []float64{0.5}}); err != nil {
		t.Fatal(err)
	}

	dt := ImportOptions{Dt: 1}
	for _, c := range []struct {
		path string
		o    ImportOptions
		want []string
	}{
		{"nowhere", dt, []string{"no file or folder"}},
		{"nowhere.npz", dt, []string{"no file"}},
		{"text/0.txt", dt, []string{"0.txt", ".npz", ".gif", ".png"}},
		{"sound/1.png", dt, []string{"single picture", "folder"}},
		{"text", dt, []string{"holds no video", ".png", ".gif", "folders"}},
		{"mixed", dt, []string{"5 .png files and 1 .gif files"}},
		{"sound", ImportOptions{}, []string{"set Dt"}},
		{"lengths", dt, []string{"/b has 4 frames, the others have 5", "set Length", "at most 4"}},
		{"lengths", ImportOptions{Dt: 1, Length: 5}, []string{"/b has 4 frames", "Length 5"}},
		{"single", dt, []string{"1 frame", "at least 2"}},
		{"sizes", dt, []string{"b/3.png is 6x6, the others are 8x8", "set Size"}},
		{"oblong", dt, []string{"0.png is 16x9", "square", "set Crop", "9x9"}},
		{"oblong", ImportOptions{Dt: 1, Size: 8}, []string{"0.png is 16x9", "set Crop"}},
		{"large", dt, []string{"1100x1100", "set Size"}},
		{"tiny", dt, []string{"3x3", "set Size"}},
		{"grey", dt, []string{"2.png has 1 channel (grey), the others have 3 channels"}},
		{"transparent", dt, []string{"2.png has 4 channels", "the others have 3 channels"}},
		{"damaged", dt, []string{"damaged/3.png", "cannot be read as a PNG"}},
		{"cut", dt, []string{"cut/3.png", "cut short"}},
		{"nothing", dt, []string{"nothing/0.png is empty or cut short"}},
		{"giant", dt, []string{"0.png", "100000x100000"}},
		{"no delay.gif", ImportOptions{}, []string{"no delay.gif", "set Dt"}},
		{"uneven.gif", dt, []string{"unequal times", "equal times"}},
		{"delays", ImportOptions{}, []string{"c.gif shows each frame for 0.05 s, the others for 0.04 s", "set Dt"}},
		{"still.gif", dt, []string{"1 frame"}},
		{"cut.gif", dt, []string{"cut.gif is empty or cut short"}},
		{"damaged.gif", dt, []string{"damaged.gif"}},
		{"a.npz", dt, []string{"0.5, not 1", "leave Dt out"}},
		{"a.npz", ImportOptions{Length: 4}, []string{"a.npz has 3 frames", "Length 4"}},
		{"sound", ImportOptions{Dt: -1}, []string{"dt", "-1"}},
		{"sound", ImportOptions{Dt: 1, Size: 3}, []string{"4 to 1024 pixels"}},
		{"sound", ImportOptions{Dt: 1, Length: 1}, []string{"at least 2 frames"}},
		{"sound", ImportOptions{Dt: 1, Length: 3, Stride: -1}, []string{"Stride"}},
		{"sound", ImportOptions{Dt: 1, Stride: 2}, []string{"set Length"}},
	} {
		_, err := Import(t.Context(), filepath.Join(root, c.path), c.o)
		if err == nil || !badinput.Is(err) {
			t.Errorf("%s with %+v: got %v, want a bad-input error", c.path, c.o, err)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s with %+v: got %q, want it to say %q", c.path, c.o, err, want)
			}
		}
	}
	for path, o := range map[string]ImportOptions{
		"sound": dt, "lengths": {Dt: 1, Length: 4}, "sizes": {Dt: 1, Size: 8}, "oblong": {Dt: 1, Crop: true}, "large": {Dt: 1, Size: 16},
		"delays": dt,
	} {
		if _, err := Import(t.Context(), filepath.Join(root, path), o); err != nil {
			t.Errorf("%s with %+v: %v", path, o, err)
		}
	}
}

// A set that would not fit into memory is refused before anything is decoded.
func TestImportRefusesMoreThanMemoryHolds(t *testing.T) {
	long := film{name: "long", reels: []reel{{name: "long", width: 1024, height: 1024, channels: 3, frames: 3000,
		read: func(context.Context, func(int, int, image.Image)) error { t.Error("decoded"); return nil }}}}
	if _, err := assemble(t.Context(), []film{long}, ImportOptions{}); !badinput.Is(err) || !strings.Contains(err.Error(), "GiB") {
		t.Errorf("got %v", err)
	}
}
