package training

import "time"

// takeTurn waits until the training may go on, as if no time had passed.
func (r *run) takeTurn() {
	if r.options.Turn == nil {
		return
	}
	began := time.Now()
	r.options.Turn(r.state.Step, r.task.Steps())
	waited := time.Since(began)
	r.began = r.began.Add(waited)
	r.pace.skip(waited)
}

// stepSeconds returns the duration of a step, as reported by the task if it is Clocked.
func (r *run) stepSeconds(took time.Duration) float64 {
	if c, ok := r.task.(Clocked); ok {
		return c.StepSeconds()
	}
	return took.Seconds()
}

// clock adds the time of a step. If the training continues from a checkpoint without a total, the total stays
// unknown.
func (m *Meta) clock(seconds float64) {
	if m.StepSecondsTotal > 0 || m.Step == 0 && m.Attempt == 0 {
		m.StepSecondsTotal += seconds
	}
}

// seconds returns the seconds since the beginning of the training.
func (r *run) seconds() float64 { return r.state.Seconds + time.Since(r.began).Seconds() }

// median returns the median time of a step or, while there is none, the one from before resuming.
func (r *run) median() float64 {
	if m := r.pace.median(); m > 0 {
		return m
	}
	return r.state.StepSecondsMedian
}
