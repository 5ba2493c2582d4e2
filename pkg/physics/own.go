package physics

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode"

	"hgn.local/pkg/badinput"
)

// Sketch is the least that a system of your own must say about itself; see Define. Its other methods are those of
// System and of the interfaces beside it, each of which it may have as well.
type Sketch interface {
	Energy(q, p []float64) float64
	Sample(r *rand.Rand) (q, p []float64)
	Disks(q []float64) []Disk
}

// own completes a Sketch. What the sketch does not say is found out from what it says.
type own struct {
	Sketch
	name     string
	dim      int
	topology []string
	extent   float64
	noise    float64
	forces   func(q, p, dq, dp []float64)
}

func (s *own) Name() string                      { return s.name }
func (s *own) Dim() int                          { return s.dim }
func (s *own) Topology() []string                { return slices.Clone(s.topology) }
func (s *own) Extent() float64                   { return s.extent }
func (s *own) Noise() float64                    { return s.noise }
func (s *own) Derivative(q, p, dq, dp []float64) { s.forces(q, p, dq, dp) }

// defined holds the systems that Define has made known.
var defined struct {
	sync.Mutex
	systems []System
}

// Define makes a system of your own known by its name, as if it were one of the built-in ones, and returns it.
//
// The sketch needs Energy, Sample and Disks. These methods of System it may leave out:
//
//	Name        is the name of its type, in lower case: DoubleWell is "double_well"
//	Topology    takes every coordinate to be on a line
//	Derivative  takes the derivatives of Energy by finite differences of sixth order, which err by some 1e-10 of it
//	Noise       is 0
//	Extent      is the farthest that a body reaches in a few trajectories, and a tenth more
//
// An energy that splits as K(p) + V(q) is recognised: the system is a Separable then, by methods of its own or not.
//
// The energy must be finite wherever trajectories go. A second definition of the same name takes the place of the
// first.
func Define(sketch Sketch) (System, error) {
	if v := reflect.ValueOf(sketch); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return nil, badinput.Errorf("there is no system to define: pass a value with the methods Energy, Sample and Disks")
	}
	name := nameOf(sketch)
	if name == "" {
		return nil, badinput.Errorf("a system of a type without a name needs a method Name() string")
	}
	if slices.Contains(Names(), name) {
		return nil, badinput.Errorf("there is a built-in system called %s: give yours another name, by another type or a method Name() string", name)
	}
	s, err := complete(name, sketch)
	if err != nil {
		return nil, err
	}
	defined.Lock()
	defer defined.Unlock()
	if i := slices.IndexFunc(defined.systems, func(s System) bool { return s.Name() == name }); i >= 0 {
		defined.systems[i] = s
	} else {
		defined.systems = append(defined.systems, s)
	}
	return s, nil
}

// ownNamed returns the defined system of that name.
func ownNamed(name string) (System, bool) {
	defined.Lock()
	defer defined.Unlock()
	for _, s := range defined.systems {
		if s.Name() == name {
			return s, true
		}
	}
	return nil, false
}

// complete adds what a sketch leaves out.
func complete(name string, sketch Sketch) (System, error) {
	q, p := sketch.Sample(ownRand(0))
	if len(q) == 0 || len(q) != len(p) {
		return nil, badinput.Errorf("Sample of %s must return as many positions as momenta, at least one, not %d and %d", name, len(q), len(p))
	}
	if e := sketch.Energy(q, p); !finite(e) {
		return nil, badinput.Errorf("the energy of %s at a state that Sample draws is %g: it must be finite", name, e)
	}
	s := &own{Sketch: sketch, name: name, dim: len(q), topology: slices.Repeat([]string{Line}, len(q)), forces: Differences(sketch.Energy)}
	if t, ok := sketch.(interface{ Topology() []string }); ok {
		s.topology = t.Topology()
		if len(s.topology) != s.dim || slices.ContainsFunc(s.topology, func(c string) bool { return c != Line && c != Circle }) {
			return nil, badinput.Errorf("Topology of %s must say %q or %q for each of its %d coordinates, not %q", name, Line, Circle, s.dim, s.topology)
		}
	}
	if d, ok := sketch.(interface {
		Derivative(q, p, dq, dp []float64)
	}); ok {
		s.forces = d.Derivative
	}
	if n, ok := sketch.(interface{ Noise() float64 }); ok {
		if s.noise = n.Noise(); !(s.noise >= 0 && finite(s.noise)) {
			return nil, badinput.Errorf("Noise of %s is a standard deviation and must not be negative, got %g", name, s.noise)
		}
	}
	if e, ok := sketch.(interface{ Extent() float64 }); ok {
		s.extent = e.Extent()
	} else {
		var err error
		if s.extent, err = reach(s); err != nil {
			return nil, err
		}
	}
	if !(s.extent > 0 && finite(s.extent)) {
		return nil, badinput.Errorf("the canvas of %s must have a positive half width, not %g: it shows what Disks draws", name, s.extent)
	}
	if whole, ok := sketch.(System); ok && whole.Dim() != s.dim {
		return nil, badinput.Errorf("Dim of %s is %d, but Sample draws %d coordinates", name, whole.Dim(), s.dim)
	}
	return s.as(sketch), nil
}

// as returns the completed system with the further interfaces that the sketch has.
func (s *own) as(sketch Sketch) System {
	k, separable := sketch.(parts)
	if !separable && s.splits() {
		k, separable = halves{s.Energy, make([]float64, s.dim)}, true
	}
	f, damped := sketch.(friction)
	switch {
	case damped && separable:
		return &struct {
			*own
			friction
			parts
		}{s, f, k}
	case damped:
		return &struct {
			*own
			friction
		}{s, f}
	case separable:
		return &struct {
			*own
			parts
		}{s, k}
	}
	return s
}

type (
	friction interface {
		Friction(q, p, force []float64)
		FrictionRate() float64
	}
	parts interface {
		Kinetic(p []float64) float64
		Potential(q []float64) float64
	}
)

// halves are the two parts of an energy that splits: K(p) = H(0, p) - H(0, 0) and V(q) = H(q, 0).
type halves struct {
	energy func(q, p []float64) float64
	zero   []float64
}

func (h halves) Kinetic(p []float64) float64   { return h.energy(h.zero, p) - h.energy(h.zero, h.zero) }
func (h halves) Potential(q []float64) float64 { return h.energy(q, h.zero) }

// splits tells whether the energy is a sum of a function of p and one of q, judged from pairs of starts.
func (s *own) splits() bool {
	zero := make([]float64, s.dim)
	if !finite(s.Energy(zero, zero)) {
		return false
	}
	for i := range trials {
		q, p := s.Sample(ownRand(i))
		q2, p2 := s.Sample(ownRand(trials + i))
		h, other, mixed, mixed2 := s.Energy(q, p), s.Energy(q2, p2), s.Energy(q, p2), s.Energy(q2, p)
		if rest := math.Abs(h + other - mixed - mixed2); !(rest <= 1e-9*(math.Abs(h)+math.Abs(other)+math.Abs(mixed)+math.Abs(mixed2))) {
			return false
		}
	}
	return true
}

// nameOf returns the name of a sketch: its own, or that of its type with underscores before capital letters.
func nameOf(sketch Sketch) string {
	if n, ok := sketch.(interface{ Name() string }); ok && n.Name() != "" {
		return n.Name()
	}
	t := reflect.TypeOf(sketch)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var b strings.Builder
	for i, r := range t.Name() {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Differences returns the equations of motion of an energy, dq/dt = ∂H/∂p and dp/dt = -∂H/∂q, by central finite
// differences of sixth order with steps of 0.005, relative to coordinates larger than 1.
func Differences(energy func(q, p []float64) float64) func(q, p, dq, dp []float64) {
	along := func(x []float64, i int, value func() float64) float64 {
		at := x[i]
		h := 0.005 * math.Max(1, math.Abs(at))
		defer func() { x[i] = at }()
		sum := 0.0
		for k, weight := range [...]float64{45. / 60, -9. / 60, 1. / 60} {
			x[i] = at + float64(k+1)*h
			up := value()
			x[i] = at - float64(k+1)*h
			sum += weight * (up - value())
		}
		return sum / h
	}
	return func(q, p, dq, dp []float64) {
		q, p = slices.Clone(q), slices.Clone(p)
		value := func() float64 { return energy(q, p) }
		for i := range q {
			dq[i], dp[i] = along(p, i, value), -along(q, i, value)
		}
	}
}

// ownRand returns the random numbers of trial number i of a system.
func ownRand(i int) *rand.Rand { return rand.New(rand.NewPCG(0x50, uint64(i))) }

// The trials from which a system's canvas and fingerprint are found.
const (
	trials      = 20
	trialFrames = 30
	trialDt     = 0.125
)

// reach returns how far the bodies of a system get from the middle, and a tenth more.
func reach(s System) (far float64, err error) {
	for i := range trials {
		q, p := s.Sample(ownRand(i))
		path, _, err := Trajectory(s, q, p, trialDt, trialFrames)
		if err != nil {
			return 0, err
		}
		for _, q := range path {
			for _, d := range s.Disks(q) {
				for _, end := range [][2]float64{{d.X, d.Y}, {d.X + d.Along[0], d.Y + d.Along[1]}} {
					far = math.Max(far, math.Max(math.Abs(end[0]), math.Abs(end[1]))+d.Radius)
				}
			}
		}
	}
	return 1.1 * far, nil
}

// Fingerprint summarises a defined system by its starts, energies, motions and pictures, so that a change of any of
// them is noticed. It is "" for a built-in system.
func Fingerprint(s System) string {
	if _, ok := ownNamed(s.Name()); !ok {
		return ""
	}
	h := fnv.New64a()
	put := func(x ...float64) {
		for _, v := range x {
			binary.Write(h, binary.LittleEndian, v)
		}
	}
	put(s.Extent(), s.Noise())
	for i := range trials {
		q, p := s.Sample(ownRand(i))
		dq, dp := make([]float64, len(q)), make([]float64, len(p))
		s.Derivative(q, p, dq, dp)
		put(s.Energy(q, p))
		put(slices.Concat(q, p, dq, dp)...)
		for _, d := range s.Disks(q) {
			put(d.X, d.Y, d.Radius, d.Along[0], d.Along[1], float64(d.Color[0]), float64(d.Color[1]), float64(d.Color[2]))
		}
	}
	return fmt.Sprintf("%016x", h.Sum64())
}
