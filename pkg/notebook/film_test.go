package notebook

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/pkg/physics"
)

// TestFilmsComeBack writes videos as GIFs and as PNGs, and loads the very same frames.
func TestFilmsComeBack(t *testing.T) {
	dir := runsHere(t)
	gifs, pngs := filepath.Join(dir, "gifs"), filepath.Join(dir, "pngs")
	out := must(t, inCell(t, func() {
		data := Simulate(physics.TwoBody(), Trajectories(5), Frames(6), Size(16), Dt(0.12))
		SaveGIFs(gifs, data)
		SavePNGs(pngs, data)
		SavePNGs(pngs, data) // replaces what it wrote
		want, err := data.first(5)
		if err != nil {
			t.Error(err)
		}
		for _, back := range []*Data{Load(gifs), Load(pngs, Dt(0.12))} {
			train, err := back.first(4) // the fifth is held out
			if err != nil {
				t.Error(err)
			}
			if train.N != 4 || train.T != 6 || train.Dt != 0.12 || !bytes.Equal(train.Frames, want.Subset(0, 4).Frames) {
				t.Errorf("%d videos of %d frames with dt %g came back, and not the same", train.N, train.T, train.Dt)
			}
		}
		Inspect(gifs)
		Inspect(gifs, Frames(3))
		Inspect(pngs)
		Inspect(filepath.Join(dir, "none"))
	}))
	for _, text := range []string{
		"**gifs**: 5 videos of 6 frames, 16 × 16 pixels, dt = 0.12; 4 to train on, and 1 held out",
		"**gifs**: 10 clips of 3 frames", "**pngs**, not yet: PNG files do not say", "**none**, not yet",
	} {
		if !strings.Contains(out, text) {
			t.Errorf("it is not said %q:\n%s", text, out)
		}
	}
}

// TestForeignFilesAreLeftAlone keeps films from being mixed with what a folder holds.
func TestForeignFilesAreLeftAlone(t *testing.T) {
	dir := runsHere(t)
	foreign := filepath.Join(dir, "films")
	if err := os.MkdirAll(foreign, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(foreign, "film900.gif"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		f    func()
		says string
	}{
		"foreign": {func() { SaveGIFs(foreign, Simulate(physics.Pendulum(), Trajectories(2), Frames(3), Size(8), Dt(0.1))) }, "film900.gif"},
		"dt":      {func() { SaveGIFs(filepath.Join(dir, "x"), tinyData()) }, "hundredths"},
		"many":    {func() { SavePNGs(filepath.Join(dir, "x"), Simulate(physics.Pendulum())) }, "at most 1000"},
		"nothing": {func() { SavePNGs(filepath.Join(dir, "x"), nil) }, "nb.SavePNGs needs data"},
	} {
		if e := inCell(t, c.f); e.code != exitFailed || !strings.Contains(e.stderr, c.says) || lines(e.stderr) != 1 {
			t.Errorf("%s: exit code %d with %q", name, e.code, e.stderr)
		}
	}
	if entries, err := os.ReadDir(foreign); err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %d entries now: %v", len(entries), err)
	}
}

// TestPalettesOfManyColours allows a frame of more than 256 colours an error of a few 255ths.
func TestPalettesOfManyColours(t *testing.T) {
	const size = 32
	frame := make([]uint8, size*size*3)
	for i := range size * size {
		frame[3*i], frame[3*i+1], frame[3*i+2] = uint8(i%size*2), uint8(i/size*2), 100
	}
	img := paletted(frame, size)
	if len(img.Palette) > 256 {
		t.Fatalf("a palette of %d colours", len(img.Palette))
	}
	for i := range size * size {
		r, g, b, _ := img.At(i%size, i/size).RGBA()
		if d := furthest(frame[3*i:][:3], []uint8{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8)}); d > 3 {
			t.Fatalf("pixel %d is %d of 255 off", i, d)
		}
	}
}

// furthest is the largest difference of two frames' bytes.
func furthest(a, b []uint8) int {
	worst := 0
	for i := range a {
		worst = max(worst, int(a[i])-int(b[i]), int(b[i])-int(a[i]))
	}
	return worst
}
