package selftest

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/probe"
)

// Reference is what a case comes to in float64.
type Reference struct {
	Gradient probe.Summary `json:"gradient"`
	Losses   []float64     `json:"losses"` // of the steps of Adam
}

//go:embed reference.json
var referenceJSON []byte

// References are the kept ones, by the names of the cases.
func References() (map[string]Reference, error) {
	var all map[string]Reference
	if err := json.Unmarshal(referenceJSON, &all); err != nil {
		return nil, fmt.Errorf("reading the kept references: %w", err)
	}
	return all, nil
}

// measure runs a case: the gradient at a step of its own, then the first steps, with what the first of them and the others
// took.
func (c testCase) measure(b compute.Backend, double bool) (Reference, learner, error) {
	l, err := c.build(b, double)
	if err != nil {
		return Reference{}, l, err
	}
	var r Reference
	if r.Gradient, err = l.gradient(c.at); err != nil {
		return r, l, err
	}
	for step := range trained {
		loss, err := l.step(step)
		if err != nil {
			return r, l, err
		}
		r.Losses = append(r.Losses, loss)
	}
	return r, l, nil
}

// Compute makes the references anew: in float64, on the given backend.
func Compute(b compute.Backend) (map[string]Reference, error) {
	all := map[string]Reference{}
	for _, c := range cases() {
		r, _, err := c.measure(b, true)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		all[c.name] = r
	}
	return all, nil
}
