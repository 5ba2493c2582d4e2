package figures

import (
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/runs"
)

const (
	inferredFile  = "inferred.json"
	inferredFirst = 200 // number of test videos, from the first on, whose states are kept
)

// Starts returns the model's inferred states at the first frame of the first test videos. Inference fits each state
// to its video, which takes seconds for all of them, so the states are kept in the run's folder.
func (r *Run) Starts() (video.States, error) {
	if r.starts.N > 0 {
		return r.starts, nil
	}
	m, test, err := r.Ready()
	if err != nil {
		return video.States{}, err
	}
	r.starts, err = kept(r, inferredFile, func() (video.States, error) { return m.InferInitial(runs.Videos(test.Subset(0, inferredFirst))) })
	return r.starts, err
}

// InitialState returns the inferred state at the first frame of test video i.
func (r *Run) InitialState(i int) (video.States, error) {
	m, test, err := r.Ready()
	if err != nil {
		return video.States{}, err
	}
	if i < 0 || i >= test.N {
		return video.States{}, mistake("there is no test video %d: choose 0 to %d", i, test.N-1)
	}
	if i >= inferredFirst {
		return m.InferInitial(runs.Videos(test.Subset(i, i+1)))
	}
	s, err := r.Starts()
	if err != nil {
		return video.States{}, err
	}
	q, p := s.At(i)
	return video.States{N: 1, D: s.D, Q: q, P: p}, nil
}
