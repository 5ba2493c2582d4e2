package training

import (
	"slices"
	"time"
)

// pace measures how fast the steps are.
type pace struct {
	seconds []float64   // of every step that does not compile
	ends    []time.Time // of the latest steps, in order
	warm    bool        // a step was done since the programs were last compiled
}

// paceWindow is the number of steps over which the present pace is measured.
const paceWindow = 64

// compile announces that the next step compiles programs, so that its time says nothing about the others.
func (p *pace) compile() { p.warm, p.ends = false, nil }

// step records a step.
func (p *pace) step(began, ended time.Time) {
	if p.warm {
		p.seconds = append(p.seconds, ended.Sub(began).Seconds())
	}
	p.warm = true
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

// left estimates the time for a number of steps; 0 if it is unknown.
func (p *pace) left(steps int) time.Duration {
	rate := p.rate()
	if rate == 0 {
		return 0
	}
	return time.Duration(float64(steps) / rate * float64(time.Second))
}
