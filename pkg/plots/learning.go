package plots

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/vg/draw"
)

// Learning is how the negative log-likelihood of one model on held-out points falls in training.
type Learning struct {
	Name           string
	Steps, Seconds []float64 // when NLL was measured; Seconds nil: not known
	NLL            []float64 // nats
	Style          Style     // zero: the next free colour
}

// Comparison says how [Likelihoods] draws several models.
type Comparison struct {
	Title   string
	Entropy float64 // of the target in nats, the least that can be reached: a line; NaN: not known
}

// Likelihoods draws the negative log-likelihoods of models against steps and against seconds of training, side by side: a
// cheap step and a good one are different virtues (Figure 10 of Toth et al. 2020).
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
		seen := false
		for _, v := range m.NLL {
			if drawable(v, false) {
				ys.add(v)
				if !seen {
					first, seen = append(first, v), true
				}
			}
		}
	}
	floor := drawable(c.Entropy, false)
	if floor {
		ys.lo = math.Min(ys.lo, c.Entropy)
	}
	if len(first) > 0 { // the axis goes up as far as half of the models start
		if span := 1.05 * (median(first) - ys.lo); span > 0 {
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
		p.X.Tick.Marker = linearTicks{want: 6}
		if k == 0 {
			p.Y.Label.Text = "NLL / nats"
		}
		xs := noExtent()
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
			var unused extent
			addAll(&xs, &unused, segs)
			l := lines{segs, styles[i]}
			p.Add(l)
			if k == 0 {
				f.legend = append(f.legend, entry{m.Name, l})
			}
		}
		xs.apply(&p.X, true, 0)
		ys.apply(&p.Y, false, 0.04)
		f.panels = append(f.panels, p)
	}
	if floor {
		f.legend = append(f.legend, entry{"entropy of the target", entropyLine{}})
	}
	return f.render(nil), nil
}

// entropyLine is the legend's sample of the line at the entropy.
type entropyLine struct{}

// Thumbnail implements plot.Thumbnailer.
func (entropyLine) Thumbnail(c *draw.Canvas) {
	c.StrokeLine2(crossStyle, c.Min.X, c.Center().Y, c.Max.X, c.Center().Y)
}

// median is the middle one of some values, the lower of two.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)/2]
}
