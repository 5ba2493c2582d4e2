package plots

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// linearTicks places about want labelled ticks at multiples of 1, 2 or 5 times a power of ten. Gonum's DefaultTicks
// cannot place more than about three labels and writes 1e+05 for 10⁵.
type linearTicks struct{ want int }

// Ticks implements plot.Ticker.
func (t linearTicks) Ticks(lo, hi float64) []plot.Tick {
	return multiples(lo, hi, niceStep((hi-lo)/float64(t.want)))
}

// multiples labels the multiples of step from lo to hi.
func multiples(lo, hi, step float64) []plot.Tick {
	var ticks []plot.Tick
	first := math.Ceil(lo/step - 1e-9)
	for i := range 32 {
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

// tickLabel writes v with enough digits to distinguish it from its neighbours a step away. It writes a mantissa and a
// power of ten if the largest number of the axis is very large or very small.
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

// logTicks labels the powers of ten. It also labels 2 and 5 times them on an axis
// of less than two decades, and uses linear ticks within a factor of about six.
// Gonum's LogTicks would leave such an axis with one label or none.
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

// powerLabel writes m*10^e: in plain digits from 0.01 to 5000, else as a power.
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
var angleTicks = plot.ConstantTicks{{Value: -math.Pi, Label: "−π"}, {Value: -math.Pi / 2, Label: "−π/2"}, {Value: 0, Label: "0"},
	{Value: math.Pi / 2, Label: "π/2"}, {Value: math.Pi, Label: "π"}}
