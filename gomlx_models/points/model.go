package points

// Model is a learned density on R^d.
type Model interface {
	// Dim is d.
	Dim() int
	// LogProb is log p(x) of every point, in nats and in the units of the data. A model with latent variables
	// estimates it, see the model's own documentation; the estimate is a function of the points alone.
	LogProb(x Points) ([]float64, error)
	// Sample draws n points; the same seed draws the same ones.
	Sample(seed uint64, n int) (Points, error)
	// Parameters counts the trainable numbers.
	Parameters() int
}
