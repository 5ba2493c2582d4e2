package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/pkg/figures"
)

// Every figure is listed, and those with names are drawn of runs that were trained for a moment; a run of the other kind is
// refused in one line.
func TestNamedFigures(t *testing.T) {
	code, list, _ := hgn(t, "figure", "--list")
	if code != exitDone || !strings.HasPrefix(list, "5 ") || strings.Count(list, "\n") != 6+len(figures.All()) {
		t.Fatalf("the list, with exit code %d, is\n%s", code, list)
	}
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	trainTiny(t, file("video"), "hgn", "pendulum", "refine=0")
	if code, _, said := hgn(t, "train", "nhf", "--density", "gaussians4", "--preset", "quick", "--steps", "2", "--set", "evaluation=2",
		"--set", "encoder_hidden=[8]", "--set", "energy_hidden=[8]", "--out", file("flow")); code != exitDone {
		t.Fatal(said)
	}
	for _, f := range figures.All() {
		if !strings.Contains(list, f.Name+" ") || !strings.Contains(list, f.Shows) {
			t.Errorf("%s is not listed", f.Name)
		}
		run, other := file("video"), file("flow")
		if f.Density {
			run, other = other, run
		}
		path := file(f.Name + ".png")
		if f.Name == "family" { // it is of runs on data in which a constant differs
			if code, _, said := hgn(t, "figure", f.Name, run, "--out", path); code != exitBadInput || !strings.Contains(said, "is of no family") {
				t.Errorf("figure family of a single system: exit code %d: %s", code, said)
			}
			run = file("family")
			if code, _, said := hgn(t, "train", "hgn", "--system", "pendulum", "--constant", "length=0.9..1.6", "--trajectories", "20", "--sequence", "9", "--size", "16",
				"--steps", "12", "--set", "batch=4", "--set", "refine=0", "--out", run); code != exitDone {
				t.Fatal(said)
			}
		}
		if f.Name == "samples" { // it is of points that are pictures
			if code, _, said := hgn(t, "figure", f.Name, run, "--out", path); code != exitBadInput || !strings.Contains(said, "say their height and width") {
				t.Errorf("figure samples of points in the plane: exit code %d: %s", code, said)
			}
			run = file("pictures")
			if code, _, said := hgn(t, "train", "rnvp", "--density", "gaussians4x16", "--points", "200", "--steps", "2", "--set", "hidden=[8]", "--out", run); code != exitDone {
				t.Fatal(said)
			}
		}
		drawn := []string{"figure", f.Name, run, "--out", path}
		if strings.HasPrefix(f.Name, "compare") { // it is of two runs
			if code, _, said := hgn(t, drawn...); code != exitBadInput || !strings.Contains(said, "two runs or more") {
				t.Errorf("figure %s of one run: exit code %d: %s", f.Name, code, said)
			}
			if err := os.CopyFS(file(f.Name), os.DirFS(run)); err != nil {
				t.Fatal(err)
			}
			drawn = append(drawn, file(f.Name))
		}
		if code, _, said := hgn(t, drawn...); code != exitDone {
			t.Errorf("figure %s: exit code %d: %s", f.Name, code, said)
			continue
		}
		drawnAs(t, path, 400, 250)
		if code, _, said := hgn(t, "figure", f.Name, other, "--out", path); code != exitBadInput || !strings.Contains(said, "figure "+f.Name) {
			t.Errorf("figure %s of the wrong run: exit code %d: %s", f.Name, code, said)
		}
	}
	if code, _, said := hgn(t, "figure", "4"); code != exitBadInput || !strings.Contains(said, "--list") {
		t.Errorf("a figure that there is not: exit code %d: %s", code, said)
	}
}
