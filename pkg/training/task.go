package training

import (
	"fmt"
	"math"
	"strings"

	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/fit"
)

// Task is a training that does one optimisation step at a time.
type Task interface {
	// Steps returns the number of steps of the whole training.
	Steps() int
	// Step does one step, counted from 0, and returns its losses. It depends only on the store and the step's number
	// (and, for a RestartPolicy, the attempt), so that a training can continue from a checkpoint.
	Step(step int) (Losses, error)
	// Store returns the store of every variable, including the optimizer's.
	Store() *model.Store
}

// RestartPolicy is a Task that recognises a failed start.
type RestartPolicy interface {
	Task
	// Judge is called after every step, with finite losses or not. If it returns a reason other than "", the training
	// begins again from step 0. The answer must depend only on its arguments: a resumed training calls Judge only from
	// there on.
	Judge(step int, l Losses) (reason string)
	// Restart initialises the variables of the store again, with another seed for each attempt; attempts count from 1.
	// Run also calls it, before it loads the variables, to resume a training in an attempt other than the first.
	Restart(attempt int) error
}

// Clocked is a Task that reports the duration of its steps without the other work of Step, such as measuring the
// model or showing it.
type Clocked interface {
	Task
	// StepSeconds returns the duration of the last step.
	StepSeconds() float64
}

// Losses holds the losses of one step, or their means, by name.
type Losses = fit.Losses

// notFinite names the losses that are NaN or infinite, or returns "". The parts of the loss come first, since they
// are the cause.
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
