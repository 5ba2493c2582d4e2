package table

import (
	"strings"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/runs"
)

// Entry is a run with its measures.
type Entry struct {
	Name   string // what the run is called: its folder
	Config runs.Config
	Report *runs.Report
}

// Table is runs side by side.
type Table struct {
	MSE    Grid   `json:"table_1"`
	Energy Grid   `json:"table_2"`
	Beyond Beyond `json:"beyond"`
	States *Grid  `json:"states,omitempty"` // of the runs that learned from states; nil where there are none
}

// Build arranges runs, in any order. It errs where there are none, or where one is given twice.
func Build(entries []Entry) (*Table, error) {
	if len(entries) == 0 {
		return nil, badinput.Errorf("a table needs at least one run")
	}
	var films, states []labelled
	for _, e := range entries {
		if e.Report == nil {
			return nil, badinput.Errorf("%s has no measures: evaluate it first", e.Name)
		}
		l, err := label(e)
		if err != nil {
			return nil, err
		}
		if e.Report.States != nil {
			states = append(states, l)
		} else {
			films = append(films, l)
		}
	}
	groups, err := grouped(films)
	if err != nil {
		return nil, err
	}
	t := &Table{MSE: mseGrid(groups), Energy: energyGrid(groups), Beyond: beyond(films)}
	if len(states) > 0 {
		if groups, err = grouped(states); err != nil {
			return nil, err
		}
		g := statesGrid(groups)
		t.States = &g
	}
	return t, nil
}

// sheets are the parts that have something to show.
func (t *Table) sheets() []sheet {
	sheets := []sheet{t.MSE.sheet(), t.Energy.sheet()}
	if len(t.Beyond.Runs) > 0 {
		sheets = append(sheets, t.Beyond.sheet())
	}
	if t.States != nil {
		sheets = append(sheets, t.States.sheet())
	}
	return sheets
}

// Text draws the whole table for a terminal.
func (t *Table) Text() string { return joined(t.sheets(), sheet.text) }

// Markdown draws the whole table as GitHub's Markdown.
func (t *Table) Markdown() string { return joined(t.sheets(), sheet.markdown) }

func joined(sheets []sheet, draw func(sheet) string) string {
	parts := make([]string, len(sheets))
	for i, s := range sheets {
		parts[i] = draw(s)
	}
	return strings.Join(parts, "\n")
}
