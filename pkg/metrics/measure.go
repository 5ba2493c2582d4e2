package metrics

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// Measure is one number that says how good a model is, with the values for comparison. Tables in cells and on the
// command line, and the list in JSON, all show Measures.
type Measure struct {
	Key  string // key in JSON; dots join the keys of its parts
	Name string // for readers
	Unit Unit

	// Value is the measure with its 95% interval. Its Mean is NaN if it is unknown, for the reason in Missing.
	Value   Estimate
	Missing string

	Best    float64 // value of the best possible model; NaN if it is unknown
	Trivial float64 // value of a model that knows nothing; NaN if it makes no sense

	Headline bool // short lists contain it
}

// A Unit says how to write a number: Scale times the number, with Digits digits in the notation Verb, as in
// strconv.FormatFloat.
type Unit struct {
	Name   string
	Scale  float64
	Verb   byte
	Digits int
}

// Units of measures. Pixel errors are mean squares of values in [0, 1], which the papers write times 10⁴.
var (
	PixelError = Unit{"× 10⁻⁴", 1e4, 'f', 2}
	Percent    = Unit{"%", 100, 'f', 1}
	Frames     = Unit{"frames", 1, 'f', 1}
	Nats       = Unit{"nats", 1, 'f', 4}
	Share      = Unit{"", 1, 'f', 4}
	Magnitude  = Unit{"", 1, 'e', 1}
)

// Format writes a number in the unit, without its name. It writes numbers that are not finite in words.
func (u Unit) Format(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "not finite"
	}
	return strconv.FormatFloat(u.Scale*x, u.Verb, u.Digits, 64)
}

// Interval writes "± " and half of an estimate's interval, or "" if there is none.
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

// Text writes the value with its interval, or the reason why it is missing.
func (m Measure) Text() string {
	if !m.Known() && m.Missing != "" {
		return m.Missing
	}
	return strings.TrimSuffix(m.Unit.Format(m.Value.Mean)+" "+m.Unit.Interval(m.Value), " ")
}

// MarshalJSON writes numbers that are not finite as null.
func (m Measure) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Key     string   `json:"key"`
		Name    string   `json:"name"`
		Unit    string   `json:"unit"`
		Scale   float64  `json:"unit_scale"` // factor that converts the value to the unit
		Value   Estimate `json:"value"`
		Missing string   `json:"missing,omitempty"`
		Best    *float64 `json:"best"`
		Trivial *float64 `json:"trivial"`
	}{m.Key, m.Name, m.Unit.Name, m.Unit.Scale, m.Value, m.Missing, finite(m.Best), finite(m.Trivial)})
}

// Only returns an estimate without an interval.
func Only(x float64) Estimate { return Estimate{Mean: x, Half: math.NaN(), N: 1} }
