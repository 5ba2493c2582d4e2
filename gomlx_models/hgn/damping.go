package hgn

import (
	"math"

	"gonum.org/v1/gonum/stat"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/video"
)

// DampingProfile is the estimate of the friction rate that videos give, with everything else that the model has
// learned held fixed.
type DampingProfile struct {
	Best     float64 // the rate that predicts them best
	Error    float64 // its standard error, over videos
	N        int     // videos
	Evidence float64 // how much worse the prediction is without friction, in standard errors over videos
}

// ProfileDamping fits the states of videos at several rates of friction around the learned one. With L the squared
// pixel error of a video at its best-fitting state, and a parabola through three rates, the best rate is -ΣL'/ΣL”
// away from the middle one. Its standard error √Σψ²/ΣL”, ψ = L' + L”·(best - middle), is taken over videos and holds
// for any error distribution within a video.
func (m *Model) ProfileDamping(v video.Clips) (p DampingProfile, err error) {
	if has, err := m.HasFriction(); err != nil || !has {
		return p, err
	}
	learned, err := m.Damping()
	if err != nil {
		return p, err
	}
	step := max(0.15*learned, 0.05/m.length())
	middle := max(learned, step)
	var errors [4][]float64
	for i, c := range []float64{middle - step, middle, middle + step, 0} {
		if err := m.setDamping(c); err != nil {
			return p, err
		}
		if errors[i], err = m.videoErrors(v); err != nil {
			return p, err
		}
	}
	if err := m.setDamping(learned); err != nil {
		return p, err
	}
	slopes, curvatures, worse := make([]float64, v.N), make([]float64, v.N), make([]float64, v.N)
	slope, curvature := 0.0, 0.0
	for i := range v.N {
		below, at, above, without := errors[0][i], errors[1][i], errors[2][i], errors[3][i]
		slopes[i], curvatures[i], worse[i] = (above-below)/(2*step), (above-2*at+below)/(step*step), without-at
		slope, curvature = slope+slopes[i], curvature+curvatures[i]
	}
	move, squares := -slope/curvature, 0.0
	for i := range slopes {
		psi := slopes[i] + curvatures[i]*move
		squares += psi * psi
	}
	mean, spread := stat.MeanStdDev(worse, nil)
	return DampingProfile{
		Best: middle + move, Error: math.Sqrt(squares) / math.Abs(curvature), N: v.N, Evidence: mean / (spread / math.Sqrt(float64(v.N))),
	}, nil
}

// profileRefine is the least number of steps that fit the states for a profile.
const profileRefine = 4

// videoErrors returns each video's squared pixel error at its best-fitting state, over the frames that the fit uses.
func (m *Model) videoErrors(v video.Clips) ([]float64, error) {
	out := make([]float64, v.N)
	return out, fit.Chunks(v.N, inferChunk, func(from, n int) error {
		part := v.Part(from, n)
		s, err := m.Encode(part)
		if err != nil {
			return err
		}
		if s, err = m.Refine(part, s, max(m.Params.Refine, profileRefine)); err != nil {
			return err
		}
		fits, err := m.linearise(part, s)
		for i, f := range fits {
			out[from+i] = f.Loss
		}
		return err
	})
}
