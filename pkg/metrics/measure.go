package metrics

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// Measure is one number that says how good a model is, beside what it is to be compared with. Everything that shows measures,
// a table of a cell, of the command line, or the list in JSON, shows these.
type Measure struct {
	Key  string // under which JSON has it; the keys of its parts are joined by dots
	Name string // for people
	Unit Unit

	// Value is the measure with its 95% interval. Its Mean is NaN where there is none, for the reason that Missing gives.
	Value   Estimate
	Missing string

	Best    float64 // what the best model possible would have; NaN where that is not known
	Trivial float64 // what a model has that knows nothing; NaN where there is no such thing

	Headline bool // it belongs into a short list
}

// A Unit is what a measure is counted in, and how a number of it is written: Scale times the number, with Digits digits
// in the notation Verb, as strconv.FormatFloat has it.
type Unit struct {
	Name   string
	Scale  float64
	Verb   byte
	Digits int
}

// The units of measures. Pixel errors are mean squares of values in [0, 1], which the papers write times 10⁴.
var (
	PixelError = Unit{"× 10⁻⁴", 1e4, 'f', 2}
	Percent    = Unit{"%", 100, 'f', 1}
	Frames     = Unit{"frames", 1, 'f', 1}
	Nats       = Unit{"nats", 1, 'f', 4}
	Share      = Unit{"", 1, 'f', 4}
	Magnitude  = Unit{"", 1, 'e', 1}
)

// Format writes a number in the unit, without its name. What is not finite is said in words.
func (u Unit) Format(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "not finite"
	}
	return strconv.FormatFloat(u.Scale*x, u.Verb, u.Digits, 64)
}

// Interval writes "± " and half of an estimate's interval; it is empty where there is none.
func (u Unit) Interval(e Estimate) string {
	if finite(e.Mean) == nil || finite(e.Half) == nil || e.N < 2 {
		return ""
	}
	digits := u.Digits
	if u.Verb == 'e' {
		digits = 0
	}
	return "± " + Unit{"", u.Scale, u.Verb, digits}.Format(e.Half)
}

// Known tells whether there is a value.
func (m Measure) Known() bool { return finite(m.Value.Mean) != nil }

// Text writes the value with its interval, or why there is none.
func (m Measure) Text() string {
	if !m.Known() && m.Missing != "" {
		return m.Missing
	}
	return strings.TrimSuffix(m.Unit.Format(m.Value.Mean)+" "+m.Unit.Interval(m.Value), " ")
}

// MarshalJSON writes what is not finite as null.
func (m Measure) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Key     string   `json:"key"`
		Name    string   `json:"name"`
		Unit    string   `json:"unit"`
		Scale   float64  `json:"unit_scale"` // that the value is multiplied by to be in the unit
		Value   Estimate `json:"value"`
		Missing string   `json:"missing,omitempty"`
		Best    *float64 `json:"best"`
		Trivial *float64 `json:"trivial"`
	}{m.Key, m.Name, m.Unit.Name, m.Unit.Scale, m.Value, m.Missing, finite(m.Best), finite(m.Trivial)})
}

// Only is an estimate that has no interval.
func Only(x float64) Estimate { return Estimate{Mean: x, Half: math.NaN(), N: 1} }
