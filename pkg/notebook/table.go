package notebook

import "hgn.local/pkg/table"

// Table puts runs beside the paper's Table 1 and Table 2, with further measures; see package table. It measures runs
// that have not been measured yet.
func Table(compared ...*Run) {
	cell(func() error {
		if len(compared) == 0 {
			return mistake("nb.Table needs runs, for example nb.Table(nb.Open(\"leapfrog\"), nb.Open(\"euler\"))")
		}
		for _, r := range compared {
			if r == nil {
				return mistake("one of the runs of nb.Table is nil: open it with nb.Open")
			}
		}
		return showTable(compared)
	})
}

func showTable(compared []*Run) error {
	var entries []table.Entry
	for _, r := range compared {
		report, err := r.measured()
		if err != nil {
			return err
		}
		entries = append(entries, table.Entry{Name: r.Name(), Config: r.Config, Report: report})
	}
	built, err := table.Build(entries)
	if err != nil {
		return err
	}
	showMarkdown(built.Markdown())
	return nil
}
