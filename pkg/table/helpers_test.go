package table

import (
	"testing"

	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/runs"
)

// entry is a hand-made run: a model of a preset, with parameters as for --set, and a report with the given test MSE × 10⁴.
func entry(t *testing.T, name, model, preset, system string, mse float64, sets ...string) Entry {
	t.Helper()
	c, err := runs.NewConfig(model, preset)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sets {
		if err := c.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	c.Data = runs.Simulated(system)
	return Entry{Name: name, Config: c, Report: report(c, mse*1e-4)}
}

// report has round measures around a test MSE.
func report(c runs.Config, mse float64) *runs.Report {
	floor, excess := 5e-4, (mse-5e-4)/45e-4
	return &runs.Report{
		Header:   runs.Header{Steps: c.Params.Plan().Steps, Planned: c.Params.Plan().Steps, Seconds: 90},
		MSETrain: mse - 1e-4, MSETest: mse,
		MSETrainInterval: metrics.Estimate{Mean: mse - 1e-4, Half: 0.1e-4, N: 200},
		MSETestInterval:  metrics.Estimate{Mean: mse, Half: 0.2e-4, N: 200},
		MeanFrameMSE:     50e-4, NoiseFloorMSE: &floor, Excess: &excess,
		EnergyVariance:      new(3e-6),
		EnergyVarianceTrain: metrics.Estimate{Mean: 2e-6, Half: 1e-7, N: 200},
		EnergyVarianceTest:  metrics.Estimate{Mean: 3e-6, Half: 2e-7, N: 200},
		EnergyVarianceRatio: new(4e-5),
		ReversalError:       new(1e-7),
	}
}

// resolved settles what depends on the data, as a run's configuration is kept.
func resolved(t *testing.T, e Entry) Entry {
	t.Helper()
	c, err := e.Config.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	e.Config = c
	return e
}

func build(t *testing.T, entries ...Entry) *Table {
	t.Helper()
	for i := range entries {
		entries[i] = resolved(t, entries[i])
	}
	table, err := Build(entries)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// rows of a kind.
func (g Grid) of(kind string) (rows []Row) {
	for _, r := range g.Rows {
		if r.Kind == kind {
			rows = append(rows, r)
		}
	}
	return rows
}

// ownVideos is a source of files that need not exist.
func ownVideos(t *testing.T, path string) runs.Source {
	t.Helper()
	like, err := runs.Simulated("pendulum").Shape()
	if err != nil {
		t.Fatal(err)
	}
	return runs.Source{File: path, Digest: path, Videos: &like, Import: &dataset.ImportOptions{}}
}
