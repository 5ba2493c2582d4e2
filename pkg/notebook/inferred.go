package notebook

import (
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/runs"
)

const inferredFile = "inferred.json"

// inferred are the states at the first frame of the first test videos, as the model infers them. Inference fits each state to
// its video, which takes seconds for all of them, so that they are kept in the run's folder.
func (r *Run) inferred() (video.States, error) {
	if r.starts.N > 0 {
		return r.starts, nil
	}
	m, test, err := r.ready()
	if err != nil {
		return video.States{}, err
	}
	r.starts, err = kept(r, inferredFile, func() (video.States, error) { return m.Start(runs.Videos(test.Subset(0, fitted))) })
	return r.starts, err
}

// start is the state at the first frame of test video i.
func (r *Run) start(i int) (video.States, error) {
	if i >= fitted {
		m, test, err := r.ready()
		if err != nil {
			return video.States{}, err
		}
		return m.Start(runs.Videos(test.Subset(i, i+1)))
	}
	s, err := r.inferred()
	if err != nil {
		return video.States{}, err
	}
	q, p := s.At(i)
	return video.States{N: 1, D: s.D, Q: q, P: p}, nil
}
