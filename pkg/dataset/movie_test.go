package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/ffmpeg"
	"hgn.local/pkg/dataset/pictures"
)

const wide, high = 48, 32

// shade is a picture of which each column, and each frame, has its own grey.
func shade(i int, rgb []uint8) {
	for k := range wide * high {
		v := uint8(20 + 3*(k%wide) + 2*i)
		rgb[3*k], rgb[3*k+1], rgb[3*k+2] = v, v, v
	}
}

func saveMovie(t *testing.T, path string, frames int) {
	t.Helper()
	if !ffmpeg.Installed() {
		t.Skip("ffmpeg is not installed, so no film can be made or read")
	}
	if err := ffmpeg.Save(t.Context(), path, wide, high, 25, frames, shade); err != nil {
		t.Fatal(err)
	}
}

// A folder of films becomes clips of the chosen part, of each third frame, with the time between them.
func TestImportOfFilms(t *testing.T) {
	dir := t.TempDir()
	for i := range 2 {
		saveMovie(t, filepath.Join(dir, fmt.Sprintf("take %d.mp4", i+9)), 31-3*i) // take 9, take 10
	}
	set := mustImport(t, dir, ImportOptions{Every: 3, CropTo: Region{8, 4, 20, 20}, Size: 10, Length: 4, Stride: 2})
	// Eleven and ten frames: clips of four begin at 0, 2, 4 and 6.
	if set.N != 8 || set.T != 4 || set.Size != 10 || math.Abs(set.Dt-0.12) > 1e-12 || set.Remarks != nil || !strings.HasSuffix(set.Films[0], "take 9.mp4") {
		t.Fatalf("%d clips of %d frames, %d pixels, dt %g, %v, %v", set.N, set.T, set.Size, set.Dt, set.Remarks, set.Films)
	}
	for i := range set.N {
		for k := range set.T {
			for x := range 10 {
				want := 20 + 3*(8+2*float64(x)+0.5) + 2*3*float64(set.Clips[i].Start+k)
				if got := float64(set.Frame(i, k)[3*(5*10+x)]); math.Abs(got-want) > 4 {
					t.Fatalf("clip %d, frame %d, column %d is %g, want %g", i, k, x, got, want)
				}
			}
		}
	}

	again := mustImport(t, dir, ImportOptions{Every: 3, CropTo: Region{8, 4, 20, 20}, Size: 10, Length: 4, Stride: 2})
	again.Frames[5]++ // as another version of ffmpeg may decode it
	if other := mustImport(t, dir, ImportOptions{Every: 3, CropTo: Region{9, 4, 20, 20}, Size: 10, Length: 4, Stride: 2}); again.Fingerprint() != set.Fingerprint() || other.Fingerprint() == set.Fingerprint() {
		t.Error("the fingerprint is not that of the files and the options")
	}
	for _, c := range []struct {
		path string
		o    ImportOptions
		says string
	}{
		{dir, ImportOptions{Length: 4}, "is 48x32"},
		{dir, ImportOptions{Length: 4, CropTo: Region{30, 4, 20, 20}}, "CropTo asks for 20x20 of them from 30,4 on"},
		{dir, ImportOptions{Length: 4, CropTo: Region{-1, 4, 20, 20}}, "CropTo says -1,4,20,20"},
		{dir, ImportOptions{Length: 4, Every: -1}, "Every"},
		{dir, ImportOptions{Length: 15, Every: 3, Crop: true}, "has 11 frames"},
	} {
		if _, err := Import(t.Context(), c.path, c.o); !badinput.Is(err) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c.o, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Import(ctx, dir, ImportOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped import: %v", err)
	}
	writeFile(t, []byte("GIF89a"), dir, "a.gif")
	if _, err := Import(t.Context(), dir, ImportOptions{}); !badinput.Is(err) || !strings.Contains(err.Error(), "1 .gif files and 2 films") {
		t.Errorf("a film beside a GIF: %v", err)
	}
}

// What is wrong with the times of a film is said, and so is a rate that its pictures do not have.
func TestFilmsThatDropAndRepeatFrames(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.mp4")
	saveMovie(t, path, 60)
	for name, filter := range map[string]string{"dropped.mkv": "select='not(eq(n,30))'", "repeated.mkv": "fps=50"} {
		args := []string{"-v", "error", "-i", path, "-vf", filter, "-vsync", "passthrough", filepath.Join(dir, name)}
		if said, err := exec.CommandContext(t.Context(), "ffmpeg", args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
	}
	set := mustImport(t, filepath.Join(dir, "dropped.mkv"), ImportOptions{Crop: true})
	if set.T != 60 || math.Abs(set.Dt-0.04) > 1e-6 || len(set.Remarks) != 1 || !strings.Contains(set.Remarks[0], "1 missing ones, the first after 1.") {
		t.Errorf("a dropped frame: %d frames, dt %g, %q", set.T, set.Dt, set.Remarks)
	}
	if !bytes.Equal(set.Frame(0, 30), set.Frame(0, 29)) && !bytes.Equal(set.Frame(0, 30), set.Frame(0, 31)) {
		t.Error("a dropped frame is not replaced by a neighbour")
	}
	set = mustImport(t, filepath.Join(dir, "repeated.mkv"), ImportOptions{Crop: true})
	if len(set.Remarks) != 1 || !strings.Contains(set.Remarks[0], "set Every") {
		t.Errorf("frames in pairs: %d frames, dt %g, %q", set.T, set.Dt, set.Remarks)
	}
}

// Without ffmpeg, a film is refused by one sentence that says what to install.
func TestFilmsWithoutFFmpeg(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.mp4")
	if err := os.WriteFile(path, []byte("a film"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := Import(t.Context(), path, ImportOptions{}); !badinput.Is(err) || !strings.Contains(err.Error(), "install the package ffmpeg") {
		t.Errorf("got %v", err)
	}
}

// Each second frame of a part of pictures of other kinds, of several files and with states.
func TestPartsOfOtherVideos(t *testing.T) {
	r := small("pendulum")
	r.Trajectories, r.Frames = 2, 9
	set := generate(t, r)
	dir := t.TempDir()
	for f := range set.T {
		writePNG(t, picture(set.Frame(0, f), set.Size), dir, fmt.Sprintf("%d.png", f))
	}
	part := Region{3, 1, 8, 8}
	path := filepath.Join(t.TempDir(), "a.npz")
	if err := set.Save(path); err != nil {
		t.Fatal(err)
	}
	npz := mustImport(t, path, ImportOptions{Every: 2, CropTo: part})
	pngs := mustImport(t, dir, ImportOptions{Every: 2, CropTo: part, Dt: set.Dt})
	for name, got := range map[string]*Dataset{"npz": npz, "PNGs": pngs} {
		if got.T != 5 || got.Size != 8 || got.Dt != 2*set.Dt || got.System != "" {
			t.Fatalf("%s: %d frames of %d pixels, dt %g, %s", name, got.T, got.Size, got.Dt, got.System)
		}
		for f := range got.T {
			whole := picture(set.Frame(0, 2*f), set.Size).(*image.RGBA).SubImage(part.rectangle())
			want := make([]uint8, 8*8*3)
			new(fitter).fit(whole, 8, want)
			if !bytes.Equal(got.Frame(0, f), want) {
				t.Errorf("%s: frame %d is not that of the file", name, f)
			}
		}
	}
	for f := range npz.T {
		q, _ := npz.State(1, f)
		if want, _ := set.State(1, 2*f); q[0] != want[0] {
			t.Errorf("the state of frame %d is %v, want %v", f, q, want)
		}
	}
	turned := window{picture(set.Frame(0, 0), set.Size), part.rectangle()} // of a kind that cannot be cut itself
	a, b := make([]uint8, 8*8*3), make([]uint8, 8*8*3)
	new(fitter).fit(turned, 8, a)
	new(fitter).fit(cut(picture(set.Frame(0, 0), set.Size), part.rectangle()), 8, b)
	if !bytes.Equal(a, b) {
		t.Error("a window shows another part")
	}
}

// An animated PNG that this module writes comes back bit by bit.
func TestAnimatedPNGsComeBack(t *testing.T) {
	frame := func(i int) *image.NRGBA {
		if i == 4 {
			i = 3
		}
		img := image.NewNRGBA(image.Rect(0, 0, 12, 12))
		for k := range 144 {
			v := uint8(10 + k)
			if k%12 >= i && k%12 < i+3 { // frames 3 and 4 are equal
				v = 250
			}
			copy(img.Pix[4*k:], []uint8{v, v / 2, uint8(max(0, i-4)), 255})
		}
		return img
	}
	var b bytes.Buffer
	if err := pictures.Animate(&b, 7, 1, 24, frame); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.png")
	writeFile(t, b.Bytes(), path)
	set := mustImport(t, path, ImportOptions{})
	if set.T != 7 || set.Dt != 1.0/24 {
		t.Fatalf("%d frames, dt %g", set.T, set.Dt)
	}
	for i := range set.T {
		want := make([]uint8, 12*12*3)
		new(fitter).fit(frame(i), 12, want)
		if !bytes.Equal(set.Frame(0, i), want) {
			t.Errorf("frame %d is another", i)
		}
	}
}
