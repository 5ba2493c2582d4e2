package table

import (
	"fmt"
	"slices"
	"strings"

	"hgn.local/pkg/metrics"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/sheet"
)

// Grid is a table of models by systems.
type Grid struct {
	Title   string   `json:"title"`
	Unit    float64  `json:"unit"`    // unit of train, test and encoder
	Systems []string `json:"systems"` // the columns
	Rows    []Row    `json:"rows"`
	Notes   []string `json:"notes"`
}

// These are the kinds of rows.
const (
	KindReference = "reference" // published figures
	KindRun       = "run"       // one run, or several seeds
	KindYardstick = "yardstick" // a reference level for errors
)

// Row describes a model in one setting.
type Row struct {
	Kind    string  `json:"kind"`
	Model   string  `json:"model"`
	Setting string  `json:"setting"`
	Cells   []*Cell `json:"cells"` // one for each system; nil is empty
}

// Cell holds the figures of a model for a system. A figure that does not apply, or is unknown, is nil.
type Cell struct {
	Train   *metrics.Estimate `json:"train,omitempty"` // in the grid's unit
	Test    *metrics.Estimate `json:"test,omitempty"`
	Encoder *metrics.Estimate `json:"encoder,omitempty"`            // Test with states that the encoder alone infers, without refinement
	Excess  *metrics.Estimate `json:"excess,omitempty"`             // (test - noise floor) / (mean frame - noise floor)
	Above   *metrics.Estimate `json:"excess_irreducible,omitempty"` // (test - irreducible) / (mean frame - irreducible)
	Ratio   *metrics.Estimate `json:"ratio,omitempty"`              // ratio of the variance of H along trajectories to that across them
	Agrees  *metrics.Estimate `json:"energy_correlation,omitempty"` // rank correlation of learned and true energy, without which the ratio means little
	Error   *metrics.Estimate `json:"error,omitempty"`              // error of states; see runs.StateReport
	Drift   *metrics.Estimate `json:"drift,omitempty"`              // drift of the true energy
	Seeds   []uint64          `json:"seeds,omitempty"`              // with several seeds the estimates are over seeds, with one they are over trajectories
	Runs    []string          `json:"runs,omitempty"`
	Short   bool              `json:"short,omitempty"` // trained for a shorter time than the paper

	Spread    *metrics.Spread `json:"test_spread,omitempty"` // Test over several seeds
	Trainings int             `json:"trainings,omitempty"`   // number of all trainings, if some have no measures
	Diverged  []string        `json:"diverged,omitempty"`    // runs whose training diverged
	NotFinite []string        `json:"not_finite,omitempty"`  // runs whose predictions are not finite
}

// unit is the unit of the papers' tables.
const unit = 1e-4

// newGrid arranges groups in rows. Published figures of a model, if there are any of the kind, come before the
// model's own rows.
func newGrid(title string, groups []*group, figures func(reference) map[string]figure, cell func(*group) *Cell) Grid {
	columns := columnsOf(groups, figures != nil)
	g := Grid{Title: title, Unit: unit}
	for _, c := range columns {
		g.Systems = append(g.Systems, c.name)
	}
	models := slices.Clone(paperModels)
	for _, group := range groups {
		if !slices.Contains(models, group.model) {
			models = append(models, group.model)
		}
	}
	for _, model := range models {
		for _, r := range references {
			if figures == nil || r.model != model {
				continue
			}
			if found := figures(r); found != nil {
				g.Rows = append(g.Rows, r.row(found, columns))
			}
		}
		for _, group := range groups {
			if group.model == model {
				c := cell(group)
				if group.failed != nil {
					c.Trainings, c.Diverged, c.NotFinite = group.trainings(), group.fails(Diverged), group.fails(NotFinite)
				}
				g.put(Row{Kind: KindRun, Model: model, Setting: group.setting}, columns, group.column, c)
			}
		}
	}
	return g
}

// put places a cell in the row that matches row, or in a new one.
func (g *Grid) put(row Row, columns []column, at column, c *Cell) {
	i := slices.IndexFunc(g.Rows, func(r Row) bool {
		return r.Kind == row.Kind && r.Model == row.Model && r.Setting == row.Setting
	})
	if i < 0 {
		i = len(g.Rows)
		row.Cells = make([]*Cell, len(columns))
		g.Rows = append(g.Rows, row)
	}
	g.Rows[i].Cells[slices.Index(columns, at)] = c
}

// columnsOf returns the columns of the runs, and the paper's systems if paper is set.
func columnsOf(groups []*group, paper bool) []column {
	var columns []column
	if paper {
		for _, s := range paperSystems {
			columns = append(columns, column{s, s})
		}
	}
	for _, g := range groups {
		if !slices.Contains(columns, g.column) {
			columns = append(columns, g.column)
		}
	}
	slices.SortStableFunc(columns, func(a, b column) int { return a.rank() - b.rank() })
	return columns
}

// mseGrid builds the paper's Table 1.
func mseGrid(groups []*group) Grid {
	g := newGrid("Table 1. Average pixel MSE over the unroll, train / test, × 10⁴", groups,
		func(r reference) map[string]figure { return r.mse },
		func(g *group) *Cell {
			return &Cell{
				Train:   scaled(g.over("mse_train")),
				Test:    scaled(g.over("mse_test")),
				Encoder: encoderMSE(g),
				Excess:  g.over("excess"),
				Above:   g.over("excess_irreducible"),
				Spread:  g.spread(func(l labelled) *float64 { v := l.Report.MSETest / unit; return &v }),
				Seeds:   g.seeds(), Runs: g.names(), Short: g.short(),
			}
		})
	columns := columnsOf(groups, true)
	for _, y := range []struct {
		name string
		of   func(*runs.Report) *float64
	}{
		{"mean frame", func(r *runs.Report) *float64 { return &r.MeanFrameMSE }},
		{"noise floor", func(r *runs.Report) *float64 { return r.NoiseFloorMSE }},
	} {
		for _, group := range groups {
			if len(group.runs) == 0 {
				continue
			}
			first := group.runs[0]
			if v := y.of(first.Report); v != nil {
				only := metrics.Only(*v)
				g.put(Row{Kind: KindYardstick, Model: y.name, Setting: first.data}, columns, group.column, &Cell{Test: scaled(&only)})
			}
		}
	}
	g.Notes = append(notes(groups), referenceNote, mseReferenceNote, yardstickNote)
	if slices.ContainsFunc(groups, func(g *group) bool { return encoderMSE(g) != nil }) {
		g.Notes = append(g.Notes, encoderNote)
	}
	return g
}

// encoderMSE returns the test MSE of the encoder alone, if it differs from the test MSE for every run.
func encoderMSE(g *group) *metrics.Estimate {
	for _, l := range g.runs {
		if m := l.measure("mse_test_encoder"); m.Value.Mean == l.Report.MSETest {
			return nil
		}
	}
	return scaled(g.over("mse_test_encoder"))
}

// energyGrid builds the paper's Table 2.
func energyGrid(groups []*group) Grid {
	g := newGrid("Table 2. Variance of the learned H along rollouts, train / test, × 10⁴", groups,
		func(r reference) map[string]figure { return r.energy },
		func(g *group) *Cell {
			return &Cell{
				Train: scaled(g.over("energy_variance_train")),
				Test:  scaled(g.over("energy_variance_test")),
				Ratio: g.over("energy_variance_ratio"), Agrees: g.over("energy_correlation"),
				Seeds: g.seeds(), Runs: g.names(), Short: g.short(),
			}
		})
	g.Notes = append(notes(groups), energyNote)
	return g
}

// scaled converts an estimate to the papers' unit; nil stays nil.
func scaled(e *metrics.Estimate) *metrics.Estimate {
	if e == nil {
		return nil
	}
	in := e.Times(1 / unit)
	return &in
}

const (
	shortMark = "†"
	shortNote = shortMark + " trained shorter than the paper: by another preset than paper or paper32, on fewer samples than that plans (the paper " +
		"does not tell its own number), or on fewer than its 50 000 training trajectories."
	yardstickNote = "Mean frame: the test MSE of always showing the mean of the training frames. Noise floor: that of the clean frames against the noisy ones. " +
		"Excess: (test - irreducible) / (mean frame - irreducible), with the least error that any prediction can have; above the noise floor where that is not known."
	encoderNote = "Encoder: the test MSE with states that the encoder infers alone, as in the paper; in the other figures each state is refined by fitting it to its video."
	energyNote  = "The scale of a learned H is free, and an H that collapsed to a constant has no variance at all: compare the ratio of the test variance to the " +
		"variance of H across trajectories, and that beside the rank correlation of H with the true energy: an H that means nothing can be conserved too. The paper's figures, which are of single rollouts, were not found: its rows are empty."
)

// notes explains the intervals and the mark.
func notes(groups []*group) []string {
	var notes []string
	trajectories := 0
	seeds := false
	for _, g := range groups {
		if len(g.runs) > 1 {
			seeds = true
		} else if len(g.runs) == 1 {
			trajectories = max(trajectories, g.runs[0].Report.MSETestInterval.N)
		}
	}
	switch {
	case seeds && trajectories > 0:
		notes = append(notes, "±: half of the 95% interval of the mean; over seeds where their number is given, else over the trajectories of one run.")
	case seeds:
		notes = append(notes, "±: half of the 95% interval of the mean over seeds.")
	case trajectories > 0:
		notes = append(notes, fmt.Sprintf("±: half of the 95%% interval of the mean over the trajectories of one run (up to %d).", trajectories))
	}
	if slices.ContainsFunc(groups, (*group).short) {
		notes = append(notes, shortNote)
	}
	return notes
}

// Text draws the grid for a terminal, and Markdown as GitHub's Markdown.
func (g Grid) Text() string     { return g.sheet().Text() }
func (g Grid) Markdown() string { return g.sheet().Markdown() }

// sheet lays a grid out as text.
func (g Grid) sheet() sheet.Sheet {
	s := sheet.Sheet{Title: g.Title, Header: append([]string{"model", "setting"}, titles(g.Systems)...), Left: 2, Notes: g.Notes}
	for _, r := range g.Rows {
		row := []string{r.Model, r.Setting}
		for _, c := range r.Cells {
			row = append(row, strings.Join(c.lines(r.Kind), "\n"))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// titles returns the names of systems for people.
func titles(systems []string) []string {
	out := make([]string, len(systems))
	for i, s := range systems {
		out[i] = strings.ReplaceAll(s, "_", "-")
	}
	return out
}
