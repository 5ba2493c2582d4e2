package table

import (
	"context"
	"errors"
	"strings"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/sheet"
)

// Entry is a run with its measures.
type Entry struct {
	Name   string // name of the run: its folder
	Config runs.Config
	Report *runs.Report

	Density *runs.DensityReport // replaces Report for a run of a density

	Failed string   // replaces both for a run without measures: Diverged or NotFinite
	Show   []string // parameters that the setting shows even if they are the preset's

	OwnData bool // the data's seed differs from that of other seeds' runs of the same model, and the table does not mention it
}

// These are the reasons why a run may have failed.
const (
	Diverged  = "diverged"   // its training diverged
	NotFinite = "not finite" // its predictions are not finite
)

// ofDensity tells whether an entry belongs to the table of densities.
func (e Entry) ofDensity() bool { return e.Config.OfDensity() }

// Of returns the entry of a run, named after its folder, measured on n test trajectories or points; 0 means the usual
// number. It measures the run if that has not been done before. A run whose predictions are not finite is marked as
// failed.
func Of(ctx context.Context, d *device.Device, r *runs.Run, n int) (e Entry, err error) {
	e = Entry{Name: r.Dir, Config: r.Config}
	if r.OfDensity() {
		if e.Density, err = r.DensityReportOf(ctx, d, n); err == nil && e.Density.NLL == nil && e.Density.TestPoints > 0 {
			e.Failed = NotFinite
		}
	} else if e.Report, err = r.ReportOf(ctx, d, n); errors.Is(err, runs.ErrNotFinite) {
		e.Report, e.Failed, err = nil, NotFinite, nil
	}
	return e, err
}

// Table holds runs side by side.
type Table struct {
	MSE          Grid         `json:"table_1,omitzero"` // this and the next two are of videos; they are empty if all runs are of densities
	Energy       Grid         `json:"table_2,omitzero"`
	RolloutTable RolloutTable `json:"beyond,omitzero"`
	States       *Grid        `json:"states,omitempty"` // runs that learned from states; nil if there are none

	Densities *Densities `json:"densities,omitempty"` // runs of densities; nil if there are none
}

// Build arranges runs, in any order. It returns an error if there are none, or if one is given twice.
func Build(entries []Entry) (*Table, error) {
	if len(entries) == 0 {
		return nil, badinput.Errorf("a table needs at least one run")
	}
	var films, states []labelled
	var points []Entry
	for _, e := range entries {
		if e.ofDensity() {
			points = append(points, e)
			continue
		}
		if e.Report == nil && e.Failed == "" {
			return nil, badinput.Errorf("%s has no measures: evaluate it first", e.Name)
		}
		l, err := label(e)
		if err != nil {
			return nil, err
		}
		if e.Report != nil && e.Report.States != nil || l.model == nameHNNStates || l.model == namePlainStates {
			states = append(states, l)
		} else {
			films = append(films, l)
		}
	}
	t := &Table{}
	if len(points) > 0 {
		var err error
		if t.Densities, err = densities(points); err != nil || len(points) == len(entries) {
			return t, err
		}
	}
	groups, err := grouped(films)
	if err != nil {
		return nil, err
	}
	t.MSE, t.Energy, t.RolloutTable = mseGrid(groups), energyGrid(groups), beyond(films)
	if len(states) > 0 {
		if groups, err = grouped(states); err != nil {
			return nil, err
		}
		g := statesGrid(groups)
		t.States = &g
	}
	return t, nil
}

// sheets returns the parts that have something to show.
func (t *Table) sheets() []sheet.Sheet {
	var sheets []sheet.Sheet
	if t.MSE.Rows != nil {
		sheets = append(sheets, t.MSE.sheet(), t.Energy.sheet())
	}
	if len(t.RolloutTable.Runs) > 0 {
		sheets = append(sheets, t.RolloutTable.sheet())
	}
	if t.States != nil {
		sheets = append(sheets, t.States.sheet())
	}
	if t.Densities != nil {
		sheets = append(sheets, t.Densities.sheet())
	}
	return sheets
}

// Text draws the whole table for a terminal.
func (t *Table) Text() string { return joined(t.sheets(), sheet.Sheet.Text) }

// Markdown draws the whole table as GitHub's Markdown.
func (t *Table) Markdown() string { return joined(t.sheets(), sheet.Sheet.Markdown) }

func joined(all []sheet.Sheet, draw func(sheet.Sheet) string) string {
	parts := make([]string, len(all))
	for i, one := range all {
		parts[i] = draw(one)
	}
	return strings.Join(parts, "\n")
}
