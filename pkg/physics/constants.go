package physics

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"hgn.local/pkg/badinput"
)

// New returns the system called name with the constants that a JSON object changes, for example {"mass": 0.7}. The
// others keep their default values; the object may be empty, null or missing. [ConstantKeys] lists the keys of a
// system.
//
// Keys that the system does not have and impossible values (a mass that is not positive, say) give an error marked as
// bad input.
func New(name string, constants json.RawMessage) (System, error) {
	s, err := ByName(name)
	if err != nil || len(bytes.TrimSpace(constants)) == 0 {
		return s, err
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(constants, &given); err != nil {
		return nil, badinput.Errorf("the constants of %s must be a JSON object such as {\"mass\": 1}, not %s", name, constants)
	}
	known := constantsOf(s)
	if len(known) == 0 && len(given) > 0 {
		return nil, badinput.Errorf("%s has no constants that can be changed by name: change them where it is defined", name)
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		i := slices.IndexFunc(known, func(c constant) bool { return c.key == key })
		if i < 0 {
			return nil, badinput.Errorf("%s has no constant %q; it has %s", name, key, list(s))
		}
		if err := known[i].decode(given[key]); err != nil {
			return nil, badinput.Errorf("%s of %s %w (its constants: %s)", key, name, err, list(s))
		}
	}
	if err := check(s); err != nil {
		return nil, err
	}
	return s, nil
}

// Constants returns the constants of s that differ from the defaults as a JSON object with sorted keys, or nil if
// none does. New(s.Name(), constants) returns the same system again.
//
// Systems that New could not make, unknown ones or with impossible constants, give an error marked as bad input.
func Constants(s System) (json.RawMessage, error) {
	if v := reflect.ValueOf(s); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return nil, badinput.Errorf("there is no system, and so it has no constants: pass one, for example physics.Pendulum()")
	}
	defaults, err := ByName(s.Name())
	if err != nil {
		return nil, err
	}
	if reflect.TypeOf(s) != reflect.TypeOf(defaults) {
		return nil, badinput.Errorf("the system named %s is a %T here, not a %T: give a system of your own another name", s.Name(), s, defaults)
	}
	if err := check(s); err != nil {
		return nil, err
	}
	changed := map[string]any{}
	usual := constantsOf(defaults)
	for i, c := range constantsOf(s) {
		if value := c.value.Interface(); !reflect.DeepEqual(value, usual[i].value.Interface()) {
			changed[c.key] = value
		}
	}
	if len(changed) == 0 {
		return nil, nil
	}
	return json.Marshal(changed)
}

// ConstantKeys lists the constants of s by their keys in JSON, in the order of their declaration.
func ConstantKeys(s System) []string {
	var keys []string
	for _, c := range constantsOf(s) {
		keys = append(keys, c.key)
	}
	return keys
}

func list(s System) string { return strings.Join(ConstantKeys(s), ", ") }

// check returns an error that names a constant of s with an impossible value.
func check(s System) error {
	limits := map[string]float64{}
	for _, c := range constantsOf(s) {
		if err := c.check(); err != nil {
			return badinput.Errorf("%s of %s %w (its constants: %s)", c.key, s.Name(), err, list(s))
		}
		if c.value.Kind() == reflect.Float64 {
			limits[c.key] = c.value.Float()
		}
	}
	if lo, hi := limits["radius_min"], limits["radius_max"]; lo > hi {
		return badinput.Errorf("radius_max of %s must be at least radius_min, %g, not %g (its constants: %s)", s.Name(), lo, hi, list(s))
	}
	if many, ok := s.(interface{ bodies() (n, colors int) }); ok {
		if n, colors := many.bodies(); colors != n {
			return badinput.Errorf("colors of %s must be %d colours, one for each body, not %d (its constants: %s)", s.Name(), n, colors, list(s))
		}
	}
	if !finite(s.Extent()) {
		return badinput.Errorf("these constants of %s make its canvas infinitely large: use smaller ones (its constants: %s)", s.Name(), list(s))
	}
	return nil
}
