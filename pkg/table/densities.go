package table

import (
	"fmt"
	"slices"
	"strconv"

	"hgn.local/pkg/metrics"
	"hgn.local/pkg/runs"
)

// Densities compares models of densities, target by target: what the paper's Fig. 10 ends with.
type Densities struct {
	Title string       `json:"title"`
	Rows  []DensityRow `json:"rows"`
	Notes []string     `json:"notes"`
}

// DensityRow is a model in one setting on one target: a run, or the mean over several seeds. Half of an estimate is half of
// the 95% interval: over seeds, or over the test points of the one run.
type DensityRow struct {
	Target     string            `json:"target"`
	Model      string            `json:"model"`
	Setting    string            `json:"setting"`
	NLL        *metrics.Estimate `json:"nll"`                   // nats
	Lowest     *float64          `json:"nll_lowest,omitempty"`  // of several seeds
	Highest    *float64          `json:"nll_highest,omitempty"` // of several seeds
	Divergence *metrics.Estimate `json:"divergence"`            // KL(target || model), nats; nil where the target's density is not known
	Gap        *float64          `json:"elbo_gap"`              // of an NHF: log p above its bound, nats
	Reversal   *float64          `json:"reversal_error"`
	Parameters int               `json:"parameters"`
	Seconds    float64           `json:"seconds"` // of training, mean
	Seeds      []uint64          `json:"seeds"`
	Runs       []string          `json:"runs"`
}

// densities arranges runs: targets as they come, and within each the models as they come.
func densities(entries []Entry) (*Densities, error) {
	var all []labelled
	var targets []column
	for _, e := range entries {
		l := labelled{Entry: e, column: column{e.Density.Target, columnOfDensity(e.Config.Data)}}
		values, err := valuesOf(e.Config)
		if err != nil {
			return nil, err
		}
		usual, _, err := presetOf(e.Config, values, nil)
		if err != nil {
			return nil, err
		}
		l.model = map[string]string{"nhf": "NHF", "rnvp": "RNVP"}[e.Config.Model]
		l.setting = setting(e.Config, values, usual, densityData(e.Config.Data))
		all = append(all, l)
		if !slices.Contains(targets, l.column) {
			targets = append(targets, l.column)
		}
	}
	groups, err := grouped(all)
	if err != nil {
		return nil, err
	}
	d := &Densities{Title: "Densities: negative log-likelihood of held-out points, in nats"}
	for _, target := range targets {
		for _, g := range groups {
			if g.column == target {
				d.Rows = append(d.Rows, densityRow(g))
			}
		}
	}
	d.Notes = []string{"±: half of the 95% interval of the mean; over seeds where their number is given, else over the test points of one run. " +
		"divergence: the negative log-likelihood above that of the target itself, where its density is known. " +
		"gap: by how much the importance-weighted likelihood of an NHF is above its bound."}
	return d, nil
}

func densityRow(g *group) DensityRow {
	first := g.runs[0].Density
	row := DensityRow{
		Target: g.column.name, Model: g.model, Setting: g.setting, Parameters: first.Parameters, Seeds: g.seeds(), Runs: g.names(),
		NLL:        overDensity(g, func(r *runs.DensityReport) (*float64, *float64) { return r.NLL, r.NLLError }),
		Divergence: overDensity(g, func(r *runs.DensityReport) (*float64, *float64) { return r.Divergence, r.DivergenceError }),
	}
	for _, l := range g.runs {
		row.Seconds += l.Density.Seconds / float64(len(g.runs))
		row.Reversal = larger(row.Reversal, l.Density.ReversalError)
		if len(g.runs) > 1 && row.NLL != nil {
			row.Highest = larger(row.Highest, l.Density.NLL)
			if row.Lowest == nil || *l.Density.NLL < *row.Lowest {
				row.Lowest = l.Density.NLL
			}
		}
	}
	if e := overDensity(g, func(r *runs.DensityReport) (*float64, *float64) { return r.Gap, new(0.0) }); e != nil {
		row.Gap = &e.Mean
	}
	return row
}

// overDensity is a measure of the one run with its interval over points, or the mean of several with the one over seeds.
func overDensity(g *group, of func(*runs.DensityReport) (value, standardError *float64)) *metrics.Estimate {
	var means []float64
	for _, l := range g.runs {
		v, e := of(l.Density)
		switch {
		case v == nil || e == nil:
			return nil
		case len(g.runs) == 1:
			return &metrics.Estimate{Mean: *v, Half: 1.96 * *e, N: l.Density.TestPoints}
		}
		means = append(means, *v)
	}
	e := metrics.MeanInterval(means)
	return &e
}

func larger(a, b *float64) *float64 {
	if a == nil || b != nil && *b > *a {
		return b
	}
	return a
}

// sheet is how the table looks.
func (d *Densities) sheet() sheet {
	s := sheet{title: d.Title, left: 3, notes: d.Notes,
		header: []string{"target", "model", "setting", "NLL", "divergence", "gap", "reversal error", "parameters", "seconds"}}
	for _, r := range d.Rows {
		s.rows = append(s.rows, []string{
			r.Target, r.Model, r.Setting, r.likelihood(), nats(r.Divergence), number(r.Gap, 'f', 3), number(r.Reversal, 'e', 1),
			strconv.Itoa(r.Parameters), format('f', 0)(r.Seconds),
		})
	}
	return s
}

// likelihood is the cell of the NLL: of several seeds with the lowest and the highest.
func (r DensityRow) likelihood() string {
	text := nats(r.NLL) + seedsNote(r.Seeds)
	if r.Lowest != nil {
		text += "\n" + number(r.Lowest, 'f', 3) + " to " + number(r.Highest, 'f', 3)
	}
	return text
}

func nats(e *metrics.Estimate) string {
	if e == nil {
		return ""
	}
	digits := format('f', 3)
	return digits(e.Mean) + " " + interval(e, digits)
}

func number(x *float64, verb byte, precision int) string {
	if x == nil {
		return ""
	}
	return format(verb, precision)(*x)
}

// densityData is what a run of a density learned from, where it is not the usual.
func densityData(s runs.Source) []string {
	var parts []string
	if d := s.Density; d.Points != 0 && d.Points != runs.TrainPoints {
		parts = append(parts, fmt.Sprintf("%d points", d.Points))
	}
	if s.Density.Seed != 1 {
		parts = append(parts, fmt.Sprintf("data-seed=%d", s.Density.Seed))
	}
	return parts
}
