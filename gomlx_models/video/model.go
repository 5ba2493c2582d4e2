package video

// Model is the interface of every trained model of videos.
type Model interface {
	// InferInitial infers the state at the first frame of each video.
	InferInitial(Clips) (States, error)
	// Rollout integrates the learned dynamics from s over steps intervals of dt and returns the steps+1 states, s
	// first. A negative dt runs time backwards.
	Rollout(s States, dt float64, steps int) ([]States, error)
	// Draw decodes each state to a frame: [N, Size, Size, 3] in [0, 1].
	Draw(s States) ([]float32, error)
	// Energies returns the learned K and V of each state, with H = K + V, in the model's own units; see HasEnergy.
	Energies(s States) (k, v []float32, err error)
	// Parameters counts the trainable numbers.
	Parameters() int
}

// NotApplicable is the error of asking a model for what its kind cannot give, and says why: an energy, or another direction of
// time.
type NotApplicable string

func (e NotApplicable) Error() string { return string(e) }

// BadInput marks the error as the caller's to mend.
func (e NotApplicable) BadInput() bool { return true }

// HasEnergy tells whether a model has an energy. One that says so by a method HasEnergy has none where that is false, and
// gives a NotApplicable error for Energies.
func HasEnergy(m Model) bool {
	h, says := m.(interface{ HasEnergy() bool })
	return !says || h.HasEnergy()
}
