package main

import (
	"encoding/json"
	"fmt"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hgn.local/pkg/dataset/npz"
	"hgn.local/pkg/density"
	"hgn.local/pkg/runs"
)

// animals writes a table of n animals: mass and length follow from the age and from the kind.
func animals(t *testing.T, n int) string {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("mass,length,age,kind,name\n")
	for i := range n {
		age, kind := 10*r.Float64(), r.IntN(2)
		fmt.Fprintf(&b, "%g,%g,%g,%s,a%d\n", 1000+100*age+float64(kind)*2000+20*r.NormFloat64(), age+0.5*r.NormFloat64(), age, []string{"cat", "dog"}[kind], i)
	}
	path := filepath.Join(t.TempDir(), "animals.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// From a table to p(x|c), its measures, its samples at a condition, and its values at points: all by the columns' names.
func TestTables(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	dir, table := t.TempDir(), animals(t, 1500)
	file := func(name string) string { return filepath.Join(dir, name) }
	_, said := done(t, "train", "rnvp", "--density", table, "--columns", "mass,length", "--cond", "kind,age", "--steps", "250", "--set", "batch=64", "--set", "hidden=[16]", "--set", "learning_rate=0.01", "--out", file("given"))
	if !strings.Contains(said, "columns mass, length, given kind and age") || strings.Contains(said, "grid") {
		t.Errorf("training says\n%s", said)
	}
	var report runs.DensityReport
	stdout, _ := done(t, "eval", file("given"), "--json")
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatal(err)
	}
	truth := math.Log(2*math.Pi*math.E) + math.Log(20*0.5)
	if len(report.Columns) != 2 || report.Columns[0].Name != "mass" || !(math.Abs(report.Columns[0].Mean-2500) < 100) || !(report.Columns[1].Scale > 2 && report.Columns[1].Scale < 4) {
		t.Errorf("the columns are %+v", report.Columns)
	}
	if len(report.Cond) != 2 || !slices.Equal(report.Cond[0].Classes, []string{"cat", "dog"}) || report.Cond[1].Name != "age" || report.TestPoints != 150 {
		t.Errorf("the conditions are %+v of %d points", report.Cond, report.TestPoints)
	}
	if !(math.Abs(*report.GaussianNLL-truth) < 4**report.GaussianNLLError) || !(*report.NLL < truth+0.5) || !(*report.NLLError > 0 && *report.NLLError < 0.2) {
		t.Errorf("nll %g ± %g, of the normal density that these points have %g, and its entropy is %g", *report.NLL, *report.NLLError, *report.GaussianNLL, truth)
	}
	if !(*report.ReversalError < 1e-3) || !(math.Abs(*report.Coverage50-0.5) < 0.2) || !(*report.EnergyDistance < 0.1) {
		t.Errorf("there and back %g, coverage %g, distance %g", *report.ReversalError, *report.Coverage50, *report.EnergyDistance)
	}
	if text, _ := done(t, "eval", file("given")); !strings.Contains(text, "of a normal density with full covariance") {
		t.Errorf("eval prints\n%s", text)
	}

	done(t, "sample", file("given"), "--cond", "dog,5", "--n", "400", "--out", file("dogs.csv"))
	text, err := os.ReadFile(file("dogs.csv"))
	if err != nil || !strings.HasPrefix(string(text), "mass,length,kind,age\n") || strings.Count(string(text), ",dog,5\n") != 400 {
		t.Fatalf("%.200s (%v)", text, err)
	}
	x, cond, err := density.Points(file("dogs.csv"), 2, []string{"mass", "length"}, report.Cond)
	if err != nil || !slices.Equal(cond[:3], []float64{0, 1, 5}) {
		t.Fatal(err, cond[:3])
	}
	mass := 0.0
	for i := range 400 {
		mass += x[2*i] / 400
	}
	if math.Abs(mass-3500) > 100 {
		t.Errorf("dogs of 5 years have the mass %g, and it should be 3500", mass)
	}
	done(t, "sample", file("given"), "--cond", file("dogs.csv"), "--out", file("x.npz")) // one for each row
	if x, cond, err = density.Points(file("x.npz"), 2, []string{"length", "mass"}, report.Cond); err != nil || len(x) != 800 || !(x[1] > 2000) || !slices.Equal(cond[3:6], []float64{0, 1, 5}) {
		t.Errorf("%d numbers from %v on, given %v (%v)", len(x), x[:2], cond[3:6], err)
	}
	for points, n := range map[string]int{file("dogs.csv"): 400, file("x.npz"): 400, table: 1500} {
		done(t, "logp", file("given"), "--points", points, "--out", file("logp.npz"))
		out, err := npz.Open(file("logp.npz"))
		if err != nil {
			t.Fatal(err)
		}
		_, logp, err := out.Float64("logp")
		out.Close()
		if err != nil || len(logp) != n || !(mean(logp) > -truth-0.7 && mean(logp) < -truth+0.7) {
			t.Errorf("%s: mean log p of %d points is %g, the entropy %g (%v)", points, len(logp), mean(logp), truth, err)
		}
	}
	for says, args := range map[string][]string{
		"say at which c to draw, by --cond":                        {"sample", file("given"), "--out", file("y.npz")},
		`no class "cow": choose one of cat, dog`:                   {"sample", file("given"), "--cond", "cow,5", "--out", file("y.npz")},
		"1 values are no condition here: give 2":                   {"sample", file("given"), "--cond", "5", "--out", file("y.npz")},
		`the condition age is "old"`:                               {"sample", file("given"), "--cond", "cat,old", "--out", file("y.npz")},
		"no file":                                                  {"sample", file("given"), "--cond", "none.npz", "--out", file("y.npz")},
		"has no values of the condition":                           {"logp", file("given"), "--points", bare(t, dir, 2), "--out", file("y.npz")},
		"points of":                                                {"logp", file("given"), "--points", bare(t, dir, 3), "--out", file("y.npz")},
		`no column "weight": it has mass, length, age, kind, name`: {"train", "nsf", "--density", table, "--columns", "weight", "--out", file("other")},
		`column "kind" holds the text "`:                           {"train", "nsf", "--density", table, "--out", file("other")},
		"has 1500 different labels":                                {"train", "nsf", "--density", table, "--columns", "mass,age", "--cond", "name", "--out", file("other")},
		"has no columns to choose":                                 {"train", "nsf", "--density", "rings", "--cond", "x", "--out", file("other")},
		"--columns does not apply to --system":                     {"train", "hnn", "--system", "pendulum", "--columns", "x", "--out", file("other")},
		"flow is another for every c":                              {"page", file("given"), "--out", file("page.html")},
		"there is no folder":                                       {"sample", file("given"), "--cond", "cat,1", "--out", filepath.Join(dir, "no", "x.csv")},
	} {
		code, _, stderr := hgn(t, args...)
		if code != exitBadInput || !strings.Contains(stderr, says) || strings.Count(strings.TrimSpace(stderr), "\n") > 1 {
			t.Errorf("%v: exit code %d, %q does not say %q", args, code, stderr, says)
		}
	}
	done(t, "figure", "learned", file("given"), "--out", file("learned.png"))
	if _, err := os.Stat(file("y.npz")); err == nil {
		t.Error("a refused command wrote a file")
	}
}

// bare writes points of d coordinates without a condition.
func bare(t *testing.T, dir string, d int) string {
	t.Helper()
	path := filepath.Join(dir, fmt.Sprintf("bare%d.npz", d))
	if err := npz.Write(path, npz.Array{Name: "x", Shape: []int{2, d}, Data: []float64{1, 2, 3, 4, 5, 6}[:2*d]}); err != nil {
		t.Fatal(err)
	}
	return path
}

func mean(x []float64) (sum float64) {
	for _, v := range x {
		sum += v / float64(len(x))
	}
	return sum
}

// The array cond beside x is learned from by every model unless --cond none leaves it out; a run keeps what it learned.
func TestConditionsBesidePoints(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	r := rand.New(rand.NewPCG(3, 4))
	const n = 600
	x, cond := make([]float64, 2*n), make([]int64, n)
	for i := range n {
		cond[i] = int64(i % 3)
		x[2*i], x[2*i+1] = 5*float64(cond[i])+r.NormFloat64(), r.NormFloat64()
	}
	if err := npz.Write(file("x.npz"), npz.Array{Name: "x", Shape: []int{n, 2}, Data: x}, npz.Array{Name: "cond", Shape: []int{n}, Data: cond}); err != nil {
		t.Fatal(err)
	}
	sets := map[string][]string{"nhf": {"--set", "energy_hidden=[8]", "--set", "encoder_hidden=[8]", "--set", "evaluation=4"}, "rnvp": {"--set", "hidden=[8]"}, "nsf": {"--set", "hidden=[8]", "--set", "layers=2"}}
	for _, model := range runs.DensityModels {
		done(t, append([]string{"train", model, "--density", file("x.npz"), "--steps", "40", "--set", "batch=32", "--out", file(model)}, sets[model]...)...)
		run, err := runs.Open(file(model))
		if err != nil || !run.Given() || len(run.Data.Density.Cond[0].Classes) != 3 {
			t.Fatalf("%s: %+v, %v", model, run.Data.Density, err)
		}
		done(t, "eval", file(model), "--json")
		done(t, "sample", file(model), "--cond", "2", "--n", "5", "--out", file("y.npz"))
		out, err := npz.Open(file("y.npz"))
		if err != nil {
			t.Fatal(err)
		}
		if _, classes, err := out.Integers("cond"); err != nil || !slices.Equal(classes, []int64{2, 2, 2, 2, 2}) {
			t.Errorf("%s: the classes of samples are %v, %v", model, classes, err)
		}
		out.Close()
		done(t, "train", model, "--resume", "--out", file(model))
	}
	done(t, "train", "rnvp", "--density", file("x.npz"), "--cond", "none", "--steps", "3", "--set", "hidden=[8]", "--out", file("blind"))
	if run, err := runs.Open(file("blind")); err != nil || run.Given() {
		t.Errorf("%+v, %v", run, err)
	}
	done(t, "logp", file("blind"), "--points", file("x.npz"), "--out", file("logp.npz"))
	for _, args := range [][]string{{"sample", file("blind"), "--cond", "1", "--out", file("z.npz")}, {"figure", "potentials", file("nhf"), "--out", file("v.png")}} {
		if code, _, stderr := hgn(t, args...); code != exitBadInput {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
	}
}

// Points that are pictures are drawn class by class, beside those of the data.
func TestPicturesOfPoints(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	r := rand.New(rand.NewPCG(5, 6))
	const n = 200
	x, cond := make([]float64, 16*n), make([]int64, n)
	for i := range x {
		cond[i/16] = int64(i / 16 % 3)
		x[i] = r.Float64()
	}
	write := func(name string, more ...npz.Array) string {
		if err := npz.Write(file(name), append(more, npz.Array{Name: "x", Shape: []int{n, 16}, Data: x})...); err != nil {
			t.Fatal(err)
		}
		return file(name)
	}
	train := func(out, data string, more ...string) {
		done(t, append([]string{"train", "rnvp", "--density", data, "--steps", "5", "--set", "hidden=[8]", "--set", "batch=32", "--out", file(out)}, more...)...)
	}
	train("square", write("square.npz", npz.Array{Name: "cond", Shape: []int{n}, Data: cond}))
	train("long", write("long.npz", npz.Array{Name: "shape", Shape: []int{2}, Data: []int64{2, 8}}, npz.Array{Name: "cond", Shape: []int{n}, Data: x[:n]}))
	train("plain", file("long.npz"), "--cond", "none")
	train("other", write("other.npz"), "--columns", "x0,x1,x2")
	size := map[string]int{}
	for _, name := range []string{"square", "long", "plain"} {
		done(t, "figure", "samples", file(name), "--n", "4", "--out", file("p.png"))
		f, err := os.Open(file("p.png"))
		if err != nil {
			t.Fatal(err)
		}
		c, err := png.DecodeConfig(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		size[name] = c.Height
	}
	if !(size["plain"] > size["square"]+200) { // six rows and three
		t.Errorf("the heights of the pictures are %v", size)
	}
	for says, args := range map[string][]string{
		"say their height and width": {"figure", "samples", file("other"), "--out", file("p.png")},
		"1 to 16 samples":            {"figure", "samples", file("square"), "--n", "17", "--out", file("p.png")},
	} {
		if code, _, stderr := hgn(t, args...); code != exitBadInput || !strings.Contains(stderr, says) {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
	}
}
