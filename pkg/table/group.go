package table

import (
	"math"
	"slices"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/runs"
)

// group holds the runs of one cell, which differ only in their seed.
type group struct {
	model, setting string
	column         column
	runs           []labelled // runs that were measured
	failed         []labelled // runs that were not
}

// fails names the runs that failed in the given way.
func (g *group) fails(how string) (names []string) {
	for _, l := range g.failed {
		if l.Failed == how {
			names = append(names, l.Name)
		}
	}
	return names
}

// trainings counts all runs of the group, failed ones included.
func (g *group) trainings() int { return len(g.runs) + len(g.failed) }

// grouped collects the runs of each cell, in the order in which they come. It returns an error if the same seed comes
// twice, because that would make the interval over seeds too small.
func grouped(entries []labelled) ([]*group, error) {
	var groups []*group
	for _, e := range entries {
		i := slices.IndexFunc(groups, func(g *group) bool {
			return g.model == e.model && g.setting == e.setting && g.column == e.column
		})
		if i < 0 {
			i = len(groups)
			groups = append(groups, &group{model: e.model, setting: e.setting, column: e.column})
		}
		g := groups[i]
		for _, other := range slices.Concat(g.runs, g.failed) {
			if seedOf(other) == seedOf(e) {
				return nil, badinput.Errorf("%s and %s are the same training with the same seed %d: give one of them", other.Name, e.Name, seedOf(e))
			}
		}
		if e.Failed != "" {
			g.failed = append(g.failed, e)
		} else {
			g.runs = append(g.runs, e)
		}
	}
	return groups, nil
}

func seedOf(l labelled) uint64 { return l.Config.Params.Plan().Seed }

// short tells whether any of the runs was trained shorter than the paper.
func (g *group) short() bool {
	return slices.ContainsFunc(g.runs, func(l labelled) bool { return l.short })
}

// seeds returns the seeds of the runs.
func (g *group) seeds() []uint64 {
	seeds := make([]uint64, len(g.runs))
	for i, l := range g.runs {
		seeds[i] = seedOf(l)
	}
	return seeds
}

// names returns the names of the runs.
func (g *group) names() []string {
	names := make([]string, len(g.runs))
	for i, l := range g.runs {
		names[i] = l.Name
	}
	return names
}

// over returns the measure with this key: of a single run with its interval over trajectories or points, or the mean
// of several runs with the interval over seeds. It is nil if a run lacks the measure.
func (g *group) over(key string) *metrics.Estimate {
	var means []float64
	for _, l := range g.runs {
		m := l.measure(key)
		switch {
		case m.Key == "" || !m.Known():
			return nil
		case len(g.runs) == 1:
			return &m.Value
		}
		means = append(means, m.Value.Mean)
	}
	if means == nil {
		return nil
	}
	e := metrics.MeanInterval(means)
	return &e
}

// measure returns the run's measure with a key, or a zero Measure if the run does not have it.
func (l labelled) measure(key string) metrics.Measure {
	var measured runs.Measured = l.Density
	if l.Density == nil {
		measured = l.Report
	}
	for _, m := range measured.Measures() {
		if m.Key == key {
			return m
		}
	}
	return metrics.Measure{}
}

// values returns a measure of every run that has it.
func (g *group) values(of func(labelled) *float64) (values []float64) {
	for _, l := range g.runs {
		if v := of(l); v != nil && !math.IsNaN(*v) && !math.IsInf(*v, 0) {
			values = append(values, *v)
		}
	}
	return values
}

// spread describes a measure over several runs; it is nil for fewer than two.
func (g *group) spread(of func(labelled) *float64) *metrics.Spread {
	values := g.values(of)
	if len(values) < 2 {
		return nil
	}
	s := metrics.SpreadOf(values)
	return &s
}
