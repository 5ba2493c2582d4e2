package table

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"hgn.local/pkg/runs"
)

// flow is a run of a density with round measures.
func flow(t *testing.T, model, target string, nll float64, sets ...string) Entry {
	t.Helper()
	c, err := runs.NewConfig(model, "quick")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sets {
		if err := c.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	if c.Data, err = runs.FromDensity(target, 1000, 1); err != nil {
		t.Fatal(err)
	}
	r := &runs.DensityReport{Header: runs.Header{Model: model, Parameters: 123, Seconds: 60}, Target: target, TestPoints: 400,
		NLL: &nll, NLLError: new(0.01), Divergence: new(nll - 2), DivergenceError: new(0.005)}
	if model == "nhf" {
		r.Gap = new(0.25)
	}
	return Entry{Name: model + strings.Join(sets, ""), Config: c, Density: r}
}

// Runs of densities are rows, target by target; seeds are one row, their mean with the interval over them.
func TestDensities(t *testing.T) {
	table := build(t,
		flow(t, "rnvp", "rings", 3), flow(t, "nhf", "gaussians4", 2.5), flow(t, "nhf", "gaussians4", 2.7, "seed=2"), flow(t, "rnvp", "gaussians4", 2.4, "layers=2"))
	if table.MSE.Rows != nil || table.Densities == nil || len(table.Densities.Rows) != 3 {
		t.Fatalf("%+v", table)
	}
	rings, two, layers := table.Densities.Rows[0], table.Densities.Rows[1], table.Densities.Rows[2]
	if rings.Target != "rings" || math.Abs(rings.NLL.Half-0.0196) > 1e-12 || rings.Gap != nil || len(rings.Seeds) != 1 {
		t.Errorf("%+v", rings)
	}
	// Two numbers 0.2 apart: the standard error is 0.1, and Student's t with one degree of freedom 12.706.
	if math.Abs(two.NLL.Mean-2.6) > 1e-12 || math.Abs(two.NLL.Half-1.2706) > 1e-3 || len(two.Seeds) != 2 || *two.Gap != 0.25 {
		t.Errorf("%+v with NLL %+v", two, *two.NLL)
	}
	if !strings.Contains(layers.Setting, "layers=2") || !strings.Contains(layers.Setting, "1000 points") || strings.Contains(two.Setting, "seed") {
		t.Errorf("settings %q and %q", layers.Setting, two.Setting)
	}
	text := table.Text()
	for _, want := range []string{"2.600 ±1.271 (2 seeds)", "2.500 to 2.700", "NHF", "RNVP", "rings", "123"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "Table 1") {
		t.Errorf("a table of densities has the paper's tables of videos:\n%s", text)
	}
	out, err := json.Marshal(table)
	if err != nil || strings.Contains(string(out), "table_1") || !strings.Contains(string(out), `"densities"`) {
		t.Errorf("%s, %v", out, err)
	}
	_, err = Build([]Entry{flow(t, "nhf", "rings", 3), flow(t, "nhf", "rings", 3)})
	if err == nil {
		t.Error("the same run twice is no error")
	}
}
