package runs

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"

	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/targets"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset"
)

// Source says where a run's data come from: a simulation, or files.
type Source struct {
	Recipe *dataset.Recipe        `json:"recipe,omitempty"` // of the training set
	File   string                 `json:"file,omitempty"`   // absolute path of a .npz, film, GIF, animated PNG, or folder of these or of PNGs; a tenth is held out for testing
	Import *dataset.ImportOptions `json:"import,omitempty"` // how to read the file
	Shards string                 `json:"shards,omitempty"` // absolute path of a folder that holds the recipe's videos, see package shards
	Digest string                 `json:"digest,omitempty"` // of the contents, to detect that the files have changed
	Videos *video.Shape           `json:"shape,omitempty"`  // shape of the file's videos

	Density *Density `json:"density,omitempty"` // points from which to learn a density, instead of videos

	Remarks []string `json:"remarks,omitempty"` // what FromFiles did to frames that were not as they should be, and what is odd about points, in sentences

	near string // the run folder, see moved
}

// Same tells whether two runs have the same data.
func (s Source) Same(other Source) bool {
	a, errA := json.Marshal(s)
	b, errB := json.Marshal(other)
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

// Simulated describes the usual data of a system: 5000 training trajectories of 30 frames at 32 x 32
// pixels, with the paper's noise and dt.
func Simulated(system string) Source {
	return Source{Recipe: &dataset.Recipe{System: system, Trajectories: 5000, Frames: 30, Size: 32, Dt: 0.125, Noise: -1, Seed: 1}}
}

// SimulatedFor is Simulated with the data for which a preset is made: the paper's data are 50 000 trajectories of 64
// pixels or, for "paper32", of 32.
func SimulatedFor(system, preset string) Source {
	s := Simulated(system)
	switch preset {
	case "paper":
		s.Recipe.Trajectories, s.Recipe.Size = paperTrajectories, 64
	case "paper32":
		s.Recipe.Trajectories = paperTrajectories
	}
	return s
}

const paperTrajectories = 50_000

// FromFiles describes the videos of a file or folder; see dataset.Import.
func FromFiles(ctx context.Context, path string, o dataset.ImportOptions) (Source, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return Source{}, err
	}
	set, digest, err := imported(ctx, abs, o)
	if err != nil {
		return Source{}, err
	}
	if err := set.CheckMotion(path); err != nil {
		return Source{}, err
	}
	if train, test := set.Split(heldOut(set)); train.N == 0 || test.N == 0 {
		return Source{}, badinput.Errorf("%s gives %d videos of %d frames, too few to train on some and test on others: add videos, or cut long ones into clips by a smaller length and no overlap", path, set.N, set.T)
	}
	s := Source{File: abs, Digest: digest, Videos: &video.Shape{Frames: set.T, Size: set.Size, Dt: set.Dt}, Remarks: set.Remarks}
	if o != (dataset.ImportOptions{}) {
		s.Import = &o
	}
	return s, nil
}

// System returns the name of the simulated system, or "" for files.
func (s Source) System() string {
	if s.Recipe != nil {
		return s.Recipe.System
	}
	return ""
}

// String describes the source in a few words.
func (s Source) String() string {
	if s.Density != nil {
		return s.Density.String()
	}
	if s.Recipe != nil {
		text := fmt.Sprintf("%d simulated %s trajectories", s.Recipe.Trajectories, s.Recipe.System)
		if s.Recipe.Constants != "" {
			text += " with " + string(s.Recipe.Constants)
		}
		if s.Shards != "" {
			text += " in " + s.Shards
		}
		return text
	}
	return s.File
}

// Shape returns the shape of the videos.
func (s Source) Shape() (video.Shape, error) {
	switch {
	case s.Recipe != nil && s.File == "":
		return video.Shape{Frames: s.Recipe.Frames, Size: s.Recipe.Size, Dt: s.Recipe.Dt}, nil
	case s.File != "" && s.Videos != nil:
		return *s.Videos, nil
	}
	return video.Shape{}, badinput.Errorf("a run needs data: a simulation or a file")
}

// TrainingData is the data that a training sees.
type TrainingData struct {
	Clips video.Clips
	Set   *dataset.Dataset // the same with the states behind them; nil if the videos are too many for memory and made on demand
	first *dataset.Dataset // the first of them
	test  *dataset.Dataset // the held-out part of a file

	Points points.Points   // for a density
	energy *targets.Energy // instead of points
}

// meanFrameOf is the number of training trajectories over which the decoder's first picture, the mean frame, is
// taken.
const meanFrameOf = 500

// meanFrame returns the mean of the first frames that training sees, or nil without training data.
func (t *TrainingData) meanFrame() []float32 {
	if t == nil {
		return nil
	}
	mean := t.first.Subset(0, meanFrameOf).MeanFrame()
	out := make([]float32, len(mean))
	for i, v := range mean {
		out[i] = float32(v)
	}
	return out
}

// Train makes or loads the training data. More videos than dataset.MaxInMemory are simulated on demand instead.
func (s Source) Train(ctx context.Context, progress func(done, total int)) (TrainingData, error) {
	if s.Density != nil && s.Density.Energy {
		e, err := targets.Named(s.Density.Target)
		return TrainingData{energy: &e}, err
	}
	if s.Density != nil {
		x, err := s.Density.Train()
		return TrainingData{Points: x}, err
	}
	if s.Shards != "" {
		return s.sharded(ctx)
	}
	if s.Recipe != nil && s.Recipe.Bytes() > dataset.MaxInMemory {
		stream, err := s.Recipe.Stream()
		if err != nil {
			return TrainingData{}, err
		}
		shape, err := s.Shape()
		if err != nil {
			return TrainingData{}, err
		}
		first, err := s.Sample(ctx, meanFrameOf)
		return TrainingData{Clips: video.Clips{Shape: shape, N: stream.Len(), Make: stream.Video, Given: given(stream.Constants())}, first: first}, err
	}
	if s.Recipe == nil {
		set, test, err := s.load(ctx)
		if err != nil {
			return TrainingData{}, err
		}
		return TrainingData{Clips: Videos(set), Set: set, first: set, test: test}, nil
	}
	set, err := s.Recipe.Generate(ctx, progress)
	if err != nil {
		return TrainingData{}, err
	}
	return TrainingData{Clips: Videos(set), Set: set, first: set}, nil
}

// trainStates makes the training data of a model that learns from states: it makes no videos, so any number of
// trajectories fits into memory.
func (s Source) trainStates(ctx context.Context, progress func(done, total int)) (TrainingData, error) {
	if s.Recipe == nil {
		return TrainingData{}, badinput.Errorf("states are only known of a simulated system")
	}
	set, err := states(ctx, *s.Recipe, progress)
	return TrainingData{Set: set}, err
}

// all returns the training set in memory.
func (s Source) all(ctx context.Context, progress func(done, total int)) (*dataset.Dataset, error) {
	if s.Recipe != nil {
		return s.Recipe.Generate(ctx, progress)
	}
	train, _, err := s.load(ctx)
	return train, err
}

// Trajectories returns the number of training trajectories.
func (s Source) Trajectories(ctx context.Context) (int, error) {
	if s.Recipe != nil {
		return s.Recipe.Trajectories, nil
	}
	train, _, err := s.load(ctx)
	if err != nil {
		return 0, err
	}
	return train.N, nil
}

// Sample returns the first n training trajectories, or all if there are fewer.
func (s Source) Sample(ctx context.Context, n int) (*dataset.Dataset, error) {
	if s.Recipe != nil { // trajectory i does not depend on their number
		r := *s.Recipe
		r.Trajectories = min(n, r.Trajectories)
		return r.Generate(ctx, nil)
	}
	train, err := s.all(ctx, nil)
	if err != nil {
		return nil, err
	}
	return train.Subset(0, n), nil
}

// Test returns data that training has not seen: for a simulation, n trajectories of the same recipe with other random
// numbers, TestTrajectories if n is 0; for a file, the held-out part.
func (s Source) Test(ctx context.Context, n int) (*dataset.Dataset, error) {
	if s.Recipe != nil {
		r := s.testRecipe(n)
		if r.Bytes() > dataset.MaxInMemory {
			return nil, badinput.Errorf("%d test trajectories do not fit into memory: ask for fewer", r.Trajectories)
		}
		return r.Generate(ctx, nil)
	}
	_, test, err := s.load(ctx)
	return test, err
}

func (s Source) load(ctx context.Context) (train, test *dataset.Dataset, err error) {
	var o dataset.ImportOptions
	if s.Import != nil {
		o = *s.Import
	}
	var set *dataset.Dataset
	_, err = moved(s.near, s.File, "file", func(file string) (same bool, err error) {
		var digest string
		set, digest, err = imported(ctx, file, o)
		return err == nil && digest == s.Digest, err
	})
	if err != nil {
		return nil, nil, err
	}
	train, test = set.Split(heldOut(set))
	return train, test, nil
}

// heldOut returns the share of a file's videos that is kept for testing: a tenth, and at least one video.
func heldOut(s *dataset.Dataset) float64 { return max(0.1, 1/float64(max(1, s.N))) }

// given returns the constants that differ between the videos of a set, each scaled so that its range is from -1 to 1,
// for models that are told them; nil if none differ.
func given(s *dataset.Dataset) (out []float32) {
	names := s.Vary.Names()
	for i, x := range s.Varied {
		low, high := s.Vary.Of(names[i%len(names)])
		out = append(out, float32((2*x-low-high)/(high-low)))
	}
	return out
}

// Videos converts the frames of a set to the models' input.
func Videos(s *dataset.Dataset) video.Clips {
	return video.Clips{Shape: video.Shape{Frames: s.T, Size: s.Size, Dt: s.Dt}, N: s.N, Pixels: s.Frames, Given: given(s)}
}
