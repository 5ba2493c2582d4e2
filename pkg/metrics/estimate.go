package metrics

import (
	"encoding/json"
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// An Estimate is a mean over N independent values, such as the errors of trajectories or the results of seeds, with
// its 95% confidence interval: Mean - Half to Mean + Half. In JSON undefined numbers are null.
type Estimate struct {
	Mean, Half float64
	N          int
}

// MeanInterval estimates the mean of the population from which the values are drawn. Half is t·s/√n, with
// s² = Σ(x - mean)²/(n-1) and t the 0.975 quantile of Student's distribution with n-1 degrees of freedom (Student
// 1908, The Probable Error of a Mean). It is exact for normal values, and good for others from some dozens on. Half
// is NaN for fewer than two values.
func MeanInterval(values []float64) Estimate {
	e := Estimate{Mean: math.NaN(), Half: math.NaN(), N: len(values)}
	if e.N == 0 {
		return e
	}
	e.Mean = stat.Mean(values, nil)
	if e.N < 2 {
		return e
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(e.N - 1)}
	e.Half = t.Quantile(0.975) * stat.StdDev(values, nil) / math.Sqrt(float64(e.N))
	return e
}

// Times converts the estimate to other units: it multiplies the values by factor.
func (e Estimate) Times(factor float64) Estimate {
	return Estimate{Mean: factor * e.Mean, Half: math.Abs(factor) * e.Half, N: e.N}
}

type estimateJSON struct {
	Mean *float64 `json:"mean"`
	Half *float64 `json:"half"`
	N    int      `json:"n"`
}

// MarshalJSON implements json.Marshaler; JSON has no NaN and no infinity.
func (e Estimate) MarshalJSON() ([]byte, error) {
	return json.Marshal(estimateJSON{finite(e.Mean), finite(e.Half), e.N})
}

// UnmarshalJSON implements json.Unmarshaler: null becomes NaN.
func (e *Estimate) UnmarshalJSON(data []byte) error {
	var j estimateJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*e = Estimate{Mean: orNaN(j.Mean), Half: orNaN(j.Half), N: j.N}
	return nil
}

func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

func orNaN(x *float64) float64 {
	if x == nil {
		return math.NaN()
	}
	return *x
}
