package dataset

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/render"
)

// Ranges holds constants of a system that differ from trajectory to trajectory, each drawn uniformly from its range:
// a JSON object such as {"length":[0.6,1.4]}, "" for none. Equal ranges are equal strings, as with Constants.
type Ranges string

// RangesOf writes ranges in their normal form.
func RangesOf(ranges map[string][2]float64) (Ranges, error) {
	if len(ranges) == 0 {
		return "", nil
	}
	for name, r := range ranges {
		if !(r[0] < r[1]) {
			return "", badinput.Errorf("the range of %s must go from a smaller to a greater number, for example %s=0.6..1.4, not from %g to %g", name, name, r[0], r[1])
		}
	}
	text, err := json.Marshal(ranges) // sorts the keys
	return Ranges(text), err
}

// parse returns the ranges by name.
func (r Ranges) parse() (ranges map[string][2]float64, err error) {
	if r == "" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(r), &ranges); err != nil {
		return nil, badinput.Errorf("the ranges of constants must be a JSON object such as {\"length\": [0.6, 1.4]}, not %s", string(r))
	}
	return ranges, nil
}

// Names lists the varied constants, sorted.
func (r Ranges) Names() []string {
	ranges, _ := r.parse()
	return slices.Sorted(maps.Keys(ranges))
}

// Of returns the range of a constant.
func (r Ranges) Of(name string) (low, high float64) {
	ranges, _ := r.parse()
	return ranges[name][0], ranges[name][1]
}

// MarshalJSON writes the object itself.
func (r Ranges) MarshalJSON() ([]byte, error) { return Constants(r).MarshalJSON() }

// UnmarshalJSON reads an object or null.
func (r *Ranges) UnmarshalJSON(text []byte) error {
	var ranges map[string][2]float64
	if err := json.Unmarshal(text, &ranges); err != nil {
		return badinput.Errorf("the ranges of constants must be a JSON object such as {\"length\": [0.6, 1.4]}, not %s", text)
	}
	one, err := RangesOf(ranges)
	*r = one
	return err
}

// draw returns the varied constants of trajectory i, in the order of Names.
func (r Ranges) draw(seed, i uint64) []float64 {
	rng := rand.New(rand.NewPCG(seed^0x76617279, i)) // separate from the generator of the trajectory's start, so that the start does not change
	var out []float64
	for _, name := range r.Names() {
		low, high := r.Of(name)
		out = append(out, low+(high-low)*rng.Float64())
	}
	return out
}

// vary returns a system with some constants replaced by values.
func vary(system string, constants Constants, names []string, values []float64) (physics.System, error) {
	object := map[string]any{}
	if constants != "" {
		if err := json.Unmarshal([]byte(constants), &object); err != nil {
			return nil, err
		}
	}
	for k, name := range names {
		object[name] = values[k]
	}
	text, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	return physics.New(system, text)
}

// corners returns the systems at the ends of all ranges.
func (r Ranges) corners(system string, constants Constants) (all []physics.System, err error) {
	names := r.Names()
	for corner := range 1 << len(names) {
		values := make([]float64, len(names))
		for k, name := range names {
			low, high := r.Of(name)
			if values[k] = low; corner>>k&1 == 1 {
				values[k] = high
			}
		}
		s, err := vary(system, constants, names, values)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// canvas returns the half width of a canvas on which all trajectories of the ranges fit, so that all are drawn to one
// scale.
func (r Ranges) canvas(system string, constants Constants) (widest float64, err error) {
	all, err := r.corners(system, constants)
	for _, s := range all {
		widest = max(widest, s.Extent())
	}
	return widest, err
}

// PhysicsOf returns the system that trajectory i shows, with its constants.
func (s *Dataset) PhysicsOf(i int) (physics.System, error) {
	if s.Vary == "" {
		return s.Physics()
	}
	names := s.Vary.Names()
	return vary(s.System, s.Constants, names, s.Varied[i*len(names):][:len(names)])
}

// Draw draws positions of the system of trajectory i into dst, [Size, Size, 3], as in its frames.
func (s *Dataset) Draw(i int, q []float64, dst []uint8) error {
	system, err := s.PhysicsOf(i)
	if err != nil {
		return err
	}
	if s.Vary == "" {
		render.Frame(system, q, s.Size, dst)
		return nil
	}
	canvas, err := s.Vary.canvas(s.System, s.Constants)
	if err == nil {
		render.Disks(system.Disks(q), canvas, s.Size, dst)
	}
	return err
}
