package hgn

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"hgn.local/gomlx_models/video"
)

// Refine improves states at the anchor by fitting each to the frames that the encoder sees: steps of Levenberg and
// Marquardt minimise the squared pixel error of the frames that the learned dynamics and the decoder predict from the
// state, forwards and backwards. The encoder guesses in one pass; the fit is the estimate that the learned model
// itself implies (semi-amortised inference, Kim et al. 2018). A step that does not help a video is undone, so no
// state gets worse.
//
// Derivatives are finite differences in the 2d coordinates. All frames count, as each has its own noise, but latents
// of more than four dimensions are fitted to every second frame or fewer to bound the cost.
func (m *Model) Refine(v video.Clips, s video.States, iterations int) (video.States, error) {
	best := video.States{N: s.N, D: s.D, Q: append([]float32(nil), s.Q...), P: append([]float32(nil), s.P...)}
	n := 2 * s.D
	damping := make([]float64, s.N)
	for i := range damping {
		damping[i] = 1e-3
	}
	fit, err := m.linearise(v, best)
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
		next, err := m.linearise(v, trial)
		if err != nil {
			return video.States{}, err
		}
		for i := range s.N {
			if next[i].loss < fit[i].loss {
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

// normal holds the normal equations of one video's fit at a state: loss |r|², JᵀJ and Jᵀr.
type normal struct {
	loss float64
	jtj  []float64
	jtr  []float64

	scores []float64 // Σ over frames of g gᵀ, with g the frame's contribution to Jᵀr
	frames int       // number of frames counted
}

// step solves (JᵀJ + damping·diag) δ = -Jᵀr.
func (e normal) step(damping float64, n int) ([]float64, bool) {
	a := mat.NewSymDense(n, append([]float64(nil), e.jtj...))
	for j := range n {
		a.SetSym(j, j, a.At(j, j)*(1+damping)+1e-9)
	}
	var cholesky mat.Cholesky
	if !cholesky.Factorize(a) {
		return nil, false
	}
	var x mat.VecDense
	if err := cholesky.SolveVecTo(&x, mat.NewVecDense(n, e.jtr)); err != nil {
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

// linearise predicts every frame from the states and from states displaced along each coordinate.
func (m *Model) linearise(v video.Clips, s video.States) ([]normal, error) {
	const h = 1e-2
	n, d := 2*s.D, s.D
	all := video.NewStates(s.N*(n+1), d) // the states, then the states displaced along q_1 … q_d, p_1 … p_d
	for k := range n + 1 {
		copy(all.Q[k*s.N*d:], s.Q)
		copy(all.P[k*s.N*d:], s.P)
		for i := range s.N {
			if k > 0 && k <= d {
				all.Q[(k*s.N+i)*d+k-1] += h
			} else if k > d {
				all.P[(k*s.N+i)*d+k-1-d] += h
			}
		}
	}
	out := make([]normal, s.N)
	for i := range out {
		out[i] = normal{jtj: make([]float64, n*n), jtr: make([]float64, n), scores: make([]float64, n*n)}
	}
	anchor, stride := m.Anchor(), 1+n/10
	for _, way := range []struct {
		dt          float64
		steps, from int
	}{{m.Video.Dt, m.Params.framesIn(v.Shape) - 1 - anchor, 0}, {-m.Video.Dt, anchor, stride}} {
		if way.steps < way.from {
			continue // no frame lies on this side of the anchor, and not every model can go there
		}
		states, err := m.Rollout(all, way.dt, way.steps)
		if err != nil {
			return nil, err
		}
		for k := way.from; k <= way.steps; k += stride {
			frames, err := m.Decode(states[k].Q)
			if err != nil {
				return nil, err
			}
			t := anchor + k
			if way.dt < 0 {
				t = anchor - k
			}
			m.accumulate(out, frames, v, t, n, h)
		}
	}
	return out, nil
}

func (m *Model) accumulate(out []normal, frames []float32, v video.Clips, t, n int, h float32) {
	pixels := m.Video.Pixels()
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
			e.loss += float64(r * r)
			moves := false
			for k := range g {
				g[k] = (displaced[k][x] - y) / h
				moves = moves || g[k] != 0
			}
			if !moves {
				continue
			}
			for a := range g {
				e.jtr[a] += float64(g[a] * r)
				score[a] += float64(g[a] * r)
				for b := range a + 1 {
					p := float64(g[a] * g[b])
					e.jtj[a*n+b] += p
					if a != b {
						e.jtj[b*n+a] += p
					}
				}
			}
		}
		e.frames++
		for a := range score {
			for b := range score {
				e.scores[a*n+b] += score[a] * score[b]
			}
		}
	})
}
