// Package targets holds energies U(x) of points in R^d as GoMLX graphs. A flow can learn the density exp(-U(x))/Z from
// the energy alone, without points of it, and estimates the unknown Z = ∫ exp(-U).
//
//	double_well    of two coordinates: x⁴/4 - 3x² + x + y²/2, two wells of unequal depth with a barrier between them
//	               (Noé et al. 2019)
//	muller_brown   a tenth of Müller and Brown's potential (1979): three curved wells in the plane
//	free_field     64 numbers φ on an 8 x 8 torus: Σ (∇φ)²/2 + φ²/2, a normal density
//	phi4           the same lattice: Σ (∇φ)²/2 - φ²/2 + φ⁴/2
//
// Units are such that the temperature is 1. Define makes an energy of your own known.
package targets

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"

	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/points"
)

// Energy is the energy of points in R^Dim.
type Energy struct {
	Name string
	Dim  int
	// U computes the energy of each point, [n, Dim] -> [n]. It is differentiable.
	U func(x *Node) *Node
	// LogZ is log ∫ exp(-U), or NaN if it is not known.
	LogZ float64
	// Frame is where a flow looks for the density: the middle and the reach of each coordinate.
	Frame points.Standardizer
}

var known = struct {
	sync.Mutex
	own map[string]Energy
}{own: map[string]Energy{}}

var builtIn = map[string]func() Energy{"double_well": doubleWell, "muller_brown": mullerBrown, "free_field": freeField, "phi4": phi4}

// Names lists the energies that need no definition.
func Names() []string { return slices.Sorted(maps.Keys(builtIn)) }

// Named returns the energy with a name.
func Named(name string) (Energy, error) {
	if f, ok := builtIn[name]; ok {
		return f(), nil
	}
	known.Lock()
	defer known.Unlock()
	if e, ok := known.own[name]; ok {
		return e, nil
	}
	return Energy{}, params.Errorf("unknown energy %q: choose one of %s, or define your own first, by nb.TargetEnergy in a cell", name, strings.Join(Names(), ", "))
}

var ownName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Define makes an energy of your own known by a name: a graph of points x [n, dim] -> [n]. The flow begins as a normal
// density of standard deviation reach around the origin. A second definition takes the place of the first.
func Define(name string, dim int, reach float64, u func(x *Node) *Node) error {
	if !ownName.MatchString(name) {
		return params.Errorf("%q cannot be the name of an energy: use small letters, digits and underscores, and begin with a letter", name)
	}
	if _, taken := builtIn[name]; taken {
		return params.Errorf("there is a built-in energy called %s: give yours another name", name)
	}
	if dim < 1 || !(reach > 0) || math.IsInf(reach, 0) || u == nil {
		return params.Errorf("the energy %s needs at least 1 coordinate, a positive reach and a function, not %d coordinates and reach %g", name, dim, reach)
	}
	known.Lock()
	defer known.Unlock()
	known.own[name] = Energy{Name: name, Dim: dim, U: u, LogZ: math.NaN(), Frame: frame(make([]float64, dim), slices.Repeat([]float64{reach}, dim))}
	return nil
}

func frame(mean, scale []float64) points.Standardizer {
	return points.Standardizer{Mean: mean, Scale: scale}
}
