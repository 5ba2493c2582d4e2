package notebook

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/rnvp"
	"hgn.local/pkg/dataset/npz"
	"hgn.local/pkg/training"
)

// tinyFlow and tinyRNVP are models that train in a moment.
func tinyFlow() nhf.Params {
	p := nhf.Quick()
	p.EnergyHidden, p.EncoderHidden, p.Steps, p.Batch, p.Evaluation = []int{8}, []int{8}, 12, 32, 2
	return p
}

func tinyRNVP() rnvp.Params {
	p := rnvp.Quick()
	p.Hidden, p.Steps, p.Batch = []int{8}, 12, 32
	return p
}

func TestCellsOfDensities(t *testing.T) {
	dir := runsHere(t)
	out := must(t, inCell(t, func() {
		data := Density("gaussians4", Points(500), Seed(3))
		Show(data)
		Show(Train("flow", tinyFlow(), data))
		fixed := tinyFlow()
		fixed.Kinetic, fixed.Shared = "fixed", true
		Train("fixed", fixed, data)
		Train("rnvp", tinyRNVP(), data)
		Train("rings", tinyFlow(), Density("rings", Points(500)), Quiet())
	}))
	if _, err := os.Stat(filepath.Join(dir, "rings", "training.png")); err == nil || !strings.Contains(out, "rings: 12 steps in") {
		t.Errorf("a quiet training has a picture, or says nothing:\n%s", out)
	}
	if !strings.Contains(out, "drawing the training points") || !strings.Contains(out, "12 steps in") {
		t.Errorf("it is not said how the training goes:\n%s", out)
	}
	out = must(t, inCell(t, func() {
		run := Open("flow")
		Flow(run)
		FlowGIF(run, Points(20))
		Landscape(run)
		Inverse(run, Points(50))
		Measures(run)
		Densities("flow", "rnvp")
	}))
	pictures(t, filepath.Join(dir, "flow"), "training.png", "curve.png", "density.png", "flow.png", "flow.gif", "landscape.png", "inverse.png")
	pictures(t, dir, "gaussians4_density.png", "densities.png")
	for _, text := range []string{"There and back again", "| measure | flow |", "| model | NHF |", "95% interval", "of the target itself"} {
		if !strings.Contains(out, text) {
			t.Errorf("nothing is said of %q:\n%s", text, out)
		}
	}
	out = must(t, inCell(t, func() {
		Landscape(Open("fixed"))
		Likelihoods("flow", "fixed", "rnvp")
		Densities("flow", "rings")
		DensityTable("flow", "rings", "rnvp")
		Gallery(Density("checkerboard"), Density("rings"))
		Priors("normal", "uniform", "soft_uniform:width=3", "mixture")
	}))
	pictures(t, dir, "likelihoods.png", "gallery.png", "priors.png")
	for _, text := range []string{"learned masses", "| measure | flow | rings | rnvp |", "| model | NHF | NHF | RNVP |", "| target | gaussians4 | rings | gaussians4 |"} {
		if !strings.Contains(out, text) {
			t.Errorf("nothing is said of %q:\n%s", text, out)
		}
	}
}

// TestDensitiesOfOtherDimensions shows points on the line, in space, and of a file, of which no density is known.
func TestDensitiesOfOtherDimensions(t *testing.T) {
	dir := runsHere(t)
	file := filepath.Join(dir, "own.npz")
	x := make([]float64, 400)
	for i := range x {
		x[i] = math.Sin(float64(i * i))
	}
	if err := npz.Write(file, npz.Array{Name: "x", Shape: []int{200, 2}, Data: x}); err != nil {
		t.Fatal(err)
	}
	out := must(t, inCell(t, func() {
		for name, target := range map[string]string{"line": "gaussians2x1", "space": "gaussians4x3", "own": file} {
			data := Density(target)
			Show(data, Train(name, tinyFlow(), data))
		}
		Show(Open("space"))
		Flow(Open("own"))
	}))
	if !strings.Contains(out, "reading the training points") || !strings.Contains(out, "trained before") && !strings.Contains(out, "12 steps in") {
		t.Errorf("it is not said how the training goes:\n%s", out)
	}
	pictures(t, dir, "gaussians2x1_density.png", "gaussians4x3_density.png", "own_npz_density.png", "line/density.png", "space/density.png", "own/density.png", "own/flow.png")
}

// TestDensityIsNotTrainedTwice trains a run, shows it, and makes a trial of it.
func TestDensityIsNotTrainedTwice(t *testing.T) {
	dir := runsHere(t)
	train := func() { Train("flow", tinyFlow(), Density("rings", Points(200))) }
	must(t, inCell(t, train))
	before, err := os.ReadFile(filepath.Join(dir, "flow", training.CheckpointFile))
	if err != nil {
		t.Fatal(err)
	}
	if out := must(t, inCell(t, train)); !strings.Contains(out, "trained before: 12 steps") {
		t.Errorf("it is not said that the run was trained before:\n%s", out)
	}
	if after, err := os.ReadFile(filepath.Join(dir, "flow", training.CheckpointFile)); err != nil || string(after) != string(before) {
		t.Error("the checkpoint of a finished run has changed")
	}
	t.Setenv(trialVariable, "3")
	if out := must(t, inCell(t, train)); !strings.Contains(out, "trial run of 3 steps instead of 12") {
		t.Errorf("it is not said that this is a trial:\n%s", out)
	}
}

func TestVideosAndDensitiesAreToldApart(t *testing.T) {
	dir := runsHere(t)
	must(t, inCell(t, func() {
		Train("video", tiny(), tinyData())
		Train("flow", tinyFlow(), Density("rings", Points(200)))
		Train("rnvp", tinyRNVP(), Density("gaussian", Points(200)))
		Train("space", tinyFlow(), Density("gaussians2x3", Points(200)))
	}))
	for _, c := range []struct {
		name string
		f    func()
		says []string
	}{
		{"rollout", func() { Open("flow").Rollout() }, []string{"learned a density", "no videos"}},
		{"energy", func() { Energy(Open("flow")) }, []string{"learned a density"}},
		{"phase portrait", func() { PhasePortrait(Open("flow")) }, []string{"learned a density"}},
		{"samples", func() { Samples(Open("flow")) }, []string{"learned a density"}},
		{"test videos", func() { Open("flow").Test() }, []string{"learned a density"}},
		{"model", func() { Open("flow").Model() }, []string{"learned a density"}},
		{"table", func() { Table(Open("flow")) }, []string{"learned a density"}},
		{"per step", func() { PerStep(Open("flow")) }, []string{"learned a density"}},
		{"conservation", func() { Conservation(Open("flow")) }, []string{"learned a density"}},
		{"profiles", func() { KineticPotential(Open("flow")) }, []string{"learned a density"}},
		{"films", func() { SaveGIFs(filepath.Join(dir, "films"), Density("rings")) }, []string{"nb.SaveGIFs", "points of a density"}},
		{"flow of videos", func() { Flow(Open("video")) }, []string{"nb.Flow shows a density", "learned from videos"}},
		{"likelihoods of videos", func() { Likelihoods("video") }, []string{"nb.Likelihoods shows a density"}},
		{"table of videos", func() { DensityTable("flow", "video") }, []string{"nb.DensityTable shows a density"}},
		{"model of videos", func() { Open("video").DensityModel() }, []string{"learned from videos"}},
		{"flow of an RNVP", func() { Flow(Open("rnvp")) }, []string{"is of an RNVP, which has no energy"}},
		{"landscape of an RNVP", func() { Landscape(Open("rnvp")) }, []string{"is of an RNVP"}},
		{"flow in space", func() { FlowGIF(Open("space")) }, []string{"draws the plane", "3 coordinates"}},
		{"options of a landscape", func() { Landscape(Open("flow"), Dt(1)) }, []string{"nb.Dt"}},
		{"lines", func() { Flow(Open("flow"), Points(0)) }, []string{"1 to 5000"}},
		{"two targets", func() { Likelihoods("flow", "rnvp") }, []string{"rings, gaussian"}},
		{"no names", func() { Likelihoods() }, []string{"names of runs"}},
		{"unknown target", func() { Density("squares") }, []string{"unknown density", "two_moons"}},
		{"points", func() { Density("rings", Points(1)) }, []string{"at least 2 points"}},
		{"option of videos", func() { Density("rings", Frames(3)) }, []string{"nb.Frames", "nb.Points"}},
		{"videos for a flow", func() { Train("x", tinyFlow(), tinyData()) }, []string{"learns a density"}},
		{"points for an HGN", func() { Train("x", tiny(), Density("rings")) }, []string{"learns from videos"}},
		{"other density", func() { Train("flow", tinyFlow(), Density("rings", Points(300))) }, []string{"points 200 instead of 300"}},
		{"gallery of videos", func() { Gallery(tinyData()) }, []string{"nb.Gallery"}},
		{"unknown prior", func() { Priors("flat") }, []string{"unknown prior"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := inCell(t, func() { c.f(); t.Error("the cell went on") })
			if e.code != exitFailed || lines(e.stderr) != 1 {
				t.Errorf("exit code %d with %q", e.code, e.stderr)
			}
			for _, text := range c.says {
				if !strings.Contains(e.stderr, text) {
					t.Errorf("%q does not say %q", e.stderr, text)
				}
			}
		})
	}
}

func TestOutliersAreLeftOut(t *testing.T) {
	values := []float64{900, 90, 6.2}
	for i := range 200 {
		values = append(values, 4+2*math.Exp(-float64(i)/30))
	}
	values[50], values[60] = 1000, math.NaN()
	got := within(values)
	for i, v := range got {
		if want := i < 2 || i == 50 || i == 60; math.IsNaN(v) != want {
			t.Errorf("value %d, %g, became %g", i, values[i], v)
		}
	}
}
