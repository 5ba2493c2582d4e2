package table

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"hgn.local/gomlx_models/nhf"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/runs"
)

// Seeds that diverged, or that have no likelihood, are counted, and the mean and the spread are those of the others.
func TestFailedSeeds(t *testing.T) {
	lost := flow(t, "nhf", "rings", 9, "seed=3")
	lost.Density = nil
	lost.Failed = Diverged
	null := flow(t, "nhf", "rings", 9, "seed=4")
	null.Density.NLL, null.Density.NLLError, null.Density.Divergence = nil, nil, nil
	other := flow(t, "rnvp", "rings", 9)
	other.Density, other.Failed = nil, Diverged
	table := build(t, flow(t, "nhf", "rings", 2.5), flow(t, "nhf", "rings", 2.7, "seed=2"), lost, null, other)
	if len(table.Densities.Rows) != 2 {
		t.Fatalf("%+v", table.Densities.Rows)
	}
	row, none := table.Densities.Rows[0], table.Densities.Rows[1]
	if row.NLL == nil || math.Abs(row.NLL.Mean-2.6) > 1e-12 || row.NLL.N != 2 || row.Trainings != 4 || len(row.Seeds) != 2 || len(row.Diverged) != 1 || len(row.NotFinite) != 1 {
		t.Errorf("%+v with NLL %+v", row, row.NLL)
	}
	if s := row.Spread; math.Abs(s.SD-0.1*math.Sqrt2) > 1e-12 || s.Min != 2.5 || s.Max != 2.7 || math.Abs(row.Apart.Mean-0.6) > 1e-12 {
		t.Errorf("the spread is %+v, that of the divergence %+v", s, row.Apart)
	}
	if none.NLL != nil || none.Trainings != 1 || len(none.Diverged) != 1 || none.Parameters != 0 {
		t.Errorf("a setting of which nothing was measured is %+v", none)
	}
	text := table.Text()
	for _, want := range []string{"sd 0.141, 2.500 to 2.700", "sd 0.141, 0.500 to 0.700", "1 of 4", "1 not finite", "1 of 1", "400 test points"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	out, err := json.Marshal(row)
	if err != nil || !strings.Contains(string(out), `"nll_spread":{"mean":2.6,"sd":0.141`) || !strings.Contains(string(out), `"step_seconds_total":0`) {
		t.Errorf("%s, %v", out, err)
	}
}

// The steps' own time is compared where every run tells it.
func TestStepSeconds(t *testing.T) {
	a, b := flow(t, "nhf", "rings", 2), flow(t, "nhf", "rings", 2, "seed=2")
	a.Density.StepSeconds, b.Density.StepSeconds = 30, 50
	row := build(t, a, b).Densities.Rows[0]
	if row.Stepping != 40 || row.Seconds != 60 {
		t.Errorf("steps of %g s in %g s", row.Stepping, row.Seconds)
	}
	b.Density.StepSeconds = 0
	if row = build(t, a, b).Densities.Rows[0]; row.Stepping != 0 {
		t.Errorf("a mean of %g s over runs of which one is not known", row.Stepping)
	}
}

// A sweep's parameters are told even where they are the preset's.
func TestShownParameters(t *testing.T) {
	preset, err := nhf.Preset("quick")
	if err != nil {
		t.Fatal(err)
	}
	e := flow(t, "nhf", "rings", 2)
	e.Show = []string{"leapfrog_steps"}
	row := build(t, e).Densities.Rows[0]
	if !strings.Contains(row.Setting, fmt.Sprintf("leapfrog_steps=%d", preset.LeapfrogSteps)) || strings.Contains(row.Setting, "hamiltonians") {
		t.Errorf("the setting is %q", row.Setting)
	}
}

// Videos: a diverged seed is a line in the cell of the others, and a setting where all diverged has a row too.
func TestFailedVideos(t *testing.T) {
	failed := func(name, how string, sets ...string) Entry {
		e := entry(t, name, "hgn", "cpu", "pendulum", 10, sets...)
		e.Report, e.Failed = nil, how
		return e
	}
	table := build(t, entry(t, "a", "hgn", "cpu", "pendulum", 10), entry(t, "b", "hgn", "cpu", "pendulum", 12, "seed=2"),
		failed("c", Diverged, "seed=3"), failed("d", NotFinite, "integrator=euler"))
	rows := table.MSE.of(KindRun)
	if len(rows) != 2 || len(table.RolloutTable.Runs) != 2 {
		t.Fatalf("%+v", rows)
	}
	text := table.Text()
	for _, want := range []string{"1 of 3 diverged", "1 of 1 not finite", "(2 seeds)"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	if s := rows[1].Cells[1].Spread; s == nil || math.Abs(s.Mean-11) > 1e-9 || math.Abs(s.Min-10) > 1e-9 || s.N != 2 {
		t.Errorf("the spread is %+v", s)
	}
}

// Intervals of single runs are in the cells and in the list.
func TestIntervalsOfOneRun(t *testing.T) {
	e := entry(t, "a", "hgn", "cpu", "pendulum", 10)
	e.Report.ExcessInterval = &metrics.Estimate{Mean: *e.Report.Excess, Half: 0.021, N: 200}
	e.Report.EnergyVarianceRatioInterval = &metrics.Estimate{Mean: 4e-5, Half: 3e-6, N: 200}
	e.Report.RolloutShare, e.Report.VPT = &runs.Directions{Forward: 0.03}, &runs.Directions{Forward: 28}
	e.Report.RolloutShareInterval = &runs.Intervals{Forward: metrics.Estimate{Mean: 0.03, Half: 0.002, N: 200}}
	e.Report.VPTInterval = &runs.Intervals{Forward: metrics.Estimate{Mean: 28, Half: 0.5, N: 200}}
	text := build(t, e).Text()
	for _, want := range []string{"excess 11.1 ±2.1%", "ratio 4.0e-05 ±3.0e-06", "3.0 ± 0.2%", "VPT 28.0 ± 0.5"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
}

// Length is counted in samples: the paper's steps with batches of one are not the paper's training, half of them with twice
// its batch are.
func TestShorterBySamples(t *testing.T) {
	of := func(sets ...string) Entry {
		e := entry(t, "x", "hgn", "paper", "pendulum", 10, sets...)
		e.Config.Data.Recipe.Trajectories, e.Config.Data.Recipe.Size = 50000, 64
		return resolved(t, e)
	}
	whole := of()
	values, err := valuesOf(whole.Config)
	if err != nil {
		t.Fatal(err)
	}
	steps, batch := whole.Config.Params.Plan().Steps, batchOf(values)
	for _, c := range []struct {
		Entry
		want bool
	}{
		{whole, false},
		{of("batch=1"), true},
		{of("batch="+format('f', 0)(float64(2*batch)), "steps="+format('f', 0)(float64((steps+1)/2))), false},
		{of("batch="+format('f', 0)(float64(2*batch)), "steps="+format('f', 0)(float64((steps-1)/2))), true},
	} {
		l, err := label(c.Entry)
		if err != nil {
			t.Fatal(err)
		}
		if l.short != c.want {
			t.Errorf("%s: short is %v", l.setting, l.short)
		}
	}
}
