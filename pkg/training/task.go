package training

import (
	"fmt"
	"math"
	"strings"

	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/fit"
)

// Task is a training, one optimisation step at a time.
type Task interface {
	// Steps is the number of steps of the whole training.
	Steps() int
	// Step does one step, counted from 0, and returns its losses. It is a function of the store and of the step's number
	// (and of the attempt, for a RestartPolicy), so that a training can go on from a checkpoint.
	Step(step int) (Losses, error)
	// Store holds every variable, the optimizer's included.
	Store() *model.Store
}

// RestartPolicy is a Task that recognises a failed start.
type RestartPolicy interface {
	Task
	// Judge is asked after every step, of finite losses or not. A reason other than "" means that the training begins
	// again from step 0. The answer must depend on its arguments alone: after resuming, it is asked from there on only.
	Judge(step int, l Losses) (reason string)
	// Restart initialises the variables of the store anew, with another seed for each attempt; attempts count from 1.
	// It is also called, before the variables are loaded, when a training is resumed in an attempt other than the first.
	Restart(attempt int) error
}

// Clocked is a Task that tells how long its steps take by themselves, without what else Step does, such as measuring the
// model or showing it.
type Clocked interface {
	Task
	// StepSeconds is how long the last step took.
	StepSeconds() float64
}

// Losses of one step, or their means, by name.
type Losses = fit.Losses

// notFinite says which losses are NaN or infinite, or "": first the parts of the loss, which it comes from.
func notFinite(l Losses) string {
	var bad []string
	for _, name := range l.Names() {
		if !math.IsNaN(l[name]) && !math.IsInf(l[name], 0) {
			continue
		}
		if part := fmt.Sprintf("%q became %g", name, l[name]); name == "loss" || name == fit.GradientNorm {
			bad = append(bad, part)
		} else {
			bad = append([]string{part}, bad...)
		}
	}
	return strings.Join(bad, ", and ")
}
