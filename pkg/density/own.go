package density

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"sync"

	"hgn.local/pkg/badinput"
)

// own is a target that its user wrote.
type own struct {
	name   string
	dim    int
	sample func(r *rand.Rand) []float64
}

func (o *own) Name() string { return o.name }
func (o *own) Dim() int     { return o.dim }

// Sample draws n points, row-major.
func (o *own) Sample(r *rand.Rand, n int) []float64 {
	out := make([]float64, 0, n*o.dim)
	for range n {
		out = append(out, o.sample(r)...)
	}
	return out
}

var defined = struct {
	sync.Mutex
	targets map[string]Target
}{targets: map[string]Target{}}

var ownName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// DefineSampler makes a target of your own known by a name, from a function that draws a point of it. All points have
// the same number of coordinates. A second definition of the name takes the place of the first.
func DefineSampler(name string, sample func(r *rand.Rand) []float64) (Target, error) {
	if sample == nil {
		return nil, badinput.Errorf("the density %q needs a function that draws a point", name)
	}
	r := ownRand()
	o := &own{name: name, dim: len(sample(r)), sample: sample}
	for range 100 {
		x := sample(r)
		if len(x) != o.dim || o.dim < 1 || slices.ContainsFunc(x, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
			return nil, badinput.Errorf("the density %q draws the point %v: every point must have the same number of coordinates, 1 or more, and all must be finite", name, x)
		}
	}
	return o, define(name, o)
}

// DefineLogDensity makes a target in the plane known by a name, from the logarithm of its density, up to a constant,
// in [-4, 4]²; outside of this square it is zero. It is sampled as the density that is constant within each of 400 x
// 400 cells.
func DefineLogDensity(name string, logDensity func(x, y float64) float64) (Target, error) {
	if logDensity == nil {
		return nil, badinput.Errorf("the density %q needs a function that returns its logarithm", name)
	}
	at, logs := GridPoints(GridCells), make([]float64, GridCells*GridCells)
	for i := range logs {
		x, y := at[2*i], at[2*i+1]
		if logs[i] = logDensity(x, y); math.IsNaN(logs[i]) || math.IsInf(logs[i], 1) {
			return nil, badinput.Errorf("the logarithm of the density %q at (%.2f, %.2f) is %g: it must be a number, or -Inf where the density is zero", name, x, y, logs[i])
		}
	}
	p, err := FromLogs(name, GridCells, logs)
	if err != nil {
		return nil, err
	}
	return p, define(name, p)
}

// define makes a target known.
func define(name string, t Target) error {
	if !ownName.MatchString(name) {
		return badinput.Errorf("%q cannot be the name of a density: use small letters, digits and underscores, and begin with a letter", name)
	}
	defined.Lock()
	defer defined.Unlock()
	if _, known := defined.targets[name]; !known {
		if _, err := builtIn(name); err == nil {
			return badinput.Errorf("there is a built-in density called %s: give yours another name", name)
		}
	}
	defined.targets[name] = t
	return nil
}

// ownNamed returns the defined target of that name.
func ownNamed(name string) (t Target, ok bool) {
	defined.Lock()
	defer defined.Unlock()
	t, ok = defined.targets[name]
	return t, ok
}

func ownRand() *rand.Rand { return rand.New(rand.NewPCG(0xd, 0xe)) }

// Fingerprint summarises a target that was defined, by points of it, so that a change is noticed. It is "" for other
// targets.
func Fingerprint(t Target) string {
	if found, ok := ownNamed(t.Name()); !ok || found != t {
		return ""
	}
	h := fnv.New64a()
	for _, x := range t.Sample(ownRand(), 500) {
		binary.Write(h, binary.LittleEndian, x)
	}
	return fmt.Sprintf("%016x", h.Sum64())
}
