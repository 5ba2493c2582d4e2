package ffmpeg

import (
	"context"
	"errors"
	"image"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hgn.local/pkg/badinput"
)

const wide, high, long = 64, 48, 24

// film saves a film of a bright square that moves one pixel to the right from frame to frame.
func film(t *testing.T, name string) string {
	t.Helper()
	if !Installed() {
		t.Skip("ffmpeg is not installed, so no film can be made or read")
	}
	path := filepath.Join(t.TempDir(), name)
	err := Save(t.Context(), path, wide, high, 24, long, func(i int, rgb []uint8) {
		for k := range wide * high {
			v := uint8(40)
			if x, y := k%wide-i, k/wide; x >= 4 && x < 16 && y >= 4 && y < 16 {
				v = 220
			}
			rgb[3*k], rgb[3*k+1], rgb[3*k+2] = v, v, v
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// convert runs ffmpeg on a film and returns the path of what it makes.
func convert(t *testing.T, from, name string, args ...string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), name)
	args = append(append([]string{"-v", "error", "-i", "file:" + from}, args...), "file:"+to)
	if said, err := exec.CommandContext(t.Context(), "ffmpeg", args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return to
}

func look(t *testing.T, path string) *Film {
	t.Helper()
	f, err := Look(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// centre returns the centre of what is bright in each picture.
func centres(t *testing.T, f *Film) (x, y []float64) {
	t.Helper()
	err := f.Frames(t.Context(), func(i int, p *image.NRGBA) {
		sx, sy, n := 0.0, 0.0, 0.0
		for k := range p.Rect.Dx() * p.Rect.Dy() {
			if p.Pix[4*k] > 130 {
				sx, sy, n = sx+float64(k%p.Rect.Dx()), sy+float64(k/p.Rect.Dx()), n+1
			}
		}
		x, y = append(x, sx/n), append(y, sy/n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return x, y
}

// What was filmed comes back in order, with its times, from every kind of file, whatever the file's name looks like.
func TestFilmsAreRead(t *testing.T) {
	from := film(t, "-i http:a|b,c'\".mp4")
	for name, args := range map[string][]string{
		"a.mov": {}, "a.avi": {}, "a.mkv": {}, "a.webm": {"-c:v", "libvpx", "-b:v", "400k"},
		"%03d.mp4": {"-f", "lavfi", "-i", "sine", "-shortest", "-map", "0:v", "-map", "1:a"}, // with sound
	} {
		f := look(t, convert(t, from, "x"+name, args...))
		if f.Width != wide || f.Height != high || len(f.Times) < long-1 || math.Abs(f.Times[5]-f.Times[0]-5.0/24) > 2e-3 {
			t.Errorf("%s: %dx%d, %d frames at %v", name, f.Width, f.Height, len(f.Times), f.Times)
			continue
		}
		x, _ := centres(t, f)
		for i := range x {
			if math.Abs(x[i]-9.5-float64(i)) > 1 {
				t.Errorf("%s: the square of frame %d is at %g", name, i, x[i])
			}
		}
	}
	f := look(t, from)
	if len(f.Times) != long || f.Rate != 24 {
		t.Errorf("%d frames, %g a second", len(f.Times), f.Rate)
	}
	if x, _ := centres(t, f); len(x) != long {
		t.Errorf("%d frames were decoded", len(x))
	}
}

// A film that a phone held upright is upright, and pixels that are not square become so.
func TestFilmsAreShownAsTheyWereTaken(t *testing.T) {
	from := film(t, "a.mp4")
	turned := look(t, convert(t, from, "turned.mp4", "-c", "copy", "-metadata:s:v", "rotate=90"))
	if turned.Width != high || turned.Height != wide {
		t.Fatalf("a turned film of %dx%d is %dx%d", wide, high, turned.Width, turned.Height)
	}
	if x, y := centres(t, turned); math.Abs(math.Abs(y[10]-y[0])-10) > 1 || math.Abs(x[10]-x[0]) > 1 {
		t.Errorf("the square moves by (%g, %g)", x[10]-x[0], y[10]-y[0])
	}
	broad := look(t, convert(t, from, "broad.mp4", "-vf", "setsar=2"))
	if broad.Width != 2*wide || broad.Height != high {
		t.Errorf("with pixels of 2:1 it is %dx%d", broad.Width, broad.Height)
	}
	if x, _ := centres(t, broad); math.Abs(x[10]-x[0]-20) > 2 {
		t.Errorf("the square moves by %g", x[10]-x[0])
	}
}

func TestBadFilmsAreRefused(t *testing.T) {
	from := film(t, "a.mp4")
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	whole, err := os.ReadFile(convert(t, from, "fast.mp4", "-c", "copy", "-movflags", "faststart"))
	if err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{
		write("list.mp4", []byte("ffconcat version 1.0\nfile "+from+"\n")):                                                  "cannot be read whole",
		write("list.mkv", []byte("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://"+from+"\n")):                        "cannot be read whole",
		write("text.avi", []byte("not a film")):                                                                             "cannot be read whole",
		write("empty.mp4", nil):                                                                                             "cannot be read whole",
		write("cut.mp4", whole[:len(whole)*2/3]):                                                                            "cannot be read whole",
		convert(t, from, "sound.mp4", "-f", "lavfi", "-i", "sine=duration=1", "-map", "1:a"):                                "no video stream",
		convert(t, from, "giant.mkv", "-vf", "scale=1024:1024,setsar=r=30000:max=100000", "-frames:v", "2", "-c:v", "ffv1"): "megapixels",
	} {
		f, err := Look(t.Context(), path)
		if err == nil {
			err = f.Frames(t.Context(), func(int, *image.NRGBA) {})
		}
		if !badinput.Is(err) || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", filepath.Base(path), err)
		}
	}
}

// The programs end with the context, and where they are missing, what to install is said.
func TestProgramsThatEndAndThatAreMissing(t *testing.T) {
	f := look(t, film(t, "a.mp4"))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	err := f.Frames(ctx, func(int, *image.NRGBA) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := Look(t.Context(), f.Path); !badinput.Is(err) || !strings.Contains(err.Error(), "ffprobe is not installed: install") {
		t.Errorf("without ffprobe: %v", err)
	}
	if err := f.Frames(t.Context(), nil); !badinput.Is(err) || !strings.Contains(err.Error(), "ffmpeg is not installed: install") {
		t.Errorf("without ffmpeg: %v", err)
	}
}

// Versions before 5.1 know the option by another name.
func TestOlderVersions(t *testing.T) {
	f := look(t, film(t, "a.mp4"))
	real, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	old := "#!/bin/sh\ncase \"$*\" in *-fps_mode*) echo \"Unrecognized option 'fps_mode'.\" >&2; exit 1;; esac\nexec " + real + " \"$@\"\n"
	if err := os.WriteFile(filepath.Join(dir, "ffmpeg"), []byte(old), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	if x, _ := centres(t, f); len(x) != long {
		t.Errorf("%d frames", len(x))
	}
}

// TestSaveFollowsLinks writes through a link to the file behind it, and leaves no other file.
func TestSaveFollowsLinks(t *testing.T) {
	if !Installed() {
		t.Skip("ffmpeg and ffprobe are not installed")
	}
	dir := t.TempDir()
	behind, link := filepath.Join(dir, "behind.mp4"), filepath.Join(dir, "link.mp4")
	if err := os.WriteFile(behind, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(behind, link); err != nil {
		t.Fatal(err)
	}
	if err := Save(t.Context(), link, 16, 16, 10, 3, func(int, []uint8) {}); err != nil {
		t.Fatal(err)
	}
	if target, err := os.Readlink(link); err != nil || target != behind {
		t.Errorf("the link leads to %q, %v", target, err)
	}
	if f, err := Look(t.Context(), behind); err != nil || len(f.Times) != 3 {
		t.Errorf("the file behind the link holds %+v, %v", f, err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("the folder holds %v", left)
	}
}
