package training

import (
	"errors"
	"fmt"
	"maps"
)

// judged asks a RestartPolicy about the last step. If the policy accepts losses that are not finite, judged returns
// an error.
func (r *run) judged() (reason string, err error) {
	if r.state.Step == 0 {
		return "", nil
	}
	if judge, ok := r.task.(RestartPolicy); ok {
		err := guarded(func() error { reason = judge.Judge(r.state.Step-1, maps.Clone(r.state.Losses)); return nil })
		if err != nil || reason != "" {
			return reason, err
		}
	}
	return "", r.finite()
}

// finite fails if the last step gave a value that is not finite, and says which went bad first.
func (r *run) finite() error {
	if r.broken != nil {
		return r.diverged(r.broken.Error() + " after this step, though its loss is finite: so its gradient is not")
	}
	if bad := notFinite(r.state.Losses); bad != "" {
		return r.diverged(bad)
	}
	return nil
}

// ErrDiverged is returned when a loss or a trainable variable becomes NaN or infinite.
var ErrDiverged = errors.New("the training diverged")

// diverged returns the error of a training that cannot continue.
func (r *run) diverged(what string) error {
	kept := "no checkpoint was written before it"
	if meta, err := ReadMeta(r.path); err == nil {
		kept = fmt.Sprintf("the last good checkpoint, of step %d, is kept", meta.Step)
	}
	return fmt.Errorf("%w at step %d: %s; %s. Try a lower learning rate or another seed", ErrDiverged, r.state.Step, what, kept)
}

// restart begins the next attempt.
func (r *run) restart(reason string) error {
	s := &r.state
	l := line{Event: restartEvent, Attempt: s.Attempt + 1, Step: s.Step, Seconds: r.seconds(), Reason: reason}
	if err := r.log.write(l); err != nil {
		return err
	}
	*s = Meta{Attempt: s.Attempt + 1, Seconds: s.Seconds, StepSecondsMedian: s.StepSecondsMedian, StepSecondsTotal: s.StepSecondsTotal, Best: r.state.Best.afresh()}
	if err := guarded(func() error { return r.task.(RestartPolicy).Restart(s.Attempt) }); err != nil {
		return fmt.Errorf("beginning attempt %d: %w", s.Attempt+1, err)
	}
	r.pace.cool()
	r.heldOut = nil
	r.tell(Restarted, reason)
	return nil
}
