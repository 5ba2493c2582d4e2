package training

import (
	"errors"
	"io/fs"
	"math"
	"path/filepath"

	"hgn.local/pkg/badinput"
)

// Curve records the losses of one attempt. The slices have one element for each point.
type Curve struct {
	Attempt int
	Steps   []float64            // steps done at each point
	Seconds []float64            // since the beginning of the training
	Losses  map[string][]float64 // means over the steps since the previous point; NaN if a loss was not computed

	HeldOut HeldOut
}

// HeldOut records the measures of held-out data, see Examined: fewer points than those of the losses.
type HeldOut struct{ Steps, Values []float64 }

// Restart marks the beginning of a new attempt.
type Restart struct {
	Attempt int // number of the attempt that began, from 1
	Step    int // steps done in the attempt before it
	Reason  string
}

// Log is the recorded course of a training.
type Log struct {
	Curve            // of the last attempt
	Earlier  []Curve // of the abandoned attempts, in order
	Restarts []Restart
}

// ReadLog reads the log of a run folder, even while the training runs. It ignores a last line that a crash cut short.
func ReadLog(dir string) (Log, error) {
	path := filepath.Join(dir, LogFile)
	lines, broken, err := readLines(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Log{}, badinput.Errorf("there is no log %s: nothing was trained in this folder", path)
	case err != nil:
		return Log{}, badinput.Errorf("cannot read the log: %w", err)
	case broken > 0:
		return Log{}, badinput.Errorf("%s is damaged in line %d: take this line out", path, broken)
	}
	log := Log{Curve: Curve{Losses: map[string][]float64{}}}
	for _, l := range lines {
		if l.Event == restartEvent {
			log.Restarts = append(log.Restarts, Restart{l.Attempt, l.Step, l.Reason})
			log.Earlier = append(log.Earlier, log.Curve)
			log.Curve = Curve{Attempt: l.Attempt, Losses: map[string][]float64{}}
			continue
		}
		log.Curve.add(l)
	}
	return log, nil
}

// add appends a point.
func (c *Curve) add(l line) {
	for name := range l.Losses {
		if _, known := c.Losses[name]; !known {
			c.Losses[name] = nan(len(c.Steps))
		}
	}
	c.Steps = append(c.Steps, float64(l.Step))
	c.Seconds = append(c.Seconds, l.Seconds)
	if l.HeldOut != nil {
		c.HeldOut.Steps, c.HeldOut.Values = append(c.HeldOut.Steps, float64(l.Step)), append(c.HeldOut.Values, *l.HeldOut)
	}
	for name, values := range c.Losses {
		x, ok := l.Losses[name]
		if !ok {
			x = math.NaN()
		}
		c.Losses[name] = append(values, x)
	}
}

func nan(n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = math.NaN()
	}
	return values
}
