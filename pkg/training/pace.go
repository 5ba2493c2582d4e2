package training

import (
	"slices"
	"time"
)

// pace measures how fast steps go.
type pace struct {
	seconds []float64   // of every step but those that compile
	ends    []time.Time // of the latest steps, in order
	warm    bool        // a step was done since the programs were last compiled
}

// paceWindow is how many steps the present pace is measured over.
const paceWindow = 64

// compile says that the next step compiles programs, so that its time tells nothing about the others.
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

// median of the steps' seconds; 0 before there is any.
func (p *pace) median() float64 {
	if len(p.seconds) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(p.seconds))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// rate is the number of steps a second, lately; 0 when it is unknown.
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

// left is the time that so many steps will take; 0 when it is unknown.
func (p *pace) left(steps int) time.Duration {
	rate := p.rate()
	if rate == 0 {
		return 0
	}
	return time.Duration(float64(steps) / rate * float64(time.Second))
}
