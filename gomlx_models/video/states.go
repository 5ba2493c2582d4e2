package video

// States holds N phase-space points with D coordinates: Q and P are [N, D] in row-major order.
type States struct {
	N, D int
	Q, P []float32
}

// NewStates makes room for n points with d coordinates.
func NewStates(n, d int) States {
	return States{N: n, D: d, Q: make([]float32, n*d), P: make([]float32, n*d)}
}

// Part returns the n points from number from on, which share their memory with s.
func (s States) Part(from, n int) States {
	return States{N: n, D: s.D, Q: s.Q[from*s.D:][:n*s.D], P: s.P[from*s.D:][:n*s.D]}
}

// At returns point i.
func (s States) At(i int) (q, p []float32) { return s.Q[i*s.D:][:s.D], s.P[i*s.D:][:s.D] }

// Clone returns a copy with its own memory.
func (s States) Clone() States {
	return States{N: s.N, D: s.D, Q: append([]float32(nil), s.Q...), P: append([]float32(nil), s.P...)}
}
