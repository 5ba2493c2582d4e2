package density

import (
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
)

// A picture is taken as viewers show it: turned as its tag says, and an animation not as its first frame.
func TestPictureIsTakenAsItIsShown(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.png")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	stored := image.NewGray(image.Rect(0, 0, 3, 2))
	stored.SetGray(0, 0, color.Gray{255})
	if err := png.Encode(file, stored); err != nil {
		t.Fatal(err)
	}
	file.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// Exif, big-endian, one entry: Orientation 6, to be turned clockwise.
	tag := "eXIfMM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(tag)-4)), tag...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE([]byte(tag)))
	if err := os.WriteFile(path, slices.Concat(whole[:33], chunk, whole[33:]), 0o644); err != nil {
		t.Fatal(err)
	}
	p, err := FromPicture(path, false)
	if err != nil {
		t.Fatal(err)
	}
	if p.columns != 2 || p.rows != 3 || p.shares[1] != 1 {
		t.Errorf("%d x %d cells with shares %v, want the upper right of 2 x 3", p.columns, p.rows, p.shares)
	}

	path = filepath.Join(dir, "a.gif")
	if file, err = os.Create(path); err != nil {
		t.Fatal(err)
	}
	frame := image.NewPaletted(image.Rect(0, 0, 3, 2), color.Palette{color.White, color.Black})
	if err := gif.EncodeAll(file, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{5, 5}}); err != nil {
		t.Fatal(err)
	}
	file.Close()
	if _, err := FromPicture(path, false); !badinput.Is(err) || !strings.Contains(err.Error(), "animation of 2 frames") {
		t.Errorf("an animation: got %v", err)
	}
}

// Points that memory cannot hold are refused before they are drawn.
func TestCheckCount(t *testing.T) {
	if err := CheckCount(1_000_000, 2); err != nil {
		t.Error(err)
	}
	for _, c := range [][2]int{{1e12, 1}, {1e9, 2}, {1e6, 1e4}} {
		if err := CheckCount(c[0], c[1]); !badinput.Is(err) {
			t.Errorf("%d points of %d coordinates: %v", c[0], c[1], err)
		}
	}
}
