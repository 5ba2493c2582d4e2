package main

import (
	"image"
	"image/gif"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// drawnAs fails the test unless a file holds a picture of more than one colour, or a film of frames that differ, at least as
// large as said.
func drawnAs(t *testing.T, path string, width, height int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var shown image.Image
	if filepath.Ext(path) == ".gif" {
		film, err := gif.DecodeAll(f)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if len(film.Image) < 2 {
			t.Errorf("%s does not move: it has %d frames", path, len(film.Image))
		}
		shown = film.Image[0]
	} else if shown, err = png.Decode(f); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	size := shown.Bounds().Size()
	if size.X < width || size.Y < height || size.X > 8*width || size.Y > 8*height {
		t.Errorf("%s has %d x %d pixels, and %d x %d or somewhat more were expected", path, size.X, size.Y, width, height)
	}
	colours := map[[3]uint32]bool{}
	for x := range size.X {
		for y := range size.Y {
			r, g, b, _ := shown.At(x, y).RGBA()
			colours[[3]uint32{r, g, b}] = true
		}
	}
	if len(colours) < 8 {
		t.Errorf("%s has %d colours", path, len(colours))
	}
}

// Each figure is drawn of runs that were trained for a moment, and what cannot be drawn is refused in one line.
func TestFigures(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	trainTiny(t, file("video"), "hgn", "pendulum", "refine=0")
	trainTiny(t, file("hnn"), "hnn", "pendulum")
	for name, args := range map[string][]string{
		"flow": {"nhf", "--density", "gaussians4", "--set", "evaluation=2", "--set", "encoder_hidden=[8]", "--set", "energy_hidden=[8]"},
		"rnvp": {"rnvp", "--density", "gaussians4", "--set", "hidden=[8]"},
		"line": {"nhf", "--density", "gaussian1", "--set", "evaluation=2", "--set", "encoder_hidden=[8]", "--set", "energy_hidden=[8]"},
	} {
		args = append(append([]string{"train"}, args...), "--points", "500", "--steps", "12", "--set", "batch=32", "--out", file(name))
		if code, _, stderr := hgn(t, args...); code != exitDone {
			t.Fatalf("%v: exit code %d, %s", args, code, stderr)
		}
	}
	video, flow := file("video"), file("flow")
	for _, c := range []struct {
		out           string
		width, height int
		args          []string
	}{
		{"5.png", 800, 400, []string{"5", "--system", "pendulum", "--n", "3", "--constant", "potential_factor=2"}},
		{"5b.png", 800, 400, []string{"5", "--system", "three_body", "--n", "2"}},
		{"6.png", 800, 400, []string{"6", video, file("hnn")}},
		{"7.png", 800, 400, []string{"7", video, "--from", "3", "--to", "1", "--n", "3"}},
		{"7.gif", 200, 100, []string{"7", video, "--steps", "4"}},
		{"8.png", 800, 200, []string{"8", video, "--n", "3", "--seed", "5"}},
		{"8.gif", 100, 50, []string{"8", video, "--n", "3"}},
		{"9.png", 800, 600, []string{"9", flow, "--n", "20"}},
		{"9.gif", 200, 200, []string{"9", flow, "--n", "20"}},
		{"10.png", 800, 400, []string{"10", flow, file("rnvp")}},
		{"momenta.png", 700, 300, []string{"momenta", flow}},
	} {
		code, stdout, stderr := hgn(t, append(append([]string{"figure"}, c.args...), "--out", file(c.out))...)
		if code != exitDone || stdout != "" || !strings.Contains(stderr, file(c.out)+": figure "+c.args[0]) {
			t.Errorf("%v: exit code %d, stdout %q, %s", c.args, code, stdout, stderr)
			continue
		}
		drawnAs(t, file(c.out), c.width, c.height)
	}

	x := file("x.png")
	for _, c := range []struct {
		says string
		args []string
	}{
		{`there is no figure "4"`, []string{"4", video, "--out", x}},
		{`required flag(s) "out"`, []string{"6", video}},
		{`required flag(s) "system"`, []string{"5", "--out", x}},
		{"unknown system", []string{"5", "--system", "nosuch", "--out", x}},
		{"at least 1 arg", []string{"6", "--out", x}},
		{"accepts 1 arg(s), received 2", []string{"7", video, file("hnn"), "--out", x}},
		{"accepts 1 arg(s), received 0", []string{"9", "--out", x}},
		{"figure 6 is of videos, and " + flow, []string{"6", video, flow, "--out", x}},
		{"figure 8 is of videos", []string{"8", flow, "--out", x}},
		{"figure 9 is of densities, and " + video, []string{"9", video, "--out", x}},
		{"figure 10 is of densities", []string{"10", flow, video, "--out", x}},
		{"is of an RNVP, which has no energy", []string{"9", file("rnvp"), "--out", x}},
		{"whose likelihood is exact", []string{"momenta", file("rnvp"), "--out", x}},
		{"draws the plane", []string{"9", file("line"), "--out", x}},
		{"runs of one of them", []string{"10", flow, file("line"), "--out", x}},
		{"is of an HNN", []string{"7", file("hnn"), "--out", x}},
		{"figure 5 is written as .png:", []string{"5", "--system", "pendulum", "--out", file("x.gif")}},
		{"figure 7 is written as .png or .gif", []string{"7", video, "--out", file("x.npz")}},
		{"there is no folder", []string{"8", video, "--out", file("no/x.png")}},
		{"another --from or --to", []string{"7", video, "--from", "1", "--out", x}},
		{"no test video 500", []string{"7", video, "--to", "500", "--out", x}},
		{"2 to 20 states", []string{"7", video, "--n", "1", "--out", x}},
		{"1 to 20 samples", []string{"8", video, "--n", "0", "--out", x}},
		{"--from must be", []string{"8", video, "--from", "above", "--out", x}},
		{"1 to 5000 points", []string{"9", flow, "--n", "0", "--out", x}},
		{"given twice", []string{"6", video, video, "--out", x}},
		{"is not the folder of a run", []string{"9", file("nowhere"), "--out", x}},
	} {
		code, stdout, stderr := hgn(t, append([]string{"figure"}, c.args...)...)
		_, sentence, _ := strings.Cut(stderr, "hgn: ") // what comes before is that it takes long
		if code != exitBadInput || !strings.Contains(sentence, c.says) || strings.Count(sentence, "\n") != 1 || stdout != "" {
			t.Errorf("%v: exit code %d, stderr %q, want %q", c.args, code, stderr, c.says)
		}
	}
	if left, _ := filepath.Glob(file("x.*")); left != nil {
		t.Errorf("a figure that was refused has left %v", left)
	}
}
