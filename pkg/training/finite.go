package training

import (
	"fmt"
	"math"
	"time"

	"github.com/gomlx/gomlx/ml/model"
)

// lookout looks at the variables after steps, for what is not finite. It takes a small share of the training's time: where the
// variables are many, or on another device, it passes over steps.
type lookout struct {
	trained, looked time.Duration // so far
}

// lookShare is one over the share of the time.
const lookShare = 50

// at looks at a store after a step that took so long, if it is time to.
func (l *lookout) at(store *model.Store, step time.Duration) error {
	if l.trained += step; l.looked*lookShare > l.trained {
		return nil
	}
	began := time.Now()
	err := finite(store)
	l.looked += time.Since(began)
	return err
}

// finite returns an error if a variable holds a value that is not, a trainable one or one of the optimizer: a moment that has
// overflown would stop a parameter for good, without a loss that tells.
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
				what = "variable" // of the optimizer
			}
			return fmt.Errorf("the %s %s holds %g", what, v.Path(), bad)
		}
	}
	return nil
}

// allFinite returns the first element of a float slice that is not finite.
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
