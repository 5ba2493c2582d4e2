package plots

import (
	"errors"
	"fmt"
	"math"
)

// A StepError is a model's error for each frame of a rollout.
type StepError struct {
	Name       string
	Time       []float64 // of the frames; nil: 0, 1, 2, ...
	Mean, Half []float64 // mean over trajectories and half width of its 95% interval; Half nil or NaN: no interval
	Style      Style     // zero: the role that Name holds, else the next free colour
}

// PerStep draws the error per frame of several models (Toth et al. 2020, Figure 6), each as a line with a band for its
// interval. c.References take the levels to read it by, such as the error of the mean frame and the noise floor; c.LogY the
// scale.
func PerStep(c Chart, models ...StepError) (*Picture, error) {
	if len(models) == 0 {
		return nil, errors.New("plots: PerStep has nothing to draw: give it the error of at least one model")
	}
	if c.X == "" {
		c.X = "frame"
	}
	if c.Y == "" {
		c.Y = "pixel MSE"
	}
	least := math.Inf(1)
	series := make([]Series, len(models))
	for i, m := range models {
		if m.Half != nil && len(m.Half) != len(m.Mean) {
			return nil, fmt.Errorf("plots: model %q has %d means and %d half widths of intervals: give it as many of each, or no intervals", m.Name, len(m.Mean), len(m.Half))
		}
		for _, v := range m.Mean {
			if drawable(v, true) {
				least = math.Min(least, v)
			}
		}
		series[i] = Series{Name: m.Name, X: m.Time, Y: m.Mean, Style: m.Style}
	}
	bands := false
	for i, style := range seriesStyles(series) {
		b := Band{X: models[i].Time, Style: style}
		some := false
		for t, half := range models[i].Half {
			low, high := models[i].Mean[t]-half, models[i].Mean[t]+half
			if c.LogY && low < least/2 { // no interval makes the axis reach down to 0
				low = math.Min(least/2, high)
			}
			b.Low, b.High = append(b.Low, low), append(b.High, high)
			some = some || drawable(low, c.LogY) && drawable(high, c.LogY)
		}
		if some {
			c.Bands, bands = append(c.Bands, b), true
		}
	}
	if bands && c.Caption == "" {
		c.Caption = "bands: 95% interval of the mean"
	}
	return Curves(c, series...)
}
