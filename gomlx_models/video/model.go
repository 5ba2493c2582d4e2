package video

// Model is what every trained model of videos can do, whatever it is inside.
type Model interface {
	// InferInitial is the state at the first frame of each video, inferred from the video.
	InferInitial(Clips) (States, error)
	// Rollout integrates the learned dynamics from s over steps intervals of dt, backwards in time where dt is
	// negative, and returns the steps+1 states, s first.
	Rollout(s States, dt float64, steps int) ([]States, error)
	// Draw gives the frames that the states look like, [N, Size, Size, 3] in [0, 1].
	Draw(s States) ([]float32, error)
	// Energies is the learned H = K + V at each state, in the model's own units.
	Energies(s States) (k, v []float32, err error)
	// Parameters counts the trainable numbers.
	Parameters() int
}
