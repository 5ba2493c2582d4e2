package selftest

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/gradcheck"
)

// Reference holds the results of a case.
type Reference struct {
	Gradient gradcheck.Summary `json:"gradient"`
	Losses   []float64         `json:"losses"`   // losses of the steps of Adam, each on its own batch
	Decrease float64           `json:"decrease"` // decrease of the loss on the gradient's batch by these steps; 0 for an Adam that does nothing
}

// Kept is the content of reference.json: the cases by name, in float64, and the states of a rollout (see rollout.go).
type Kept struct {
	Cases   map[string]Reference `json:"cases"`
	Rollout []float64            `json:"rollout"`
}

//go:embed reference.json
var referenceJSON []byte

// References returns the content of reference.json.
func References() (Kept, error) {
	var all Kept
	if err := json.Unmarshal(referenceJSON, &all); err != nil {
		return Kept{}, fmt.Errorf("reading the kept references: %w", err)
	}
	return all, nil
}

// measure runs a case: the gradient at its own step, then the first steps, then the loss at the gradient's step
// again.
func (c testCase) measure(b compute.Backend, double bool) (Reference, learner, error) {
	l, err := clock(b, func(b compute.Backend) (learner, error) { return c.build(b, double) })
	if err != nil {
		return Reference{}, l, err
	}
	var r Reference
	if r.Gradient, err = l.Gradient(c.at); err != nil {
		return r, l, err
	}
	for step := range trained {
		loss, err := l.loss(step)
		if err != nil {
			return r, l, err
		}
		r.Losses = append(r.Losses, loss)
	}
	after, err := l.Gradient(c.at)
	r.Decrease = r.Gradient.Loss - after.Loss
	return r, l, err
}

// Compute computes the references anew on the given backend.
func Compute(b compute.Backend) (Kept, error) {
	all := Kept{Cases: map[string]Reference{}}
	for _, c := range cases() {
		r, _, err := c.measure(b, true)
		if err != nil {
			return all, fmt.Errorf("%s: %w", c.name, err)
		}
		all.Cases[c.name] = r
	}
	var err error
	all.Rollout, _, err = rollout(b)
	return all, err
}
