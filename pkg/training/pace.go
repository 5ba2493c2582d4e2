package training

import (
	"slices"
	"time"
)

// pace measures how fast the steps of each stage are, and predicts how long the rest takes.
type pace struct {
	seconds []float64   // of every step that does not compile
	ends    []time.Time // of the latest steps, in order
	warm    bool        // a step was done since the programs were last compiled or something interrupted the steps
	compile bool        // the next step compiles

	stages    map[any]*recent // times of the latest steps of each stage, with the work after them
	counts    map[any]int     // of the steps of each stage
	compiling recent          // times of steps that compile
	examining recent          // times of measurements on held-out data
	examines  int             // number of these
	latest    any             // stage of the last step
}

// recent holds the latest of some durations in seconds.
type recent []float64

// add adds a duration and forgets all but the latest n.
func (a *recent) add(seconds float64, n int) {
	if *a = append(*a, seconds); len(*a) > n {
		*a = slices.Delete(*a, 0, len(*a)-n)
	}
}

// mean returns the mean, or 0 of none.
func (a recent) mean() (mean float64) {
	for _, seconds := range a {
		mean += seconds / float64(len(a))
	}
	return mean
}

// paceWindow is the number of steps over which the present pace is measured. A prediction averages over a quarter of the
// training, if that is more, because it includes rare work such as saving, and what else a busy machine does now and then; but over
// the later half of a stage at most, since the first steps after a start take several times as long as the others.
const (
	paceWindow = 64
	paceShare  = 4
	paceLeast  = 8
)

// compiles announces that the next step compiles programs, so that its time says nothing about the others.
func (p *pace) compiles() {
	p.cool()
	p.compile = true
}

// cool announces that the time of the next step says nothing about the others.
func (p *pace) cool() { p.warm, p.ends = false, nil }

// examined records a measurement on held-out data, which came between the last step and the next one. The first compiles.
func (p *pace) examined(took time.Duration) {
	p.ends = nil
	if p.examines++; p.examines > 1 {
		p.examining.add(took.Seconds(), paceWindow)
	}
}

// skip announces that the training has waited for others since the last step.
func (p *pace) skip(waited time.Duration) {
	for i := range p.ends {
		p.ends[i] = p.ends[i].Add(waited)
	}
}

// step records a step of a stage in a training of that many steps.
func (p *pace) step(began, ended time.Time, stage any, steps int) {
	switch took := ended.Sub(began).Seconds(); {
	case p.warm:
		p.seconds = append(p.seconds, took)
		if n := len(p.ends); n > 0 {
			took = ended.Sub(p.ends[n-1]).Seconds()
		}
		if p.stages == nil {
			p.stages, p.counts = map[any]*recent{}, map[any]int{}
		}
		if p.stages[stage] == nil {
			p.stages[stage] = &recent{}
		}
		p.counts[stage]++
		p.stages[stage].add(took, min(max(paceWindow, steps/paceShare), max(paceLeast, p.counts[stage]/2)))
		p.latest = stage
	case p.compile:
		p.compiling.add(took, paceWindow)
	}
	p.warm, p.compile = true, false
	if len(p.ends) > paceWindow {
		p.ends = slices.Delete(p.ends, 0, 1)
	}
	p.ends = append(p.ends, ended)
}

// median returns the median of the steps' seconds, or 0 before there is any.
func (p *pace) median() float64 {
	if len(p.seconds) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(p.seconds))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// rate returns the recent number of steps a second, or 0 if it is unknown.
func (p *pace) rate() float64 {
	if len(p.ends) < 2 {
		return 0
	}
	took := p.ends[len(p.ends)-1].Sub(p.ends[0]).Seconds()
	if took <= 0 {
		return 0
	}
	return float64(len(p.ends)-1) / took
}

// stretch is a run of steps of one stage.
type stretch struct {
	stage    any
	steps    int
	work     float64 // relative to other stages; 0 if it is unknown
	compiles bool    // the first of the steps compiles a program
}

// left predicts the time for the rest of a training, with some measurements on held-out data; 0 if it is unknown. A stage that
// has begun costs what its steps took. A later one costs more than the present one by the ratio of their works.
func (p *pace) left(rest []stretch, measurements int) time.Duration {
	now := p.stages[p.latest]
	if now == nil {
		return 0
	}
	work := 0.0
	for _, s := range rest {
		if s.stage == p.latest {
			work = s.work
		}
	}
	seconds, present := float64(measurements)*p.examining.mean(), now.mean()
	for _, s := range rest {
		cost := present
		if known := p.stages[s.stage]; known != nil {
			cost = known.mean()
		} else if work > 0 && s.work > 0 {
			cost *= s.work / work
		}
		seconds += float64(s.steps) * cost
		if s.compiles {
			seconds += p.compiling.mean()
		}
	}
	return time.Duration(seconds * float64(time.Second))
}
