package training

import (
	"fmt"
	"math"
	"time"

	"github.com/gomlx/gomlx/ml/model"
)

// lookout checks the variables for values that are not finite after steps. It takes a small share of the training's
// time: if there are many variables, or they are on another device, it skips steps.
type lookout struct {
	trained, looked time.Duration // total times so far
}

// lookShare is the inverse of the largest share of the time.
const lookShare = 50

// at checks a store after a step that took the time step, if a check is due.
func (l *lookout) at(store *model.Store, step time.Duration) error {
	if l.trained += step; l.looked*lookShare > l.trained {
		return nil
	}
	began := time.Now()
	err := finite(store)
	l.looked += time.Since(began)
	return err
}

// finite returns an error if a trainable variable or one of the optimizer holds a value that is not finite: an
// overflown moment would stop a parameter for good, without any sign in the loss.
func finite(store *model.Store) error {
	for v := range store.IterVariables() {
		if !v.HasValue() {
			continue
		}
		value, err := v.Value()
		if err != nil {
			return err
		}
		bad := math.NaN()
		ok := true
		if err := value.ConstFlatData(func(flat any) { bad, ok = allFinite(flat) }); err != nil {
			return err
		}
		if !ok {
			what := "trainable variable"
			if !v.Trainable {
				what = "variable" // it belongs to the optimizer
			}
			return fmt.Errorf("the %s %s holds %g", what, v.Path(), bad)
		}
	}
	return nil
}

// allFinite tells whether all elements of a float slice are finite, and returns the first that is not.
func allFinite(flat any) (bad float64, ok bool) {
	switch flat := flat.(type) {
	case []float32:
		for _, x := range flat {
			if x-x != 0 {
				return float64(x), false
			}
		}
	case []float64:
		for _, x := range flat {
			if x-x != 0 {
				return x, false
			}
		}
	}
	return 0, true
}
