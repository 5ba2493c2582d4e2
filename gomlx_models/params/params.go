// Package params holds what the models' parameter structs share: errors that name the parameter, and Set, which
// changes one value by its JSON key, as the command line's --set key=value does.
package params

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Error says which parameter is wrong and which values are allowed. It counts as bad input, since the caller can mend
// it.
type Error struct{ message string }

// Errorf formats an Error.
func Errorf(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

func (e *Error) Error() string { return e.message }

// BadInput marks the error as one that the caller can mend.
func (e *Error) BadInput() bool { return true }

// Plan holds the parameters that all models have in common.
type Plan struct {
	Preset string // where the values came from
	Seed   uint64
	Steps  int // of training
}

// mostOfBatch is the most that the inputs of a step may take, in bytes.
const mostOfBatch = 8 << 30

// CheckBatch is an error where a batch of examples with so many numbers each does not fit into memory.
func CheckBatch(batch, values int) error {
	if values > 0 && batch > mostOfBatch/8/values {
		return Errorf("batch must be at most %d, for the memory that the inputs of a step take, not %d", mostOfBatch/8/values, batch)
	}
	return nil
}

// Set changes one field of the struct that p points to, given as "key=value" with the field's JSON
// key. The value is JSON (3, 0.5, [64,64], true); anything that is not JSON is taken as a string.
func Set[P any](p *P, assignment string) error {
	key, value, ok := strings.Cut(assignment, "=")
	if !ok {
		return Errorf("%q is no key=value pair", assignment)
	}
	whole, err := json.Marshal(p)
	if err != nil {
		return err
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(whole, &fields); err != nil {
		return err
	}
	if _, ok := fields[key]; !ok {
		return Errorf("unknown parameter %q: choose one of %s", key, strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
	}
	raw := json.RawMessage(value)
	if !json.Valid(raw) {
		raw, _ = json.Marshal(value)
	}
	present := fields[key]
	fields[key] = raw
	if whole, err = json.Marshal(fields); err != nil {
		return err
	}
	var merged P // a new value: decoding into a copy of *p would write into the lists that the two share
	if err := json.Unmarshal(whole, &merged); err != nil {
		return Errorf("parameter %s cannot be %s: its present value is %s", key, value, present)
	}
	*p = merged
	return nil
}
