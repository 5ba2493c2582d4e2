package runs

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
)

const (
	verdictVideos  = 60  // the largest number on which a verdict rests
	verdictLeast   = 20  // with fewer test videos it rests on training videos too, which make up this number
	verdictLooks   = 300 // training videos that are looked through for one that begins alike
	verdictPredict = 8   // steps that fit the state of another video to the first frames of one
	verdictHalves  = 5   // steps that fit the state of a whole video to a half of it
	verdictLatent  = 16  // larger latents are not fitted
)

// Verdict says in one sentence whether the videos of a trained run show a Hamiltonian system, with the evidence. The
// sentence is empty for models of other kinds, and for latents too large to fit states.
func (r *Run) Verdict(ctx context.Context, d *device.Device) (string, *Evidence, error) {
	if r.OfDensity() {
		return "", nil, nil
	}
	m, _, err := r.Load(d)
	if err != nil {
		return "", nil, err
	}
	v, ok := m.(video.Model)
	if !ok {
		return "", nil, nil
	}
	test, err := r.Data.testSet(ctx, verdictVideos)
	if err != nil {
		return "", nil, err
	}
	train, err := r.Data.Sample(ctx, verdictLooks)
	if err != nil {
		return "", nil, err
	}
	return r.Data.verdict(ctx, v, test, train)
}

// verdict returns the verdict with its evidence, or nothing for models of other kinds.
func (s Source) verdict(ctx context.Context, m video.Model, test testSet, train *dataset.Dataset) (string, *Evidence, error) {
	e, err := s.judge(ctx, m, test, train)
	if err != nil || e == nil {
		return "", nil, err
	}
	return e.Verdict(), e, nil
}

// judge collects the evidence on test videos; train holds some training videos.
func (s Source) judge(ctx context.Context, model video.Model, t testSet, train *dataset.Dataset) (*Evidence, error) {
	m, ok := model.(*hgn.Model)
	if !ok || m.Latent().Dim() > verdictLatent {
		return nil, nil
	}
	test, err := t.part(0, min(t.n, verdictVideos))
	if err != nil {
		return nil, err
	}
	if test.N < 1 || train.N < 1 || test.T < 6 {
		return nil, nil
	}
	e := &Evidence{Videos: test.N, Cuts: []FilmCut{}, Seen: test.T * 2 / 3}
	codes, trainCodes := pictureCodes(test), pictureCodes(train)
	first := 0
	if s.File != "" {
		if first, err = s.Trajectories(ctx); err != nil {
			return nil, err
		}
	}
	e.addCuts(test, codes, first)
	if test.N < verdictLeast {
		more := train.Subset(0, verdictLeast-test.N)
		e.Videos, e.Training = e.Videos+more.N, more.N
		e.addCuts(more, trainCodes[:more.N], 0)
		test, codes = joined(more, test), append(slices.Clone(trainCodes[:more.N]), codes...)
	}
	memory, errors := metrics.Memory(append(slices.Clone(codes), trainCodes[e.Training:]...)) // no model has a part in it
	e.Memory, e.MemoryErrors = finite(memory), finite(errors)
	clips := Videos(test)
	start, err := alike(m, Videos(train), trainCodes, codes, e.Seen)
	if err != nil {
		return nil, err
	}
	if start, err = m.Give(clips, start); err != nil {
		return nil, err
	}
	if err := e.predict(m, clips, start, train.MeanFrame()); err != nil {
		return nil, err
	}
	if err := e.energies(m, clips); err != nil {
		return nil, err
	}
	e.decide()
	return e, nil
}

func (e *Evidence) addCuts(s *dataset.Dataset, codes [][][]float64, first int) {
	cuts, cut := cutsIn(s, codes, first)
	e.Cuts, e.CutVideos = append(e.Cuts, cuts...), e.CutVideos+cut
}

// joined returns the videos of two sets of one shape.
func joined(a, b *dataset.Dataset) *dataset.Dataset {
	return &dataset.Dataset{N: a.N + b.N, T: a.T, Size: a.Size, Dt: a.Dt, Frames: slices.Concat(a.Frames, b.Frames), Vary: a.Vary, Varied: slices.Concat(a.Varied, b.Varied)}
}

// alike returns, for each video, the encoder's state for the training video whose first frames look most like its
// own. The rest of the video has no part in it. A training video is not its own likeness.
func alike(m *hgn.Model, train video.Clips, trainCodes, codes [][][]float64, seen int) (video.States, error) {
	known, err := m.Encode(train)
	if err != nil {
		return video.States{}, err
	}
	out := video.NewStates(len(codes), known.D)
	video.Parallel(len(codes), func(i int) {
		best, least := 0, math.Inf(1)
		for j, other := range trainCodes {
			distance := 0.0
			for t := range seen {
				distance += math.Pow(floats.Distance(other[t], codes[i][t], 2), 2)
			}
			if distance < least && (distance > 0 || len(trainCodes) == 1) {
				best, least = j, distance
			}
		}
		q, p := known.At(best)
		toQ, toP := out.At(i)
		copy(toQ, q)
		copy(toP, p)
	})
	return out, nil
}

// predict compares frames from Seen on with their predictions.
func (e *Evidence) predict(m *hgn.Model, v video.Clips, start video.States, meanFrame []float64) error {
	fitted, err := m.RefineTo(v, start, 0, e.Seen, verdictPredict)
	if err != nil {
		return err
	}
	states, err := m.RolloutFromAnchor(fitted)
	if err != nil {
		return err
	}
	own, still, mean := make([]float64, v.N), make([]float64, v.N), make([]float64, v.N)
	pixels := v.Shape.Pixels()
	for t := e.Seen; t < v.Frames; t++ {
		frames, err := m.Draw(states[t])
		if err != nil {
			return err
		}
		video.Parallel(v.N, func(i int) {
			last := v.Frame(i, e.Seen-1)
			for k, y := range v.Frame(i, t) {
				x := float64(video.Unit[y])
				own[i] += squareOf(float64(frames[i*pixels+k]) - x)
				still[i] += squareOf(float64(video.Unit[last[k]]) - x)
				mean[i] += squareOf(meanFrame[k] - x)
			}
		})
	}
	trivial := still
	if floats.Sum(mean) < floats.Sum(still) {
		trivial = mean
	}
	share := metrics.RatioInterval(own, trivial)
	if finite(share.Mean) != nil {
		e.Predicted = &share
	}
	return nil
}

func squareOf(x float64) float64 { return x * x }

// energies compares the learned energy of the two halves of videos, or describes the friction of a model that has any.
func (e *Evidence) energies(m *hgn.Model, v video.Clips) error {
	has, err := m.HasFriction()
	if err != nil || !m.HasEnergy() {
		return err
	}
	if has {
		profile, err := m.ProfileDamping(v)
		if err != nil {
			return err
		}
		rate, err := m.Damping()
		e.Rate, e.RateEvidence = finite(rate), finite(profile.Evidence)
		return err
	}
	whole, err := m.Infer(v)
	if err != nil {
		return err
	}
	states, err := m.RolloutFromAnchor(whole)
	if err != nil {
		return err
	}
	rest := math.Inf(1)
	for _, s := range states {
		_, potential, err := m.Energies(s)
		if err != nil {
			return err
		}
		for _, x := range potential {
			rest = min(rest, float64(x))
		}
	}
	var halves [2][]float64
	for k, part := range [][2]int{{0, v.Frames / 2}, {v.Frames / 2, v.Frames}} {
		s, err := m.RefineTo(v, whole, part[0], part[1], verdictHalves)
		if err != nil {
			return err
		}
		kinetic, potential, err := m.Energies(s)
		if err != nil {
			return err
		}
		for i := range kinetic {
			halves[k] = append(halves[k], float64(kinetic[i])+float64(potential[i])-rest)
		}
	}
	e.compare(halves[0], halves[1])
	return nil
}

// compare fills in the change of energy from before to after, of each video.
func (e *Evidence) compare(before, after []float64) {
	var changes []float64
	falls := 0.0
	for i := range before {
		change := (after[i] - before[i]) / ((after[i] + before[i]) / 2)
		if finite(change) == nil {
			continue
		}
		if changes = append(changes, change); after[i] < before[i] {
			falls++
		}
	}
	n := float64(len(changes))
	if n < 2 {
		return
	}
	slices.Sort(changes)
	falls /= n
	errors := math.Abs(falls-0.5) / math.Sqrt(0.25/n)
	e.Energy, e.Falls, e.EnergyErrors = &changes[len(changes)/2], &falls, &errors
}
