package runs

import (
	"fmt"
	"math"
	"slices"

	"hgn.local/gomlx_models/video"
)

// Rollout is a model's prediction: n trajectories of Steps+1 states Dt apart, the start first, with their frames and
// their learned energies in the model's own units.
type Rollout struct {
	Dt        float64
	Steps     int
	N, D      int
	Size      int
	States    []video.States // Steps+1 of n states
	Frames    [][]float32    // Steps+1 of [n, Size, Size, 3] in (0, 1)
	Kinetic   [][]float32    // Steps+1 of [n]
	Potential [][]float32    // Steps+1 of [n]
}

// DivergedError is returned when a rollout does not stay finite.
type DivergedError struct{ Step, Steps int } // the first step that is not finite, 0 for the start, and the number of steps asked for

func (e *DivergedError) Error() string {
	return fmt.Sprintf("the rollout is not finite from step %d of %d on: take a dt nearer to that of the videos, or fewer steps", e.Step, e.Steps)
}

// Roll integrates the learned dynamics from the given states over steps intervals of dt and draws them. If a rollout
// does not stay finite, Roll returns a DivergedError, together with the finite beginning of the rollout if its start
// is finite.
func Roll(m video.Model, start video.States, dt float64, steps int) (*Rollout, error) {
	states, err := m.Rollout(start, dt, steps)
	if err != nil {
		return nil, err
	}
	r := &Rollout{Dt: dt, Steps: steps, N: start.N, D: start.D, States: states}
	// All states go at once: the compiled programs take hundreds of points, and pad smaller inputs.
	all := video.States{N: len(states) * start.N, D: start.D}
	for _, s := range states {
		all.Q, all.P = append(all.Q, s.Q...), append(all.P, s.P...)
	}
	frames, err := m.Draw(all)
	if err != nil {
		return nil, err
	}
	k, v, err := energies(m, all)
	if err != nil {
		return nil, err
	}
	pixels := len(frames) / len(states)
	r.Size = int(math.Round(math.Sqrt(float64(pixels / (3 * r.N)))))
	for t := range states {
		r.Frames = append(r.Frames, frames[t*pixels:][:pixels])
		r.Kinetic, r.Potential = append(r.Kinetic, k[t*r.N:][:r.N]), append(r.Potential, v[t*r.N:][:r.N])
	}
	for t, s := range states {
		numbers := [][]float32{s.Q, s.P, r.Frames[t]}
		if video.HasEnergy(m) {
			numbers = append(numbers, r.Kinetic[t], r.Potential[t])
		}
		for _, x := range numbers {
			if slices.ContainsFunc(x, func(v float32) bool { return v-v != 0 }) {
				if t == 0 {
					return nil, &DivergedError{0, steps}
				}
				return r.Until(t - 1), &DivergedError{t, steps}
			}
		}
	}
	return r, nil
}

// energies returns the energies of states, NaN if the model has none.
func energies(m video.Model, s video.States) (k, v []float32, err error) {
	if video.HasEnergy(m) {
		return m.Energies(s)
	}
	k = slices.Repeat([]float32{float32(math.NaN())}, s.N)
	return k, k, nil
}

// Until returns the rollout's first steps.
func (r *Rollout) Until(steps int) *Rollout {
	short, n := *r, steps+1
	short.Steps, short.States, short.Frames = steps, r.States[:n], r.Frames[:n]
	short.Kinetic, short.Potential = r.Kinetic[:n], r.Potential[:n]
	return &short
}

// Energy returns H = K + V of trajectory i at every step.
func (r *Rollout) Energy(i int) []float64 {
	out := make([]float64, len(r.States))
	for t := range out {
		out[t] = float64(r.Kinetic[t][i]) + float64(r.Potential[t][i])
	}
	return out
}

// Frame returns the picture of trajectory i at step t, [Size, Size, 3] in (0, 1).
func (r *Rollout) Frame(i, t int) []float32 {
	n := r.Size * r.Size * 3
	return r.Frames[t][i*n:][:n]
}

// RGB converts pixels in [0, 1] to bytes.
func RGB(pixels []float32) []uint8 {
	out := make([]uint8, len(pixels))
	for i, v := range pixels {
		out[i] = uint8(min(max(v, 0), 1)*255 + 0.5)
	}
	return out
}

// Dt returns the time between two frames of the training videos.
func (r *Run) Dt() float64 {
	v, _ := r.Data.Shape()
	return v.Dt
}
