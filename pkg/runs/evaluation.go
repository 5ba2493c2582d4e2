package runs

import (
	"context"
	"errors"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
)

// evaluation accumulates the raw numbers for the measures of test videos. It processes the videos part by part, and
// keeps numbers for each trajectory but no frames.
type evaluation struct {
	n         int       // trajectories
	meanFrame []float64 // errors of the training videos' mean frame, one for each trajectory

	unrolled    metrics.StepMSE  // errors against the videos, unrolled as in training
	encoded     *metrics.StepMSE // the same by the encoder alone; nil if that is the same state
	energies    [][]float64      // learned, [trajectory][frame]
	places      [][]float64      // first coordinate of q at every frame, as the energies are
	potentials  [][]float64      // learned V there
	there, back []float32        // states at the first frame, and after going as many steps forward and back as a video has frames

	trueEnergy [][]float64       // [trajectory][frame]; nil if it is unknown
	truth      *simulatorMetrics // nil if the system is unknown
}

// evaluate processes all test videos; frame is the training videos' mean frame.
func evaluate(ctx context.Context, m video.Model, t testSet, frame []float64) (*evaluation, error) {
	g := &evaluation{}
	for from := 0; from < t.n; from += atOnce {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part, err := t.part(from, min(from+atOnce, t.n))
		if err != nil {
			return nil, err
		}
		if err := g.add(ctx, m, part, frame); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// add processes some videos.
func (g *evaluation) add(ctx context.Context, m video.Model, part *dataset.Dataset, frame []float64) error {
	start, err := infer(m, Videos(part))
	if err != nil {
		return err
	}
	g.meanFrame = append(g.meanFrame, constantErrors(frame, part)...)
	energies, potentials, err := unroll(&g.unrolled, g.n, m, part, start.best.frames)
	if err != nil {
		return err
	}
	g.energies, g.potentials = append(g.energies, energies...), append(g.potentials, potentials...)
	for i := range part.N {
		var along []float64
		for _, s := range start.best.frames {
			along = append(along, float64(s.Q[i*s.D]))
		}
		g.places = append(g.places, along)
	}
	if start.encoder != nil {
		if g.encoded == nil {
			g.encoded = &metrics.StepMSE{}
		}
		if _, _, err := unroll(g.encoded, g.n, m, part, start.encoder.frames); err != nil {
			return err
		}
	}
	if part.Energy != nil {
		for i := range part.N {
			g.trueEnergy = append(g.trueEnergy, part.Energy[i*part.T:(i+1)*part.T])
		}
	}
	if err := g.reverse(m, part, start.best.frames[0]); err != nil {
		return err
	}
	if part.System != "" && part.Q != nil {
		if g.truth == nil {
			g.truth = &simulatorMetrics{}
		}
		if err := g.truth.add(ctx, m, part, start); err != nil {
			return err
		}
	}
	g.n += part.N
	return nil
}

// reverse integrates the states forward and back.
func (g *evaluation) reverse(m video.Model, part *dataset.Dataset, start video.States) error {
	there, err := m.Rollout(start, part.Dt, part.T)
	if err != nil {
		return err
	}
	back, err := m.Rollout(there[part.T], -part.Dt, part.T)
	if notApplicable(err) {
		return nil
	}
	if err != nil {
		return err
	}
	g.there, g.back = append(g.there, flat(start)...), append(g.back, flat(back[part.T])...)
	return nil
}

// constantErrors returns, for each trajectory of a set, the error of predicting every frame by one frame,
// [Size, Size, 3] in [0, 1].
func constantErrors(frame []float64, s *dataset.Dataset) []float64 {
	out, n := make([]float64, s.N), len(frame)
	video.Parallel(s.N, func(i int) {
		for t := range s.T {
			for k, v := range s.Frame(i, t) {
				e := float64(v)/255 - frame[k]
				out[i] += e * e / float64(s.T*n)
			}
		}
	})
	return out
}

// course holds the states of some videos at every frame, as the model unrolls them in training. Rollouts start from
// the states at the first frame, forecasts from the states at the last.
type course struct{ frames []video.States }

// inferred holds the courses of some videos: by the model's full inference and, if that differs, by its encoder
// alone.
type inferred struct{ best, encoder *course }

func infer(m video.Model, v video.Clips) (inferred, error) {
	h, ok := m.(*hgn.Model)
	if !ok {
		first, err := m.InferInitial(v)
		if err != nil {
			return inferred{}, err
		}
		frames, err := m.Rollout(first, v.Dt, v.Frames-1)
		return inferred{best: &course{frames}}, err
	}
	var courses [2]*course
	for i, infer := range []func(video.Clips) (video.States, error){h.Infer, h.Encode} {
		anchored, err := infer(v)
		if err != nil {
			return inferred{}, err
		}
		frames, err := h.RolloutFromAnchor(anchored)
		if err != nil {
			return inferred{}, err
		}
		courses[i] = &course{frames}
	}
	return inferred{courses[0], courses[1]}, nil
}

// unroll compares the frames drawn from states at all frames with the set's videos, which are the trajectories from
// number from on of mse. It returns the learned energies H and V, [trajectory][frame], or nil if the model has none.
func unroll(mse *metrics.StepMSE, from int, m video.Model, s *dataset.Dataset, states []video.States) (energies, potentials [][]float64, err error) {
	if video.HasEnergy(m) {
		energies, potentials = make([][]float64, s.N), make([][]float64, s.N)
	}
	for t, state := range states {
		frames, err := m.Draw(state)
		if err != nil {
			return nil, nil, err
		}
		n := len(frames) / s.N
		for i := range s.N {
			mse.AddTo(from+i, t, frames[i*n:][:n], s.Frame(i, t))
		}
		if energies == nil {
			continue
		}
		k, v, err := m.Energies(state)
		if err != nil {
			return nil, nil, err
		}
		for i := range s.N {
			energies[i] = append(energies[i], float64(k[i])+float64(v[i]))
			potentials[i] = append(potentials[i], float64(v[i]))
		}
	}
	return energies, potentials, nil
}

func flat(s video.States) []float32 { return append(append([]float32(nil), s.Q...), s.P...) }

// notApplicable tells whether an error says that this kind of model cannot do what was asked.
func notApplicable(err error) bool {
	var why video.NotApplicable
	return errors.As(err, &why)
}
