package pictures

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"testing"

	"hgn.local/kernels_xla/boundedtest"
	"hgn.local/pkg/badinput"
)

// chunk is a piece of a PNG.
func chunk(kind string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// withChunk puts a chunk behind the header of a PNG.
func withChunk(file []byte, kind string, data []byte) []byte {
	const header = 8 + 25
	return slices.Concat(file[:header], chunk(kind, data), file[header:])
}

// exif is the data of an Exif block with the tag Orientation.
func exif(order binary.AppendByteOrder, orientation uint16) []byte {
	b := []byte("II*\x00")
	if order.String() == "BigEndian" {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint16(order.AppendUint32(b, 8), 2) // the directory follows, with two entries
	b = append(order.AppendUint32(order.AppendUint16(order.AppendUint16(b, 0x100), 3), 1), 1, 0, 0, 0)
	b = order.AppendUint32(order.AppendUint16(order.AppendUint16(b, 0x112), 3), 1)
	return append(order.AppendUint16(b, orientation), 0, 0, 0, 0, 0, 0)
}

// A picture of 3 x 2 pixels is shown as the tag says, whatever the format and byte order.
func TestOrientation(t *testing.T) {
	stored := image.NewGray(image.Rect(0, 0, 3, 2))
	copy(stored.Pix, []uint8{1, 2, 3, 4, 5, 6})
	var whole bytes.Buffer
	if err := png.Encode(&whole, stored); err != nil {
		t.Fatal(err)
	}
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, stored, nil); err != nil {
		t.Fatal(err)
	}
	xmp := []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00<rdf:Description tiff:Orientation=\"6\"/>")
	for orientation, want := range [][]uint8{1: {1, 2, 3, 4, 5, 6}, 2: {3, 2, 1, 6, 5, 4}, 3: {6, 5, 4, 3, 2, 1}, 4: {4, 5, 6, 1, 2, 3},
		5: {1, 4, 2, 5, 3, 6}, 6: {4, 1, 5, 2, 6, 3}, 7: {6, 3, 5, 2, 4, 1}, 8: {3, 6, 2, 5, 1, 4}} {
		if want == nil {
			continue
		}
		little, big := exif(binary.LittleEndian, uint16(orientation)), exif(binary.BigEndian, uint16(orientation))
		app := append([]byte("\xff\xd8\xff\xe1"), binary.BigEndian.AppendUint16(nil, uint16(len(big)+8))...)
		files := [][]byte{
			withChunk(whole.Bytes(), "eXIf", little), withChunk(whole.Bytes(), "eXIf", big),
			slices.Concat(app, []byte("Exif\x00\x00"), big, photo.Bytes()[2:]),
		}
		if orientation == 6 {
			files = append(files, withChunk(whole.Bytes(), "iTXt", xmp))
		}
		for k, file := range files {
			info, err := Inspect(bytes.NewReader(file))
			if err != nil || info.Orientation != orientation || info.Frames != 1 {
				t.Errorf("file %d with orientation %d: %+v, %v", k, orientation, info, err)
			}
		}
		up := Upright(stored, orientation)
		var got []uint8
		for y := range up.Bounds().Dy() {
			for x := range up.Bounds().Dx() {
				got = append(got, up.At(x, y).(color.Gray).Y)
			}
		}
		if width, height := (Info{Orientation: orientation}).Size(3, 2); !slices.Equal(got, want) || up.Bounds() != image.Rect(0, 0, width, height) {
			t.Errorf("orientation %d shows %v in %v, want %v", orientation, got, up.Bounds(), want)
		}
	}
}

// An animation says how many frames it has, and a picture that its file cannot hold is refused.
func TestInspectPNG(t *testing.T) {
	var whole bytes.Buffer
	if err := png.Encode(&whole, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	file := whole.Bytes()
	if info, err := Inspect(bytes.NewReader(withChunk(file, "acTL", []byte{0, 0, 0, 7, 0, 0, 0, 0}))); err != nil || info.Frames != 7 {
		t.Errorf("an animation of 7 frames: %+v, %v", info, err)
	}
	for n := range file {
		if info, err := Inspect(bytes.NewReader(file[:n])); err != nil || info != (Info{1, 1}) {
			t.Errorf("%d bytes of a picture: %+v, %v", n, info, err)
		}
	}
	giant := slices.Clone(file)
	copy(giant[16:], []byte{0, 0, 0x20, 0, 0, 0, 0x20, 0})
	if _, err := Inspect(bytes.NewReader(giant)); err == nil {
		t.Errorf("a picture of 8192 x 8192 pixels in %d bytes is taken", len(file))
	}
}

// FuzzInspect looks for files that make Inspect panic, hang or take memory without bound.
func FuzzInspect(f *testing.F) {
	var whole bytes.Buffer
	if err := png.Encode(&whole, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.Bytes())
	f.Add(withChunk(whole.Bytes(), "eXIf", exif(binary.LittleEndian, 6)))
	f.Add(withChunk(whole.Bytes(), "acTL", []byte{0, 0, 0, 7, 0, 0, 0, 0}))
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 3, 2)), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(photo.Bytes())
	f.Add([]byte("GIF89a\x04\x00\x04\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff\x2c\x00\x00\x00\x00\x04\x00\x04\x00\x00\x02\x05\x84\x8f\xa9\xcb\xed\x00;"))
	f.Fuzz(func(t *testing.T, file []byte) {
		var info Info
		var err error
		boundedtest.Within(t, boundedtest.Text(len(file)), func() { info, err = Inspect(bytes.NewReader(file)) })
		boundedtest.Within(t, boundedtest.Text(2*len(file)), func() {
			a, err := SurveyAPNG(bytes.NewReader(file))
			if err != nil {
				return
			}
			for i := range min(len(a.Frames), 4) {
				if _, err := a.Still(bytes.NewReader(file), i); err != nil && !badinput.Is(err) {
					t.Errorf("frame %d: %v", i, err)
				}
			}
		})
		if err == nil && (info.Orientation < 1 || info.Orientation > 8) {
			t.Errorf("orientation %d", info.Orientation)
		}
	})
}
