// Package refine fits the states of videos to their frames: inference that a learned model itself implies.
package refine

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"hgn.local/gomlx_models/video"
)

// A Fit says which frames of videos states are fitted to, and by which model. A state belongs to the frame Anchor;
// the frames First..End-1 count.
type Fit struct {
	Model      video.Model
	Anchor     int
	First, End int
	Fixed      []bool // coordinates of q that stay as they are; nil: none
}

// Refine improves states by steps of Levenberg and Marquardt: they minimise the squared pixel error of the frames that
// the learned dynamics and the decoder predict from a state, forwards and backwards (semi-amortised inference, Kim et
// al. 2018). A step that does not help a video is undone, so no state gets worse.
//
// Derivatives are finite differences in the 2d coordinates. All frames from First to End count, as each has its own
// noise, but latents of more than four dimensions are fitted to every second frame or fewer to bound the cost.
func (m Fit) Refine(v video.Clips, s video.States, iterations int) (video.States, error) {
	best := video.States{N: s.N, D: s.D, Q: append([]float32(nil), s.Q...), P: append([]float32(nil), s.P...)}
	n := 2 * s.D
	damping := make([]float64, s.N)
	for i := range damping {
		damping[i] = 1e-3
	}
	fit, err := m.Linearise(v, best)
	if err != nil {
		return video.States{}, err
	}
	for range iterations {
		trial := video.States{N: s.N, D: s.D, Q: append([]float32(nil), best.Q...), P: append([]float32(nil), best.P...)}
		for i := range s.N {
			step, ok := fit[i].step(damping[i], n)
			if !ok {
				continue
			}
			for j := range s.D {
				trial.Q[i*s.D+j] += float32(step[j])
				trial.P[i*s.D+j] += float32(step[s.D+j])
			}
		}
		next, err := m.Linearise(v, trial)
		if err != nil {
			return video.States{}, err
		}
		for i := range s.N {
			if next[i].Loss < fit[i].Loss {
				copy(best.Q[i*s.D:(i+1)*s.D], trial.Q[i*s.D:])
				copy(best.P[i*s.D:(i+1)*s.D], trial.P[i*s.D:])
				fit[i], damping[i] = next[i], damping[i]/5
			} else {
				damping[i] *= 10
			}
		}
	}
	return best, nil
}

// Normal holds the normal equations of one video's fit at a state: loss |r|², JᵀJ and Jᵀr.
type Normal struct {
	Loss float64
	JtJ  []float64
	Jtr  []float64

	Scores []float64 // Σ over frames of g gᵀ, with g the frame's contribution to Jᵀr
	Frames int       // number of frames counted
}

// step solves (JᵀJ + damping·diag) δ = -Jᵀr.
func (e Normal) step(damping float64, n int) ([]float64, bool) {
	a := mat.NewSymDense(n, append([]float64(nil), e.JtJ...))
	for j := range n {
		a.SetSym(j, j, a.At(j, j)*(1+damping)+1e-9)
	}
	var cholesky mat.Cholesky
	if !cholesky.Factorize(a) {
		return nil, false
	}
	var x mat.VecDense
	if err := cholesky.SolveVecTo(&x, mat.NewVecDense(n, e.Jtr)); err != nil {
		return nil, false
	}
	out := make([]float64, n)
	for j := range out {
		out[j] = -x.AtVec(j)
		if math.IsNaN(out[j]) {
			return nil, false
		}
	}
	return out, true
}

// Linearise predicts every frame from the states and from states displaced along each coordinate.
func (m Fit) Linearise(v video.Clips, s video.States) ([]Normal, error) {
	const h = 1e-2
	n, d := 2*s.D, s.D
	all := video.NewStates(s.N*(n+1), d) // the states, then the states displaced along q_1 … q_d, p_1 … p_d
	for k := range n + 1 {
		copy(all.Q[k*s.N*d:], s.Q)
		copy(all.P[k*s.N*d:], s.P)
		for i := range s.N {
			if k > 0 && k <= d {
				if m.Fixed != nil && m.Fixed[k-1] {
					continue // without a displacement there is no derivative, and no step
				}
				all.Q[(k*s.N+i)*d+k-1] += h
			} else if k > d {
				all.P[(k*s.N+i)*d+k-1-d] += h
			}
		}
	}
	out := make([]Normal, s.N)
	for i := range out {
		out[i] = Normal{JtJ: make([]float64, n*n), Jtr: make([]float64, n), Scores: make([]float64, n*n)}
	}
	stride := 1 + n/10
	for _, way := range []struct {
		dt          float64
		steps, from int
	}{{v.Dt, m.End - 1 - m.Anchor, upTo(m.First-m.Anchor, stride)}, {-v.Dt, m.Anchor - m.First, max(stride, upTo(m.Anchor-m.End+1, stride))}} {
		if way.steps < way.from {
			continue // no frame lies on this side of the anchor, and not every model can go there
		}
		states, err := m.Model.Rollout(all, way.dt, way.steps)
		if err != nil {
			return nil, err
		}
		for k := way.from; k <= way.steps; k += stride {
			frames, err := m.Model.Draw(states[k])
			if err != nil {
				return nil, err
			}
			t := m.Anchor + k
			if way.dt < 0 {
				t = m.Anchor - k
			}
			accumulate(out, frames, v, t, n, h)
		}
	}
	return out, nil
}

// upTo returns the least multiple of stride that is at least from, and at least 0.
func upTo(from, stride int) int { return (max(from, 0) + stride - 1) / stride * stride }

func accumulate(out []Normal, frames []float32, v video.Clips, t, n int, h float32) {
	pixels := v.Shape.Pixels()
	video.Parallel(v.N, func(i int) {
		target, e := v.Frame(i, t), &out[i]
		base := frames[i*pixels:][:pixels]
		displaced := make([][]float32, n)
		for k := range displaced {
			displaced[k] = frames[((k+1)*v.N+i)*pixels:][:pixels]
		}
		g, score := make([]float32, n), make([]float64, n)
		for x, y := range base {
			r := y - video.Unit[target[x]]
			e.Loss += float64(r * r)
			moves := false
			for k := range g {
				g[k] = (displaced[k][x] - y) / h
				moves = moves || g[k] != 0
			}
			if !moves {
				continue
			}
			for a := range g {
				e.Jtr[a] += float64(g[a] * r)
				score[a] += float64(g[a] * r)
				for b := range a + 1 {
					p := float64(g[a] * g[b])
					e.JtJ[a*n+b] += p
					if a != b {
						e.JtJ[b*n+a] += p
					}
				}
			}
		}
		e.Frames++
		for a := range score {
			for b := range score {
				e.Scores[a*n+b] += score[a] * score[b]
			}
		}
	})
}
