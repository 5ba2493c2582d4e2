package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hgn.local/pkg/metrics"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/sheet"
)

// Densities compares models of densities, target by target, like the final likelihoods in the paper's Fig. 10.
type Densities struct {
	Title string       `json:"title"`
	Rows  []DensityRow `json:"rows"`
	Notes []string     `json:"notes"`
}

// DensityRow describes a model in one setting on one target: a run, or the mean over several seeds. Half of an
// estimate is half of the 95% interval: over seeds, or over the test points of the one run.
type DensityRow struct {
	Target     string            `json:"target"`
	Model      string            `json:"model"`
	Setting    string            `json:"setting"`
	NLL        *metrics.Estimate `json:"nll"`                   // nats
	Lowest     *float64          `json:"nll_lowest,omitempty"`  // over several seeds
	Highest    *float64          `json:"nll_highest,omitempty"` // over several seeds
	Spread     *metrics.Spread   `json:"nll_spread,omitempty"`  // over several seeds
	Divergence *metrics.Estimate `json:"divergence"`            // KL(target || model), nats; nil if the target's density is not known
	Apart      *metrics.Spread   `json:"divergence_spread,omitempty"`
	Momenta    int               `json:"momenta,omitempty"` // NHF only: drawn for each point to estimate log p
	MomentaSE  *float64          `json:"nll_momenta_error"` // NHF only: the largest standard error of a run's NLL from their number
	Gap        *float64          `json:"elbo_gap"`          // NHF only: log p above its bound, nats
	Reversal   *float64          `json:"reversal_error"`
	Parameters int               `json:"parameters"`
	Seconds    float64           `json:"seconds"`            // mean duration of training, including the curve and checkpoints
	Stepping   float64           `json:"step_seconds_total"` // mean duration of the learner's steps alone; 0 means unknown
	Points     int               `json:"test_points"`        // number that each run is measured on
	Trainings  int               `json:"trainings"`
	Diverged   []string          `json:"diverged"`   // runs whose training diverged
	NotFinite  []string          `json:"not_finite"` // runs whose model gives some test points no density
	Seeds      []uint64          `json:"seeds"`      // of the runs that were measured
	Runs       []string          `json:"runs"`
}

// densities arranges runs by target, and within a target by model, both in the order in which they come.
func densities(entries []Entry) (*Densities, error) {
	var all []labelled
	var targets []column
	for _, e := range entries {
		l := labelled{Entry: e, column: column{e.Config.Data.Density.Identity(), columnOfDensity(e.Config.Data)}}
		values, err := valuesOf(e.Config)
		if err != nil {
			return nil, err
		}
		usual, _, err := presetOf(e.Config, values, nil)
		if err != nil {
			return nil, err
		}
		l.model = strings.ToUpper(e.Config.Model)
		if e.Density != nil && e.Density.NLL == nil && e.Density.TestPoints > 0 {
			l.Failed = NotFinite
		}
		l.setting = setting(e, values, usual, densityData(e.Config.Data))
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
		"gap: by how much the importance-weighted likelihood of an NHF is above its bound. " +
		"by momenta: the likelihood of an NHF is an estimate from so many a point, with the standard error that comes from their number. " +
		"sd: the standard deviation over seeds, with the least and the greatest value. step seconds: of the training steps alone, without what measures and saves between them."}
	if points := testPoints(d.Rows); points != "" {
		d.Notes = append(d.Notes, "Measured on "+points+" test points.")
	}
	return d, nil
}

func densityRow(g *group) DensityRow {
	row := DensityRow{
		Target: g.column.name, Model: g.model, Setting: g.setting, Seeds: g.seeds(), Runs: g.names(),
		Trainings: g.trainings(), Diverged: append([]string{}, g.fails(Diverged)...), NotFinite: append([]string{}, g.fails(NotFinite)...),
		NLL:        g.over("nll"),
		Divergence: g.over("divergence"),
		Spread:     g.spread(func(l labelled) *float64 { return l.Density.NLL }),
		Apart:      g.spread(func(l labelled) *float64 { return l.Density.Divergence }),
	}
	stepping := g.values(func(l labelled) *float64 { return known(l.Density.StepSeconds) })
	if len(stepping) == len(g.runs) && len(stepping) > 0 {
		row.Stepping = metrics.SpreadOf(stepping).Mean
	}
	for _, l := range g.runs {
		row.Parameters, row.Points = l.Density.Parameters, max(row.Points, l.Density.TestPoints)
		row.Seconds += l.Density.Seconds / float64(len(g.runs))
		row.Reversal = larger(row.Reversal, l.Density.ReversalError)
		row.Momenta, row.MomentaSE = l.Density.Momenta, larger(row.MomentaSE, l.Density.MomentaError)
	}
	if s := row.Spread; s != nil {
		row.Lowest, row.Highest = &s.Min, &s.Max
	}
	if e := g.over("elbo_gap"); e != nil {
		row.Gap = &e.Mean
	}
	return row
}

// known returns a positive number, or nil.
func known(x float64) *float64 {
	if x > 0 {
		return &x
	}
	return nil
}

// testPoints writes the range of the rows' numbers of test points.
func testPoints(rows []DensityRow) string {
	var all []int
	for _, r := range rows {
		if r.Points > 0 {
			all = append(all, r.Points)
		}
	}
	switch {
	case all == nil:
		return ""
	case slices.Min(all) == slices.Max(all):
		return strconv.Itoa(all[0])
	}
	return fmt.Sprintf("%d to %d", slices.Min(all), slices.Max(all))
}

func larger(a, b *float64) *float64 {
	if a == nil || b != nil && *b > *a {
		return b
	}
	return a
}

// sheet lays the table out as text.
func (d *Densities) sheet() sheet.Sheet {
	s := sheet.Sheet{Title: d.Title, Left: 3, Notes: d.Notes,
		Header: []string{"target", "model", "setting", "NLL", "divergence", "diverged", "gap", "reversal error", "parameters", "step seconds"}}
	for _, r := range d.Rows {
		s.Rows = append(s.Rows, []string{
			r.Target, r.Model, r.Setting, r.likelihood(), r.apart(), r.failures(), number(r.Gap, 'f', 3), number(r.Reversal, 'e', 1),
			whole(r.Parameters), number(known(r.Stepping), 'f', 0),
		})
	}
	return s
}

// likelihood writes the cell of the NLL, with the spread of several seeds.
func (r DensityRow) likelihood() string {
	return nats(r.NLL) + seedsNote(r.Seeds) + spread(r.Spread) + r.momenta()
}

// momenta writes a line that says by how many momenta the likelihood is estimated, and with which error.
func (r DensityRow) momenta() string {
	if r.Momenta == 0 {
		return ""
	}
	text := fmt.Sprintf("\nby %d momenta", r.Momenta)
	if r.MomentaSE != nil {
		text += ", ±" + format('f', 3)(*r.MomentaSE)
	}
	return text
}

// apart writes the cell of the divergence.
func (r DensityRow) apart() string { return nats(r.Divergence) + spread(r.Apart) }

// failures writes the cell that says how many trainings diverged, and how many of the others give some points no
// density.
func (r DensityRow) failures() string {
	text := fmt.Sprintf("%d of %d", len(r.Diverged), r.Trainings)
	if n := len(r.NotFinite); n > 0 {
		text += fmt.Sprintf("\n%d not finite", n)
	}
	return text
}

// spread writes a line for below a mean over seeds.
func spread(s *metrics.Spread) string {
	if s == nil {
		return ""
	}
	digits := format('f', 3)
	return "\nsd " + digits(s.SD) + ", " + digits(s.Min) + " to " + digits(s.Max)
}

// whole writes a count, or "" for 0.
func whole(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
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

// densityData describes the data that a run of a density learned from, as far as they are not the usual.
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
