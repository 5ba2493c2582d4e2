package integrate_test

import (
	"math"
	"testing"

	"hgn.local/kernels_xla/integrate"
)

// A symplectic integrator keeps the energy within a band for ever: over ten thousand steps neither
// the width of the band nor its middle moves.
func TestEnergyStaysInItsBand(t *testing.T) {
	for _, in := range integrate.All() {
		if !in.Symplectic() {
			continue
		}
		for _, s := range systems {
			first, last := energyBands(t, in, s, 0.05)
			for i := range first {
				width, shift := first[i].width(), math.Abs(last[i].middle()-first[i].middle())
				if !(last[i].width() < 1.25*width && shift < 0.25*width) {
					t.Errorf("%s on %s, row %d: energy in %v at first, in %v at last: it drifts",
						in.Name(), s.name, i, first[i], last[i])
				}
			}
		}
	}
}

// Euler's energy grows, even with steps fifty times smaller.
func TestEulerEnergyGrows(t *testing.T) {
	for _, s := range systems {
		first, last := energyBands(t, integrate.Euler, s, 0.001)
		for i := range first {
			if !(last[i].low > first[i].high+first[i].width()) {
				t.Errorf("%s, row %d: energy in %v at first, in %v at last", s.name, i, first[i], last[i])
			}
		}
	}
}

type band struct{ low, high float64 }

func (b band) width() float64  { return b.high - b.low }
func (b band) middle() float64 { return (b.low + b.high) / 2 }

// energyBands are the ranges of the energy in the first and in the last thousand of ten thousand
// steps, for each row of a batch.
func energyBands(t *testing.T, in integrate.Integrator, s system, dt float64) (first, last []band) {
	t.Helper()
	const steps, window, batch = 10_000, 1000, 4
	q, p := s.starts(batch)
	qs, ps := compile(t, in, s, 8).run(t, q, p, dt, steps)
	energy := s.energies(t, qs, ps)
	for i := range batch {
		first = append(first, bandOf(energy[:window], i))
		last = append(last, bandOf(energy[len(energy)-window:], i))
	}
	return first, last
}

// bandOf is the range of column i; a NaN makes it NaN.
func bandOf(energy [][]float64, i int) band {
	b := band{math.Inf(1), math.Inf(-1)}
	for _, e := range energy {
		b.low, b.high = min(b.low, e[i]), max(b.high, e[i])
	}
	return b
}
