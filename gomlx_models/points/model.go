package points

// Model is a learned density on R^d.
type Model interface {
	// Dim returns d.
	Dim() int
	// LogProb returns log p(x) of every point, in nats and in the units of the data. A model with latent variables
	// estimates it, as the model's own documentation explains; the estimate is a function of the points alone.
	LogProb(x Points) ([]float64, error)
	// Sample draws n points; the same seed draws the same points.
	Sample(seed uint64, n int) (Points, error)
	// Parameters counts the trainable numbers.
	Parameters() int
}
