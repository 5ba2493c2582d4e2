package dataset

import (
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
)

// insertChunk puts a chunk behind the header of a PNG file.
func insertChunk(t *testing.T, path, kind string, data []byte) {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), kind...)
	b = append(b, data...)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
	if err := os.WriteFile(path, slices.Concat(file[:33], b, file[33:]), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Frames are upright as a viewer shows them, and of an animation not one frame is taken for all.
func TestPNGFramesAreShownAsViewersDo(t *testing.T) {
	dir := t.TempDir()
	frame := image.NewGray(image.Rect(0, 0, 6, 4))
	frame.SetGray(5, 0, color.Gray{200}) // the upper right corner
	for _, name := range []string{"0.png", "1.png"} {
		writePNG(t, frame, dir, name)
		// Exif, little-endian, one entry: Orientation 6, to be turned clockwise.
		insertChunk(t, filepath.Join(dir, name), "eXIf", []byte("II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00"))
	}
	if _, err := Import(t.Context(), dir, ImportOptions{Dt: 1}); err == nil || !strings.Contains(err.Error(), "is 4x6") {
		t.Errorf("a turned picture of 6x4 pixels: got %v", err)
	}
	set := mustImport(t, dir, ImportOptions{Dt: 1, Crop: true})
	square := set.Frame(0, 0) // rows 1 to 4 of the six
	if set.Size != 4 || slices.Max(square) != 0 {
		t.Errorf("the corner is not turned out of the square in the centre: %v", square)
	}

	insertChunk(t, filepath.Join(dir, "1.png"), "acTL", []byte{0, 0, 0, 5, 0, 0, 0, 0})
	for _, path := range []string{dir, filepath.Join(dir, "1.png")} {
		if _, err := Import(t.Context(), path, ImportOptions{Dt: 1, Crop: true}); !badinput.Is(err) || !strings.Contains(err.Error(), "announces 5 frames and has 0") {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

// Pictures that would be missing from a film are named.
func TestPicturesBesideFrames(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"0.png", "1.png"} {
		writePNG(t, image.NewGray(image.Rect(0, 0, 8, 8)), dir, name)
	}
	writeFile(t, []byte("notes"), dir, "notes.txt")
	mustImport(t, dir, ImportOptions{Dt: 1})
	writeFile(t, []byte("a picture"), dir, "2.JPG")
	if _, err := Import(t.Context(), dir, ImportOptions{Dt: 1}); !badinput.Is(err) || !strings.Contains(err.Error(), "2.JPG") {
		t.Errorf("a folder with one JPEG: got %v", err)
	}
	if err := os.Remove(filepath.Join(dir, "2.JPG")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "2.png")); err != nil {
		t.Skip(err)
	}
	if _, err := Import(t.Context(), dir, ImportOptions{Dt: 1}); !badinput.Is(err) || !strings.Contains(err.Error(), "2.png") {
		t.Errorf("a folder with a broken link: got %v", err)
	}
}
