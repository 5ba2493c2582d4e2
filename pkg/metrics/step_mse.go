package metrics

import "math"

// StepMSE accumulates the pixel MSE of every step of a rollout over many trajectories (Toth et al. 2020, Figure 6),
// and of every single trajectory if it is told which frames belong to it. The zero value is empty.
type StepMSE struct {
	steps        []tally   // of all frames
	trajectories [][]tally // [trajectory][step]: of the trajectories given to AddTo
}

// A tally sums over pixels.
type tally struct {
	squares float64 // of prediction - target
	light   float64 // squares of target
	pixels  int
}

func (a *tally) add(b tally) {
	a.squares += b.squares
	a.light += b.light
	a.pixels += b.pixels
}

func (a tally) mse() float64 { return a.squares / float64(a.pixels) }

func count(prediction []float32, target []uint8) tally {
	t := tally{squares: squaredError(prediction, target), pixels: len(target)}
	for _, v := range target {
		x := float64(v) / 255
		t.light += x * x
	}
	return t
}

// Add adds the predicted and the true frames of a step, counted from 0: any number of them at once. A negative step
// and slices of different lengths make the measure NaN.
func (m *StepMSE) Add(step int, prediction []float32, target []uint8) {
	m.take(step, count(prediction, target))
}

// AddTo is Add for frames of one trajectory, counted from 0, so that PerTrajectory, Intervals and Normalised include
// them. A negative trajectory makes the measure NaN.
func (m *StepMSE) AddTo(trajectory, step int, prediction []float32, target []uint8) {
	t := count(prediction, target)
	if trajectory < 0 || step < 0 {
		trajectory, step, t.squares = max(trajectory, 0), max(step, 0), math.NaN()
	}
	for len(m.trajectories) <= trajectory {
		m.trajectories = append(m.trajectories, nil)
	}
	steps := &m.trajectories[trajectory]
	for len(*steps) <= step {
		*steps = append(*steps, tally{})
	}
	(*steps)[step].add(t)
	m.take(step, t)
}

func (m *StepMSE) take(step int, t tally) {
	if step < 0 {
		step, t.squares = 0, math.NaN()
	}
	for len(m.steps) <= step {
		m.steps = append(m.steps, tally{})
	}
	m.steps[step].add(t)
}

// PerStep returns the MSE of each step up to the last that was added; NaN for a missing one.
func (m *StepMSE) PerStep() []float64 {
	mse := make([]float64, len(m.steps))
	for i, t := range m.steps {
		mse[i] = t.mse()
	}
	return mse
}

// Mean returns the MSE over all pixels of all steps.
func (m *StepMSE) Mean() float64 { return total(m.steps).mse() }

func total(steps []tally) (sum tally) {
	for _, t := range steps {
		sum.add(t)
	}
	return sum
}

// PerTrajectory returns the MSE over all pixels of each trajectory; NaN for one without a frame.
func (m *StepMSE) PerTrajectory() []float64 {
	mse := make([]float64, len(m.trajectories))
	for i, steps := range m.trajectories {
		mse[i] = total(steps).mse()
	}
	return mse
}

// Between returns the MSE over the steps from..to-1 of each trajectory; NaN for one without a frame there.
func (m *StepMSE) Between(from, to int) []float64 {
	mse := make([]float64, len(m.trajectories))
	for i, steps := range m.trajectories {
		mse[i] = total(steps[min(from, len(steps)):min(to, len(steps))]).mse()
	}
	return mse
}

// Trajectory returns the MSE of each step of one trajectory; NaN for a step without a frame.
func (m *StepMSE) Trajectory(i int) []float64 {
	mse := make([]float64, len(m.trajectories[i]))
	for t, step := range m.trajectories[i] {
		mse[t] = step.mse()
	}
	return mse
}

// Intervals returns the mean over trajectories of the MSE of each step, with its 95% interval. A trajectory without a
// frame for a step does not count in that step's N.
func (m *StepMSE) Intervals() []Estimate {
	var byStep [][]float64
	for _, steps := range m.trajectories {
		for len(byStep) < len(steps) {
			byStep = append(byStep, nil)
		}
		for t, frame := range steps {
			if frame.pixels > 0 {
				byStep[t] = append(byStep[t], frame.mse())
			}
		}
	}
	out := make([]Estimate, len(byStep))
	for t, values := range byStep {
		out[t] = MeanInterval(values)
	}
	return out
}

// InUnits returns, for each trajectory and step, the MSE of the frame divided by a yardstick's MSE. A step without a
// frame is NaN.
func (m *StepMSE) InUnits(yardstick float64) [][]float64 {
	out := make([][]float64, len(m.trajectories))
	for i := range m.trajectories {
		out[i] = m.Trajectory(i)
		for t := range out[i] {
			out[i][t] /= yardstick
		}
	}
	return out
}

// Normalised returns, for each trajectory and step, the error of the frame in units of the frame itself: the mean
// over pixels and channels of (prediction - target)², divided by that of target², both with pixels in [0, 1]. VPT
// takes these errors. A step without a frame is NaN.
func (m *StepMSE) Normalised() [][]float64 {
	out := make([][]float64, len(m.trajectories))
	for i, steps := range m.trajectories {
		out[i] = make([]float64, len(steps))
		for t, frame := range steps {
			out[i][t] = frame.squares / frame.light
		}
	}
	return out
}
