package video

// States are N phase-space points with D coordinates: Q and P are [N, D] in row-major order.
type States struct {
	N, D int
	Q, P []float32
}

// NewStates makes room for n points with d coordinates.
func NewStates(n, d int) States {
	return States{N: n, D: d, Q: make([]float32, n*d), P: make([]float32, n*d)}
}

// Part is the n points from from; it shares their memory.
func (s States) Part(from, n int) States {
	return States{N: n, D: s.D, Q: s.Q[from*s.D:][:n*s.D], P: s.P[from*s.D:][:n*s.D]}
}

// At is point i.
func (s States) At(i int) (q, p []float32) { return s.Q[i*s.D:][:s.D], s.P[i*s.D:][:s.D] }

// Clone is a copy with memory of its own.
func (s States) Clone() States {
	return States{N: s.N, D: s.D, Q: append([]float32(nil), s.Q...), P: append([]float32(nil), s.P...)}
}
