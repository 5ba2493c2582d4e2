package runs

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/progress"
	"hgn.local/pkg/training"
)

// A search trains every candidate for searchSteps steps at most, with searchRestarts new beginnings at most, on the first two
// thirds of searchTrain videos, and scores it on searchTest others. A clip has searchLeast frames at least.
const (
	searchSteps    = 500
	searchRestarts = 2
	searchTrain    = 3000
	searchTest     = 100
	searchLeast    = 4
)

// searchable tells whether videos are long enough to be cut for a search.
func searchable(v video.Shape) bool { return searchClip(v.Frames) >= searchLeast }

// searchClip returns the number of frames, out of frames, that candidates see.
func searchClip(frames int) int { return frames * 2 / 3 }

// search is a Search in progress.
type search struct {
	*Search
	run     *Run
	device  *device.Device
	options Options
	params  hgn.Params
	train   video.Clips // the clips on which candidates are trained
	mean    []float32   // mean frame of these
	test    *dataset.Dataset
}

// toBeFound tells whether training is to resolve a latent.
func toBeFound(latent string) bool { return latent == searchLatent || latent == shapeLatent }

// settleLatent finds the latent of a run that has none yet, and stores it in the run. It returns the search, if the
// run has one. If it was interrupted, done is false, and the scores so far are kept.
func (r *Run) settleLatent(ctx context.Context, d *device.Device, data *TrainingData, o Options) (found *Search, done bool, err error) {
	p, notHGN := r.HGN()
	switch {
	case r.Searched != "":
		if _, err := os.Stat(filepath.Join(r.Dir, SearchFile)); os.IsNotExist(err) {
			return nil, true, nil // this run repeats one whose folder has the search
		}
		found, err = r.Search()
		return found, true, err
	case notHGN != nil || !toBeFound(p.Latent):
		return nil, true, nil
	}
	s := &search{run: r, device: d, options: o, params: p}
	if err := s.prepare(ctx, data); err != nil {
		return nil, false, err
	}
	s.say("the frames have %s dimensions and %d loops", dimensionText(s.Dimension), s.Loops)
	if p.Latent == searchLatent {
		done, err = s.tryAll(ctx)
	} else {
		s.Chosen, done = s.Candidates[0].Latent, true
	}
	if err != nil || !done {
		return s.Search, false, err
	}
	s.say("%s", s.Table())
	if err := r.keepSearch(s.Search); err != nil {
		return s.Search, false, err
	}
	chosen := r.Config
	chosen.Searched, p.Latent = p.Latent, s.Chosen
	chosen.Params = p
	if err := chosen.write(r.Dir); err != nil {
		return s.Search, false, err
	}
	r.Config = chosen
	return s.Search, true, nil
}

// tryAll trains and scores the candidates, and chooses one unless it is interrupted before that.
func (s *search) tryAll(ctx context.Context) (done bool, err error) {
	for i := range s.Candidates {
		c := &s.Candidates[i]
		if c.done() {
			continue
		}
		s.say("%d of %d: latent %s%s", i+1, len(s.Candidates), c.Latent, s.left())
		score, err := s.try(ctx, c, s.Steps)
		if err != nil || score == nil && c.Note == "" {
			return false, err
		}
		c.Score = score
		if err := s.run.keepSearch(s.Search); err != nil {
			return false, err
		}
	}
	for _, i := range s.finalists(s.params.Steps) {
		c := &s.Candidates[i]
		if c.Long != nil {
			continue
		}
		s.say("a closer look at latent %s, which is among the best: %d steps instead of %d", c.Latent, s.params.Steps, s.Steps)
		if c.Long, err = s.try(ctx, c, s.params.Steps); err != nil || c.Long == nil && c.Note == "" {
			return false, err
		}
		if err := s.run.keepSearch(s.Search); err != nil {
			return false, err
		}
	}
	if s.Chosen = s.choose(); s.Chosen == "" {
		return false, badinput.Errorf("none of the latents that were tried could be trained on %s: choose one by latent=, and a lower learning rate", s.run.Data)
	}
	return true, nil
}

// prepare loads the data and continues from the state in the run's folder.
func (s *search) prepare(ctx context.Context, data *TrainingData) (err error) {
	n := min(data.Clips.N, searchTrain)
	ids := make([]int, n)
	for i := range ids {
		ids[i] = i
	}
	whole, err := data.Clips.Load(ids...)
	if err != nil {
		return err
	}
	frames := searchClip(whole.Frames)
	s.train, s.mean = firstFrames(whole, frames), data.meanFrame()
	if s.test, err = s.run.Data.Test(ctx, searchTest); err != nil {
		return err
	}
	s.test = s.test.Subset(0, searchTest)
	if s.Search, err = s.run.Search(); err == nil && s.Frames == frames {
		return nil
	}
	dimension, loops := shapeOf(whole)
	s.Search = &Search{Frames: frames, Of: whole.Frames, Steps: min(searchSteps, s.params.Steps), Dimension: finite(dimension), Loops: loops, Candidates: proposed(dimension, loops)}
	if s.params.Latent == shapeLatent {
		s.Candidates = []Candidate{{Latent: suggested(wholeDimension(dimension), loops), Note: "as the shape of the frames says"}}
	}
	return s.run.keepSearch(s.Search)
}

// firstFrames returns the first frames of videos in memory.
func firstFrames(v video.Clips, frames int) video.Clips {
	shape := v.Shape
	shape.Frames = frames
	out := video.Clips{Shape: shape, N: v.N, Pixels: make([]uint8, 0, v.N*frames*v.Shape.Pixels())}
	for i := range v.N {
		out.Pixels = append(out.Pixels, v.Video(i)[:frames*v.Shape.Pixels()]...)
	}
	return out
}

// brief returns the parameters of a candidate's training. It allows few restarts: a latent that does not fit folds at
// every start.
func (s *search) brief(latent string, steps int) hgn.Params {
	p := s.params
	p.Latent, p.Steps = latent, steps
	p.FramesIn, p.Restarts = min(p.FramesIn, s.Frames), min(p.Restarts, searchRestarts)
	return p
}

// try trains one candidate for a number of steps and returns its score. Without a score, the candidate's note says why
// there is none; if it says nothing, the training was interrupted.
func (s *search) try(ctx context.Context, c *Candidate, steps int) (*metrics.Estimate, error) {
	m, err := hgn.New(s.device.Backend, s.brief(c.Latent, steps), s.train.Shape, s.mean)
	if err != nil {
		return nil, err
	}
	l, err := hgn.NewLearner(m, s.train)
	if err != nil {
		return nil, err
	}
	if s.options.Devices > 1 {
		if err := l.UseDevices(s.options.Devices); err != nil {
			return nil, err
		}
	}
	dir := filepath.Join(s.run.Dir, "search", strings.NewReplacer("*", "", ",", "_").Replace(c.Latent))
	if steps != s.Steps {
		dir += "_long"
	}
	done, err := training.Run(ctx, judged{&task{learner: l, model: m, steps: steps}, l},
		training.Options{Dir: dir, Model: s.run.Model, Resume: true, CheckpointEvery: s.options.Every, Observe: s.options.Observe})
	switch {
	case errors.Is(err, training.ErrDiverged):
		c.Note = "its training diverged"
		return nil, nil
	case err != nil || done.Interrupted:
		return nil, err
	}
	trained := time.Now()
	errs, err := continued(m, s.test)
	if err != nil {
		return nil, err
	}
	score := metrics.MeanInterval(errs)
	c.Seconds, c.Parameters = c.Seconds+done.Seconds+time.Since(trained).Seconds(), m.Parameters()
	if finite(score.Mean) == nil {
		c.Note = "its rollouts do not stay finite"
		return nil, nil
	}
	return &score, nil
}

// continued returns the errors of a model's predictions of the frames after those from which it infers its states,
// one for each video.
func continued(m *hgn.Model, s *dataset.Dataset) ([]float64, error) {
	seen := m.Video.Frames
	start, err := m.Infer(firstFrames(Videos(s), seen))
	if err != nil {
		return nil, err
	}
	states, err := m.Rollout(start, s.Dt, s.T-1-m.Anchor())
	if err != nil {
		return nil, err
	}
	var mse metrics.StepMSE
	for k, state := range states[seen-m.Anchor():] {
		frames, err := m.Draw(state)
		if err != nil {
			return nil, err
		}
		n := len(frames) / s.N
		for i := range s.N {
			mse.AddTo(i, k, frames[i*n:][:n], s.Frame(i, seen+k))
		}
	}
	return mse.PerTrajectory(), nil
}

// say reports the search's progress to the caller.
func (s *search) say(format string, args ...any) {
	if s.options.Say != nil {
		s.options.Say(format, args...)
	}
}

// left estimates how long the remaining candidates will take, if that is known.
func (s *search) left() string {
	seconds, known, open := 0.0, 0, 0
	for _, c := range s.Candidates {
		if c.Score != nil {
			seconds, known = seconds+c.Seconds, known+1
		} else if !c.done() {
			open++
		}
	}
	if known == 0 {
		return ""
	}
	return ", about " + progress.Duration(time.Duration(seconds/float64(known)*float64(open)*float64(time.Second))) + " left for the search"
}
