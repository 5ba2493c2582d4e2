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
	// Energies returns the learned K and V of each state, with H = K + V, in the model's own units.
	Energies(s States) (k, v []float32, err error)
	// Parameters counts the trainable numbers.
	Parameters() int
}
