package notebook

import (
	"fmt"
	"os"
	"strconv"

	"hgn.local/pkg/runs"
)

// trialVariable bounds every training, so that checking whether notebooks work takes no long trainings.
const trialVariable = "HGN_STEPS"

// trialSteps returns the largest number of steps of a training, or 0 for as many as its parameters say.
func trialSteps() (int, error) {
	text := os.Getenv(trialVariable)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, mistake("%s must be a number of training steps, at least 1, not %q: unset it for whole trainings", trialVariable, text)
	}
	return n, nil
}

// trialSuffix returns the end of the names of trial runs' folders: a trial is never mistaken for a run, nor a run for
// a trial.
func trialSuffix() (string, error) {
	n, err := trialSteps()
	if n == 0 {
		return "", err
	}
	return fmt.Sprintf("-trial%d", n), nil
}

// shorten makes a training a trial if one is asked for, and returns a note that says so.
func shorten(c *runs.Config) (note string, err error) {
	n, err := trialSteps()
	whole := c.Params.Plan().Steps
	if n == 0 || n >= whole || err != nil {
		return "", err
	}
	if _, err := c.HGN(); err == nil { // every start of so few steps is folded
		if err := c.Set("restarts=0"); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("A trial run of %d steps instead of %d: the pictures show an untrained model.", n, whole), c.Set(fmt.Sprintf("steps=%d", n))
}

// tests returns the number of trajectories or points to measure a model on: few in a trial, else 0, the usual number.
func tests(few int) int {
	if n, err := trialSteps(); n == 0 || err != nil {
		return 0
	}
	return few
}
