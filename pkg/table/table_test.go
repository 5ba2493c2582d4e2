package table

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/runs"
)

// Seeds become one cell with the interval over seeds; another configuration has a row of its own, another system a column.
func TestSeedsBecomeOneCell(t *testing.T) {
	table := build(t,
		entry(t, "a", "hgn", "cpu", "pendulum", 10, "seed=1"),
		entry(t, "b", "hgn", "cpu", "pendulum", 12, "seed=2"),
		entry(t, "c", "hgn", "cpu", "pendulum", 14, "seed=3"),
		entry(t, "d", "hgn", "cpu", "double_pendulum", 20, "seed=1"),
		entry(t, "e", "hgn", "cpu", "pendulum", 30, "latent=line*4"),
	)
	g := table.MSE
	if want := []string{"mass_spring", "pendulum", "two_body", "three_body", "double_pendulum"}; !slices.Equal(g.Systems, want) {
		t.Fatalf("the columns are %v", g.Systems)
	}
	rows := g.of(KindRun)
	if len(rows) != 2 {
		t.Fatalf("%d rows of runs, want 2: %+v", len(rows), rows)
	}
	three, one, other := rows[0].Cells[1], rows[0].Cells[4], rows[1].Cells[1]
	// t(0.975, 2) s/√3 with s = 2
	if want := 4.302653 * 2 / math.Sqrt(3); math.Abs(three.Test.Mean-12) > 1e-9 || math.Abs(three.Test.Half-want) > 1e-4 || three.Test.N != 3 {
		t.Errorf("three seeds give %+v, want 12 ± %g", three.Test, want)
	}
	if !slices.Equal(three.Seeds, []uint64{1, 2, 3}) || !slices.Equal(three.Runs, []string{"a", "b", "c"}) {
		t.Errorf("the cell is of seeds %v, runs %v", three.Seeds, three.Runs)
	}
	if math.Abs(one.Test.Mean-20) > 1e-9 || math.Abs(one.Test.Half-0.2) > 1e-9 || one.Test.N != 200 {
		t.Errorf("one run gives %+v, want its interval over trajectories", one.Test)
	}
	if math.Abs(other.Train.Mean-29) > 1e-9 || rows[0].Cells[0] != nil {
		t.Errorf("cells are in the wrong place: %+v", other)
	}
	if lines := three.lines(KindRun); !slices.Equal(lines, []string{"11.00 / 12.00 †", "±4.97 / ±4.97 (3 seeds)", "excess 15.6 ±11.0%"}) {
		t.Errorf("three seeds read %q", lines)
	}
	if lines := one.lines(KindRun); !slices.Equal(lines, []string{"19.00 / 20.00 †", "±0.10 / ±0.20", "excess 33.3%"}) {
		t.Errorf("one run reads %q", lines)
	}
	if lines := table.Energy.of(KindRun)[1].Cells[1].lines(KindRun); !slices.Equal(lines, []string{"0.02 / 0.03 †", "±0.001 / ±0.002", "ratio 4.0e-05"}) {
		t.Errorf("the energy reads %q", lines)
	}
	if n := len(table.RolloutTable.Runs); n != 5 {
		t.Errorf("%d runs are listed, want every one of 5", n)
	}
}

// The reference rows hold the published figures, and nothing where none was found.
func TestReferenceRows(t *testing.T) {
	table := build(t, entry(t, "a", "hgn", "cpu", "damped_spring", 10), entry(t, "b", "hgn", "cpu", "damped_spring", 10, "integrator=euler"))
	text := func(g Grid) (out []string) {
		for _, r := range g.of(KindReference) {
			line := r.Model + "|" + r.Setting
			for _, c := range r.Cells {
				line += "|" + strings.Join(c.lines(r.Kind), "\n")
			}
			out = append(out, line)
		}
		return out
	}
	if got, want := strings.Join(text(table.MSE), "\n"), strings.Join([]string{
		"HNN|paper, 64x64|||||",
		"HNN-conv|paper, 64x64|||||",
		"HGN (Euler)|paper, 64x64|3.67 / 6.2|5.43 / 10.93|6.62 / 15.06|7.51 / 9.4|",
		"HGN (deterministic)|paper, 64x64|0.23 / 3.07|0.79 / 10.68|2.34 / 14.47|4.1 / 5.17|",
		"HGN (no f_psi)|paper, 64x64|||||",
		"HGN (leapfrog)|paper, 64x64|3.84 / 6.23|4.9 / 11.72|6.36 / 16.47|7.88 / 9.8|",
		"HGN (leapfrog)|ReScience, 32x32, all frames in|7.11 / 7.12|14.89 / 14.97|3.36 / 3.36|8.81 / 8.81|",
		"HGN (leapfrog)|ReScience, 32x32, 5 frames in|12.15 / 12.21|44.29 / 44.12|6.28 / 6.33|3.35 / 3.35|",
	}, "\n"); got != want {
		t.Errorf("the references of Table 1 are\n%s\nwant\n%s", got, want)
	}
	energy := text(table.Energy)
	if len(energy) != 6 {
		t.Errorf("Table 2 has %d reference rows, want the paper's 6", len(energy))
	}
	for _, line := range energy {
		if !strings.HasSuffix(line, "|paper, 64x64|||||") {
			t.Errorf("%q: no figure of the paper's Table 2 is known", line)
		}
	}
	at := slices.IndexFunc(table.MSE.Rows, func(r Row) bool { return r.Kind == KindRun })
	if table.MSE.Rows[at-1].Model != "HGN (Euler)" || table.MSE.Rows[at].Model != "HGN (Euler)" {
		t.Error("a run does not stand under the published figures of its model")
	}
}

// The yardsticks are a row for each kind of data.
func TestYardsticks(t *testing.T) {
	large := entry(t, "b", "hgn", "cpu", "pendulum", 10)
	large.Config.Data.Recipe.Size = 64
	own := entry(t, "c", "hgn", "cpu", "pendulum", 10)
	own.Config.Data = ownVideos(t, "mine.npz")
	own.Report.NoiseFloorMSE, own.Report.Excess = nil, nil
	rows := build(t, entry(t, "a", "hgn", "cpu", "pendulum", 10), large, own).MSE.of(KindYardstick)
	var got []string
	for _, r := range rows {
		for i, c := range r.Cells {
			if c != nil {
				got = append(got, r.Model+" "+r.Setting+" "+string(rune('0'+i))+" "+c.lines(r.Kind)[0])
			}
		}
	}
	if want := []string{
		"mean frame 32x32 1 50.00", "mean frame 64x64 1 50.00", "mean frame 32x32, own videos of 30 frames 4 50.00",
		"noise floor 32x32 1 5.00", "noise floor 64x64 1 5.00",
	}; !slices.Equal(got, want) {
		t.Errorf("the yardsticks are %q, want %q", got, want)
	}
}

// Nothing is marked, and no mark explained, where everything is as long as the paper.
func TestMarks(t *testing.T) {
	e := entry(t, "a", "hgn", "paper32", "pendulum", 10)
	e.Config.Data.Recipe.Trajectories = 50000
	table := build(t, e)
	if text := table.Text(); strings.Contains(text, shortMark) {
		t.Errorf("a mark in\n%s", text)
	}
	e.Report.Steps--
	for _, text := range []string{build(t, e).Text(), build(t, e).Markdown()} {
		if strings.Count(text, shortMark) != 3+3 || !strings.Contains(text, "trained shorter") {
			t.Errorf("want a mark in three tables, each explained:\n%s", text)
		}
	}
}

// The measures beyond the paper are there run by run, and what is not known is left out.
func TestBeyond(t *testing.T) {
	e := entry(t, "runs/a", "hgn", "cpu", "pendulum", 10)
	correlation := 0.9987
	e.Report.RolloutShare = &runs.Directions{Forward: 0.03, Backward: 0.051, Double: 0.042, Half: 0.033}
	e.Report.VPT = &runs.Directions{Forward: 30, Backward: 28.5, Double: 14, Half: 30}
	e.Report.SyMetric = &metrics.SyMetric{R2: 0.998, Symplecticity: 0.0012, Holds: true, Degree: 3}
	e.Report.EnergyCorrelation = &correlation
	own := entry(t, "runs/b", "hgn", "quick", "pendulum", 10)
	own.Config.Data = ownVideos(t, "mine.npz")
	s := build(t, e, own).RolloutTable.sheet()
	if want := []string{"runs/a", "HGN (leapfrog)\ncpu, 32x32, 5000 videos", "pendulum", "1", "1500 steps †\n1m30s", "3.0%\nVPT 30.0", "5.1%\nVPT 28.5", "4.2%\nVPT 14.0",
		"3.3%\nVPT 30.0", "holds\nR² 0.998, 0.0012", "1.0e-07", "0.999"}; !slices.Equal(s.Rows[0], want) {
		t.Errorf("the row is %q\nwant %q", s.Rows[0], want)
	}
	if want := []string{"", "", "", "", "", "1.0e-07", ""}; !slices.Equal(s.Rows[1][5:], want) {
		t.Errorf("own videos show %q", s.Rows[1])
	}
}

// Models of states are compared apart, and have no pixels.
func TestStates(t *testing.T) {
	var entries []Entry
	for i, c := range []struct {
		variant, seed string
		drift         float64
	}{{"states", "1", 0.01}, {"states", "2", 0.03}, {"baseline", "1", 0.5}} {
		e := entry(t, string(rune('a'+i)), "hnn", "quick", "two_body", 0, "variant="+c.variant, "seed="+c.seed)
		e.Report.States = &runs.StateReport{MSE: 1e-3, EnergyDrift: metrics.Estimate{Mean: c.drift, Half: 0.001, N: 200}, Steps: 300}
		entries = append(entries, e)
	}
	table := build(t, entries...)
	if len(table.MSE.of(KindRun))+len(table.Energy.of(KindRun))+len(table.RolloutTable.Runs)+len(table.MSE.of(KindYardstick)) != 0 {
		t.Error("models of states are among the models of videos")
	}
	rows := table.States.sheet().Rows
	if len(rows) != 2 || rows[0][2] != "error 1.0e-03 ±0.0e+00\ndrift 0.02 ±0.13 (2 seeds)" || rows[1][0] != "plain network (states)" || rows[1][2] != "error 1.0e-03\ndrift 0.50 ±0.001" {
		t.Errorf("the states read %q", rows)
	}
	if !strings.Contains(table.Text(), "over 300 steps") || build(t, entry(t, "a", "hgn", "cpu", "pendulum", 10)).States != nil {
		t.Error("the table of states is not where it should be")
	}
}

// An energy that collapsed to a constant has no ratio, and one of any scale can be read.
func TestEnergiesOfAnyScale(t *testing.T) {
	e := entry(t, "a", "hgn", "cpu", "pendulum", 10)
	lines := func(variance, ratio float64) []string {
		e.Report.EnergyVarianceTrain = metrics.Estimate{Mean: variance, Half: variance / 10, N: 200}
		e.Report.EnergyVarianceTest, e.Report.EnergyVarianceRatio = e.Report.EnergyVarianceTrain, &ratio
		return build(t, e).Energy.of(KindRun)[0].Cells[1].lines(KindRun)
	}
	for _, c := range []struct {
		variance, ratio float64
		want            []string
	}{
		{0, math.NaN(), []string{"0.00 / 0.00 †", "±0.00 / ±0.00"}},
		{3.1e-9, 2e-6, []string{"3.1e-05 / 3.1e-05 †", "±3.1e-06 / ±3.1e-06", "ratio 2.0e-06"}},
		{0.1962, 0.5, []string{"1962.00 / 1962.00 †", "±196.20 / ±196.20", "ratio 5.0e-01"}},
		{4321, 0.5, []string{"4.32e+07 / 4.32e+07 †", "±4.32e+06 / ±4.32e+06", "ratio 5.0e-01"}},
	} {
		if got := lines(c.variance, c.ratio); !slices.Equal(got, c.want) {
			t.Errorf("a variance of %g with ratio %g reads %q, want %q", c.variance, c.ratio, got, c.want)
		}
	}
}

func TestBuildRefuses(t *testing.T) {
	a, b := resolved(t, entry(t, "runs/a", "hgn", "cpu", "pendulum", 10)), resolved(t, entry(t, "runs/b", "hgn", "cpu", "pendulum", 11))
	for want, entries := range map[string][]Entry{
		"at least one run":          nil,
		"runs/a and runs/b":         {a, b},
		"runs/c has no measures":    {{Name: "runs/c", Config: a.Config}},
		"runs/a and runs/a are the": {a, a},
	} {
		if _, err := Build(entries); err == nil || !badinput.Is(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q that the caller can mend, got %v", want, err)
		}
	}
}

// The three forms hold the same; JSON has no NaN, and Markdown is one line for each row.
func TestForms(t *testing.T) {
	table := build(t, entry(t, "a", "hgn", "cpu", "pendulum", 10, "latent=line*4"))
	data, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	var back Table
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if back.Text() != table.Text() || back.Markdown() != table.Markdown() {
		t.Error("the table is another one after JSON")
	}
	text := table.MSE.Text()
	width := 0
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "│") {
			n := len([]rune(line))
			if width != 0 && n != width {
				t.Errorf("lines of %d and %d characters:\n%s", width, n, text)
			}
			width = n
		}
	}
	markdown := table.MSE.Markdown()
	if want := `| HGN (leapfrog) | cpu, 32x32, 5000 videos, latent=line\*4 |  | 9.00 / 10.00 †<br/>±0.10 / ±0.20<br/>excess 11.1% |  |  |`; !strings.Contains(markdown, want+"\n") {
		t.Errorf("no line\n%s\nin\n%s", want, markdown)
	}
}
