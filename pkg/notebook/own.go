package notebook

import (
	"math/rand/v2"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/pkg/density"
	"hgn.local/pkg/physics"
)

// A later cell is a program of its own. What it shall know, declare in a variable, which every later cell makes
// again:
//
//	var well = nb.Define(DoubleWell{})
//	var relativistic = nb.Hamiltonian("relativistic", func(m *hgn.Model, scope *model.Scope) phase.Hamiltonian { … })
//
// Then runs that learned it, or with it, can be opened there.

// Define makes a system of your own known, and returns it: any value with the methods
//
//	Energy(q, p []float64) float64
//	Sample(r *rand.Rand) (q, p []float64)
//	Disks(q []float64) []physics.Disk
//
// See physics.Define for what else it may have. Declare the result in a variable, so that later cells know it too.
func Define(sketch physics.Sketch) (s physics.System) {
	cell(func() (err error) {
		s, err = physics.Define(sketch)
		return err
	})
	return s
}

// Hamiltonian makes a form of H of your own known by a name, which it returns: set it as a parameter's Hamiltonian.
// Declare the result in a variable, so that later cells know it too.
func Hamiltonian(name string, h hgn.Hamiltonian) string {
	cell(func() error { return hgn.DefineHamiltonian(name, h) })
	return name
}

// Decoder makes a decoder of your own known by a name, which it returns: set it as a parameter's Decoder. Declare the
// result in a variable, so that later cells know it too.
func Decoder(name string, d hgn.Decoder) string {
	cell(func() error { return hgn.DefineDecoder(name, d) })
	return name
}

// Sampler makes a density of your own known by a name, which it returns, for Density: sample draws a point of it.
// Declare the result in a variable, so that later cells know it too.
func Sampler(name string, sample func(r *rand.Rand) []float64) string {
	cell(func() error {
		_, err := density.DefineSampler(name, sample)
		return err
	})
	return name
}

// LogDensity makes a density in the plane known by a name, which it returns, for Density: logDensity is its logarithm,
// up to a constant, in [-4, 4]²; outside it is zero. Declare the result in a variable, so that later cells know it too.
func LogDensity(name string, logDensity func(x, y float64) float64) string {
	cell(func() error {
		_, err := density.DefineLogDensity(name, logDensity)
		return err
	})
	return name
}
