package training

import (
	"maps"
	"time"
)

// tell reports the present state to the observers.
func (r *run) tell(kind Kind, message string) {
	e := Event{
		Kind: kind, Step: r.state.Step, Steps: r.task.Steps(), Attempt: r.state.Attempt,
		Losses: maps.Clone(r.state.Losses), Smoothed: maps.Clone(r.state.Smoothed),
		Elapsed: time.Duration(r.seconds() * float64(time.Second)), Message: message,
		HeldOut: r.heldOut, Left: r.pace.left(r.rest(), measurements(r.state.Step, r.task.Steps())), StepsPerSecond: r.pace.rate(), Ended: r.state.Ended,
	}
	for _, observe := range r.options.Observe {
		observe(e)
	}
}

func (r *run) summary(interrupted bool) Summary {
	return Summary{
		Steps: r.state.Step, Attempt: r.state.Attempt, Seconds: r.seconds(), StepSecondsMedian: r.median(), StepSecondsTotal: r.state.StepSecondsTotal,
		Loss: r.state.Losses["loss"], Smoothed: maps.Clone(r.state.Smoothed), Interrupted: interrupted,
		Ended: r.state.Ended, HeldOut: r.heldOut,
	}
}
