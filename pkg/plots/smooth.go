package plots

import (
	"math"

	"gonum.org/v1/plot/plotter"

	"hgn.local/kernels_xla/scalar"
)

// smooth returns the moving average of every stretch, over a centred window of
// about a fortieth of its points that is cut off at the ends. On a logarithmic
// axis it averages the logarithms, as the eye does there.
func smooth(segs []plotter.XYs, log bool) []plotter.XYs {
	out := make([]plotter.XYs, len(segs))
	for k, seg := range segs {
		half := len(seg) / 80
		sums := make([]float64, len(seg)+1)
		for i, p := range seg {
			v := p.Y
			if log {
				v = math.Log(v)
			}
			sums[i+1] = sums[i] + v
		}
		out[k] = make(plotter.XYs, len(seg))
		for i, p := range seg {
			from, to := max(i-half, 0), min(i+half+1, len(seg))
			v := (sums[to] - sums[from]) / float64(to-from)
			if log {
				v = scalar.Exp(v)
			}
			out[k][i] = plotter.XY{X: p.X, Y: v}
		}
	}
	return out
}
