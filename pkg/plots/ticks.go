package plots

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// linearTicks places about want labelled ticks at multiples of 1, 2 or 5 times
// a power of ten.
type linearTicks struct{ want int }

// Ticks implements plot.Ticker.
func (t linearTicks) Ticks(lo, hi float64) []plot.Tick {
	step := niceStep((hi - lo) / float64(t.want))
	var ticks []plot.Tick
	first := math.Ceil(lo/step - 1e-9)
	for i := range 4 * t.want {
		v := (first + float64(i)) * step
		if v > hi+1e-9*step {
			break
		}
		ticks = append(ticks, plot.Tick{Value: v, Label: tickLabel(v, step, math.Max(math.Abs(lo), math.Abs(hi)))})
	}
	return ticks
}

// niceStep rounds a step up to 1, 2 or 5 times a power of ten.
func niceStep(step float64) float64 {
	base := math.Pow(10, math.Floor(math.Log10(step)))
	for _, m := range []float64{1, 2, 5} {
		if step <= m*base*(1+1e-9) {
			return m * base
		}
	}
	return 10 * base
}

// tickLabel writes v with the digits that tell it from its neighbours a step
// away, as mantissa and power of ten where the axis reaches up to very large
// or only very small numbers.
func tickLabel(v, step, largest float64) string {
	if math.Abs(v) < step/2 {
		return "0"
	}
	digits := -int(math.Floor(math.Log10(step) + 1e-9))
	if largest >= 1e5 || largest < 1e-3 {
		e := int(math.Floor(math.Log10(largest) + 1e-9))
		mantissa := strconv.FormatFloat(v*math.Pow(10, -float64(e)), 'f', min(max(digits+e, 0), 8), 64)
		return withMinus(mantissa) + "×10" + superscript(e)
	}
	return withMinus(strconv.FormatFloat(v, 'f', min(max(digits, 0), 10), 64))
}

func withMinus(s string) string { return strings.Replace(s, "-", "−", 1) }

// logTicks labels the powers of ten; where fewer than two are in range it also
// labels 2 and 5 times them, and within less than a factor of about six it
// falls back to linear ticks.
type logTicks struct{}

// Ticks implements plot.Ticker.
func (logTicks) Ticks(lo, hi float64) []plot.Tick {
	decades := math.Log10(hi / lo)
	if decades < 0.8 {
		return linearTicks{want: 5}.Ticks(lo, hi)
	}
	labelled := map[int]bool{1: true}
	if decades < 2 {
		labelled[2], labelled[5] = true, true
	}
	every := 1 + int(decades)/8
	var ticks []plot.Tick
	for e := int(math.Floor(math.Log10(lo))); e <= int(math.Ceil(math.Log10(hi))); e++ {
		for m := 1; m < 10; m++ {
			v := float64(m) * math.Pow(10, float64(e))
			if v < lo*(1-1e-9) || v > hi*(1+1e-9) || (every > 1 && m > 1) {
				continue
			}
			tick := plot.Tick{Value: v}
			if labelled[m] && e%every == 0 {
				tick.Label = powerLabel(m, e)
			}
			ticks = append(ticks, tick)
		}
	}
	return ticks
}

// powerLabel writes m*10^e: plainly from 0.01 to 5000, as a power beyond.
func powerLabel(m, e int) string {
	if e >= -2 && e <= 3 {
		return strconv.FormatFloat(float64(m)*math.Pow(10, float64(e)), 'f', max(-e, 0), 64)
	}
	if m == 1 {
		return "10" + superscript(e)
	}
	return strconv.Itoa(m) + "×10" + superscript(e)
}

// angleTicks labels multiples of pi/2.
type angleTicks struct{}

// Ticks implements plot.Ticker.
func (angleTicks) Ticks(lo, hi float64) []plot.Tick {
	var ticks []plot.Tick
	for _, t := range []plot.Tick{{Value: -math.Pi, Label: "−π"}, {Value: -math.Pi / 2, Label: "−π/2"}, {Value: 0, Label: "0"},
		{Value: math.Pi / 2, Label: "π/2"}, {Value: math.Pi, Label: "π"}} {
		if t.Value >= lo-1e-9 && t.Value <= hi+1e-9 {
			ticks = append(ticks, t)
		}
	}
	return ticks
}
