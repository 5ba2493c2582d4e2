package plots

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/plotter"
)

// Learning records how the negative log-likelihood of one model on held-out points falls during training.
type Learning struct {
	Name           string
	Steps, Seconds []float64 // at which NLL was measured; Seconds nil: unknown
	NLL            []float64 // nats
	Style          Style     // zero: the next free colour
}

// Comparison says how [Likelihoods] draws several models.
type Comparison struct {
	Title   string
	Entropy float64 // of the target in nats, the lowest possible value, drawn as a line; NaN: unknown
}

// Likelihoods draws the negative log-likelihoods of models against steps and against seconds of training, side by
// side (Toth et al. 2020, Figure 10): one model may need fewer steps while another has cheaper ones.
func Likelihoods(c Comparison, models ...Learning) (*Picture, error) {
	if len(models) == 0 {
		return nil, errors.New("plots: Likelihoods has nothing to draw: give it at least one model")
	}
	f := &figure{width: 860, height: 380, title: c.Title, gap: 24}
	ys := noExtent()
	var series []Series
	clock := false
	var first []float64
	for _, m := range models {
		if len(m.Steps) != len(m.NLL) || (m.Seconds != nil && len(m.Seconds) != len(m.NLL)) {
			return nil, fmt.Errorf("plots: model %q has %d values, %d steps and %d seconds: give it as many of each", m.Name, len(m.NLL), len(m.Steps), len(m.Seconds))
		}
		clock = clock || m.Seconds != nil
		series = append(series, Series{Name: m.Name, Style: m.Style})
		known := slices.DeleteFunc(slices.Clone(m.NLL), func(v float64) bool { return !drawable(v, false) })
		if len(known) > 0 {
			first = append(first, known[0])
			ys.add(slices.Min(known))
			ys.add(slices.Max(known))
		}
	}
	floor := drawable(c.Entropy, false)
	if floor {
		ys.lo = math.Min(ys.lo, c.Entropy)
	}
	if len(first) > 0 { // the axis reaches up to the starting value of half of the models
		slices.Sort(first)
		if span := 1.05 * (first[(len(first)-1)/2] - ys.lo); span > 0 {
			ys.hi = math.Min(ys.hi, ys.lo+span)
		}
	}
	styles := seriesStyles(series)
	for k, axis := range []string{"training step", "seconds of training"} {
		if k == 1 && !clock {
			f.width = 520
			break
		}
		p := newPlot(axis, "")
		if k == 0 {
			p.Y.Label.Text = "NLL / nats"
		}
		if floor {
			p.Add(crossLine{at: c.Entropy})
		}
		for i, m := range models {
			x := m.Steps
			if k == 1 {
				x = m.Seconds
			}
			if x == nil {
				continue
			}
			segs, err := segments(m.Name, x, m.NLL, true, false)
			if err != nil {
				return nil, err
			}
			p.Add(lines(segs, styles[i])...)
			if k == 0 {
				f.list(m.Name, sample(styles[i]))
			}
		}
		setRange(&p.X, true, 0)
		p.Y.Min, p.Y.Max = ys.lo, ys.hi
		setRange(&p.Y, false, 0.04)
		f.panels = append(f.panels, p)
	}
	if floor {
		f.list("entropy of the target", &plotter.Line{LineStyle: crossStyle})
	}
	return f.render(), nil
}
