package hgn

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distmv"

	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/video"
)

// Prior draws n states at the first frame from the model's prior, z ~ N(0, 1) through f_psi (paper, Fig. 8). The
// draws depend only on the seed. A deterministic model has no prior.
//
// The prior is only as good as training held the KL divergence down: with the small Beta of the presets quick and
// cpu, the videos' own z fill only part of it. See Posterior.
func (m *Model) Prior(n int, seed uint64) (video.States, error) {
	if m.Params.Deterministic {
		return video.States{}, params.Errorf("a deterministic model has no prior to sample from: use the states of videos")
	}
	r := rand.New(rand.NewPCG(seed, 0))
	z := make([]float32, n*m.nets.zDim())
	for i := range z {
		z[i] = float32(r.NormFloat64())
	}
	return m.first(z, n)
}

// Posterior draws n states at the first frame from the Gaussian with the mean and covariance of the videos' z (the
// aggregated posterior, fitted after training as in Ghosh et al. 2020, From variational to deterministic
// autoencoders).
func (m *Model) Posterior(v video.Clips, n int, seed uint64) (video.States, error) {
	z, err := m.latents(v)
	if err != nil {
		return video.States{}, err
	}
	d := m.nets.zDim()
	if v.N <= d {
		return video.States{}, params.Errorf("the spread of %d dimensions of z cannot be told from %d videos: give more than %d", d, v.N, d)
	}
	seen := mat.NewDense(v.N, d, nil)
	means := make([]float64, d)
	for i := range v.N {
		for j := range d {
			x := float64(z[i*d+j])
			seen.Set(i, j, x)
			means[j] += x / float64(v.N)
		}
	}
	var covariance mat.SymDense
	stat.CovarianceMatrix(&covariance, seen, nil)
	trace := mat.Trace(&covariance)
	for i := range d { // a direction in which z does not vary must not stop the factorisation
		covariance.SetSym(i, i, covariance.At(i, i)+1e-6*trace/float64(d))
	}
	gaussian, ok := distmv.NewNormal(means, &covariance, rand.NewPCG(seed, 0))
	if !ok {
		return video.States{}, params.Errorf("the videos' z do not spread like a Gaussian: are they all alike?")
	}
	drawn, x := make([]float32, 0, n*d), make([]float64, d)
	for range n {
		for _, v := range gaussian.Rand(x) {
			drawn = append(drawn, float32(v))
		}
	}
	return m.first(drawn, n)
}

// first maps z [n, zDim] through f_psi, and rewinds the states from the anchor to the first frame.
func (m *Model) first(z []float32, n int) (video.States, error) {
	s, err := m.anchored(z, n)
	if err != nil {
		return s, err
	}
	return m.RewindToFirst(m.sampled(s))
}

// Interpolate returns n states on the way from state a to state b, both included: q and p move linearly, an angle the
// shorter way round (paper, Fig. 7: interpolation through the abstract phase space).
func (m *Model) Interpolate(a, b video.States, n int) (video.States, error) {
	if a.N != 1 || b.N != 1 || a.D != m.latent.Dim() || b.D != a.D || n < 2 {
		return video.States{}, params.Errorf("an interpolation goes from one state of %d coordinates to another in at least 2 states", m.latent.Dim())
	}
	out := video.NewStates(n, a.D)
	for i := range n {
		share := float64(i) / float64(n-1)
		for j := range a.D {
			dq := float64(b.Q[j]) - float64(a.Q[j])
			if m.latent.Circle[j] {
				dq = math.Remainder(dq, 2*math.Pi)
			}
			out.Q[i*a.D+j] = float32(float64(a.Q[j]) + share*dq)
			out.P[i*a.D+j] = float32((1-share)*float64(a.P[j]) + share*float64(b.P[j]))
		}
	}
	return out, nil
}
