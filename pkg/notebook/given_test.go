package notebook

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/pkg/dataset/npz"
)

// A cell learns the columns of a table given others, and draws points at a condition; pictures are shown class by class.
func TestCellsOfTables(t *testing.T) {
	dir := runsHere(t)
	r := rand.New(rand.NewPCG(1, 2))
	var table strings.Builder
	table.WriteString("height,weight,age,kind\n")
	for range 400 {
		kind, age := r.IntN(2), 10*r.Float64()
		fmt.Fprintf(&table, "%g,%g,%g,%s\n", 20*float64(kind)+r.NormFloat64(), age+r.NormFloat64(), age, []string{"cat", "dog"}[kind])
	}
	file := filepath.Join(dir, "animals.csv")
	if err := os.WriteFile(file, []byte(table.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	pixels, classes := make([]float64, 16*60), make([]int64, 60)
	for i := range pixels {
		pixels[i], classes[i/16] = r.Float64(), int64(i/16%2)
	}
	digits := filepath.Join(dir, "digits.npz")
	if err := npz.Write(digits, npz.Array{Name: "x", Shape: []int{60, 16}, Data: pixels}, npz.Array{Name: "cond", Shape: []int{60}, Data: classes}); err != nil {
		t.Fatal(err)
	}
	heights := map[string]float64{}
	p := tinyRNVP()
	p.Steps, p.LearningRate = 150, 1e-2
	out := must(t, inCell(t, func() {
		data := Density(file, Columns("height", "weight"), Cond("kind", "age"))
		run := Train("animals", p, data)
		Show(data, run)
		for _, kind := range []string{"cat", "dog"} {
			x := run.Draw(300, At(kind, 5))
			for i := range x.N() {
				heights[kind] += x.At(i)[0] / 300
			}
		}
		if all := run.Draw(10, Seed(3)); all.N() != 10 || all.Dim != 2 {
			t.Errorf("%d points of %d coordinates", all.N(), all.Dim)
		}
		DensityTable("animals")
		Pictures(Train("digits", tinyRNVP(), Density(digits), Quiet()), Points(3))
	}))
	if math.Abs(heights["cat"]) > 3 || math.Abs(heights["dog"]-20) > 3 {
		t.Errorf("the heights of animals that were drawn are %v", heights)
	}
	if !strings.Contains(out, "of a normal density with full covariance") {
		t.Errorf("the table does not say how good a normal density is:\n%s", out)
	}
	pictures(t, filepath.Join(dir, "animals"), "training.png", "density.png")
	pictures(t, filepath.Join(dir, "digits"), "pictures.png")
	for says, f := range map[string]func(){
		"no class \"cow\"":     func() { Open("animals").Draw(3, At("cow", 1)) },
		"1 values are no":      func() { Open("animals").Draw(3, At("cat")) },
		"no column \"size\"":   func() { Density(file, Columns("size")) },
		"no columns to choose": func() { Density("rings", Cond("x")) },
		"nb.At does not apply": func() { Density(file, At(3)) },
		"say their height":     func() { Pictures(Open("animals")) },
		"another for every c": func() {
			ExploreFlow(Train("flow", tinyFlow(), Density(file, Columns("height", "weight"), Cond("kind")), Quiet()))
		},
		"learned p(x): leave it":   func() { Train("plain", tinyRNVP(), Density(digits, Cond("none")), Quiet()).Draw(2, At(1)) },
		"leave the column out, or": func() { Density(file) },
	} {
		if e := inCell(t, func() { f(); t.Error("the cell went on") }); e.code != exitFailed || !strings.Contains(e.stderr, says) {
			t.Errorf("exit code %d with %q, which does not say %q", e.code, e.stderr, says)
		}
	}
}
