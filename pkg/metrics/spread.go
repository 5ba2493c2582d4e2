package metrics

import (
	"encoding/json"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// A Spread describes N values, such as the results of several seeds: their mean, their standard deviation
// s = √(Σ(x - mean)²/(n-1)), which is NaN for fewer than two, the least and the greatest. In JSON undefined numbers
// are null.
type Spread struct {
	Mean, SD, Min, Max float64
	N                  int
}

// SpreadOf describes values; without values everything is NaN.
func SpreadOf(values []float64) Spread {
	s := Spread{Mean: math.NaN(), SD: math.NaN(), Min: math.NaN(), Max: math.NaN(), N: len(values)}
	if s.N > 0 {
		s.Mean, s.Min, s.Max = stat.Mean(values, nil), slices.Min(values), slices.Max(values)
	}
	if s.N > 1 {
		s.SD = stat.StdDev(values, nil)
	}
	return s
}

type spreadJSON struct {
	Mean *float64 `json:"mean"`
	SD   *float64 `json:"sd"`
	Min  *float64 `json:"min"`
	Max  *float64 `json:"max"`
	N    int      `json:"n"`
}

// MarshalJSON implements json.Marshaler; JSON has no NaN and no infinity.
func (s Spread) MarshalJSON() ([]byte, error) {
	return json.Marshal(spreadJSON{finite(s.Mean), finite(s.SD), finite(s.Min), finite(s.Max), s.N})
}

// UnmarshalJSON implements json.Unmarshaler: null becomes NaN.
func (s *Spread) UnmarshalJSON(data []byte) error {
	var j spreadJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*s = Spread{Mean: orNaN(j.Mean), SD: orNaN(j.SD), Min: orNaN(j.Min), Max: orNaN(j.Max), N: j.N}
	return nil
}
