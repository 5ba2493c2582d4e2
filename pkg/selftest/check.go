package selftest

import (
	"encoding/json"
	"fmt"
	"math"
)

// Check is the result of one comparison. Value, Reference and Difference are null in JSON if they are not finite.
type Check struct {
	Name       string  `json:"name"`
	Value      float64 `json:"value"`
	Reference  float64 `json:"reference"`
	Difference float64 `json:"difference"` // relative to the reference in checks that compare relatively
	Tolerance  float64 `json:"tolerance"`
	OK         bool    `json:"ok"`
	Error      string  `json:"error,omitempty"` // why there is no value
}

// Severity returns the difference in units of the tolerance, or infinity if the value is not a number.
func (c Check) Severity() float64 {
	if s := c.Difference / c.Tolerance; !math.IsNaN(s) {
		return s
	}
	return math.Inf(1)
}

// MarshalJSON writes null for numbers that JSON cannot express.
func (c Check) MarshalJSON() ([]byte, error) {
	type plain Check
	return json.Marshal(struct {
		plain
		Value      *float64 `json:"value"`
		Reference  *float64 `json:"reference"`
		Difference *float64 `json:"difference"`
	}{plain(c), finite(c.Value), finite(c.Reference), finite(c.Difference)})
}

func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// check compares absolutely. A value that is not finite fails.
func check(name string, value, reference, tolerance float64) Check {
	d := math.Abs(value - reference)
	return Check{Name: name, Value: value, Reference: reference, Difference: d, Tolerance: tolerance, OK: d <= tolerance}
}

// relative makes a check whose difference and tolerance are shares of scale, or of the reference if scale is 0.
func relative(name string, value, reference, scale, tolerance float64) Check {
	c := check(name, value, reference, tolerance)
	if scale == 0 {
		scale = math.Abs(reference)
	}
	c.Difference /= scale
	c.OK = c.Difference <= tolerance
	return c
}

// failed is the check for a part that could not be computed at all.
func failed(name string, err error) Check {
	nothing := math.NaN()
	return Check{Name: name + ": runs", Value: nothing, Reference: nothing, Difference: nothing, Tolerance: 1, Error: err.Error()}
}

// attempt turns a panic, with which GoMLX reports that a graph cannot be built, into an error.
func attempt(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	return f()
}
