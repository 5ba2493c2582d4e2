package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"hgn.local/pkg/ranges"
)

// Values beyond these limits would overflow on a float64 axis. They count as
// missing, like NaN.
const (
	largestValue  = 1e100
	smallestOnLog = 1e-100
)

// drawable tells whether v has a place on the axis.
func drawable(v float64, log bool) bool {
	if log {
		return v >= smallestOnLog && v <= largestValue
	}
	return math.Abs(v) <= largestValue // false for NaN
}

// segments splits a series into the stretches without missing values. X may be
// nil, which means 0, 1, 2, ... Segments returns an error if no value is left or
// the lengths differ.
func segments(name string, x, y []float64, logX, logY bool) ([]plotter.XYs, error) {
	if len(y) == 0 {
		return nil, fmt.Errorf("plots: series %q is empty: give it at least one value", name)
	}
	if x != nil && len(x) != len(y) {
		return nil, fmt.Errorf("plots: series %q has %d x values and %d y values: give it as many of each", name, len(x), len(y))
	}
	var out []plotter.XYs
	open := false
	for i := range y {
		xi := float64(i)
		if x != nil {
			xi = x[i]
		}
		if !drawable(xi, logX) || !drawable(y[i], logY) {
			open = false
			continue
		}
		if !open {
			out = append(out, nil)
			open = true
		}
		out[len(out)-1] = append(out[len(out)-1], plotter.XY{X: xi, Y: y[i]})
	}
	if out == nil {
		what := "finite"
		if logX || logY {
			what = "finite and, on the logarithmic axis, positive"
		}
		return nil, fmt.Errorf("plots: series %q has no value that is %s", name, what)
	}
	return out, nil
}

// An extent is a range that grows as values are added. An empty one has lo > hi.
type extent struct{ lo, hi float64 }

func noExtent() extent { return extent{math.Inf(1), math.Inf(-1)} }

func (e *extent) add(v float64) { e.lo, e.hi = math.Min(e.lo, v), math.Max(e.hi, v) }

// fenced is the least number of values of curves and trajectories at which a few far values no longer determine the
// axes.
const fenced = 200

// around returns the range of values, without a few far ones if there are many.
func around(values []float64, many int) extent {
	if len(values) >= many {
		lo, hi := ranges.Of(values)
		return extent{lo, hi}
	}
	e := noExtent()
	for _, v := range values {
		e.add(v)
	}
	return e
}

// flat tells whether the range is a single value up to rounding.
func (e extent) flat() bool {
	return e.hi-e.lo <= 1e-9*math.Max(math.Abs(e.lo), math.Abs(e.hi)) || e.hi-e.lo < 1e-100
}

// setRange widens the range of an axis, to which gonum has added all data, by
// the share pad at both ends, and chooses its scale. A single value has no
// width: the axis then reaches as far as the value is large.
func setRange(a *plot.Axis, log bool, pad float64) {
	if a.Min > a.Max {
		a.Min, a.Max = 1, 1
	}
	lo, hi := a.Min, a.Max
	if log {
		a.Scale, a.Tick.Marker = plot.LogScale{}, logTicks{}
		if hi/lo < 1+1e-9 {
			lo, hi = lo/2, hi*2
		}
		f := math.Pow(hi/lo, pad)
		a.Min, a.Max = lo/f, hi*f
		return
	}
	if (extent{lo, hi}).flat() {
		w := math.Max(math.Abs(lo), math.Abs(hi)) / 2
		if w < 1e-90 {
			w = 1
		}
		lo, hi = lo-w, hi+w
	}
	d := pad * (hi - lo)
	a.Min, a.Max = lo-d, hi+d
}

// wrapAngle maps an angle to (-pi, pi].
func wrapAngle(a float64) float64 {
	a = math.Remainder(a, 2*math.Pi) // [-pi, pi]
	if a <= -math.Pi {
		a = math.Pi
	}
	return a
}

// checkFrames returns an error if there are no frames, or if one does not have
// size*size*3 bytes.
func checkFrames(name string, size int, frames [][]uint8) error {
	if size <= 0 {
		return fmt.Errorf("plots: the frame size is %d: give the side length of the frames in pixels", size)
	}
	if len(frames) == 0 {
		return fmt.Errorf("plots: %q has no frames: give it at least one", name)
	}
	for i, f := range frames {
		if len(f) != size*size*3 {
			return fmt.Errorf("plots: frame %d of %q has %d bytes: %d x %d RGB pixels take %d", i, name, len(f), size, size, size*size*3)
		}
	}
	return nil
}

// checkArea returns an error if a picture would be too large to be of use.
func checkArea(width, height int) error {
	const most = 64 << 20
	if width > most || height > most || width*height > most {
		return fmt.Errorf("plots: the picture would be %d x %d pixels: show fewer frames or choose a smaller zoom", width, height)
	}
	return nil
}
