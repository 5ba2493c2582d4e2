package runs

import (
	"context"
	"errors"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
)

// TestTrajectories is the default number of trajectories simulated for testing.
const TestTrajectories = 200

// atOnce is the number of test videos in memory at once while a model is measured, so that the paper's 10 000 of 64
// pixels, 3.7 GB, need no more memory than a few hundred.
const atOnce = 500

// testSet holds the test trajectories of a run and makes their videos a part at a time.
type testSet struct {
	n    int
	part func(from, to int) (*dataset.Dataset, error) // trajectories from..to-1
}

// testSet returns the same trajectories as Test, in any number. Of data from a file there are those that were held out, of which
// it takes the first n, or all if n is 0.
func (s Source) testSet(ctx context.Context, n int) (testSet, error) {
	if s.Recipe == nil {
		set, err := s.Test(ctx, n)
		if err != nil {
			return testSet{}, err
		}
		if n > 0 {
			set = set.Subset(0, n)
		}
		return testSet{set.N, func(from, to int) (*dataset.Dataset, error) { return set.Subset(from, to), nil }}, nil
	}
	r := s.testRecipe(n)
	stream, err := r.Stream()
	if err != nil {
		return testSet{}, err
	}
	all, err := states(ctx, r, nil)
	if err != nil {
		return testSet{}, err
	}
	return testSet{all.N, func(from, to int) (*dataset.Dataset, error) {
		set := all.Subset(from, to)
		bytes := r.Frames * r.Size * r.Size * 3
		set.Size, set.Frames, set.Recipe = r.Size, make([]uint8, set.N*bytes), nil
		failed := make([]error, set.N)
		video.Parallel(set.N, func(i int) { failed[i] = stream.Video(from+i, set.Frames[i*bytes:][:bytes]) })
		return set, errors.Join(failed...)
	}}, nil
}

// testRecipe returns the recipe of n test trajectories, TestTrajectories if n is 0: the training set's with other
// random numbers.
func (s Source) testRecipe(n int) dataset.Recipe {
	r := *s.Recipe
	r.Seed ^= 0x7465737473657421 // different from every training set's seed
	if r.Trajectories = n; n == 0 {
		r.Trajectories = TestTrajectories
	}
	return r
}

// tinyFrames is the size of frames that are not used: the least that a recipe draws.
const tinyFrames = 4

// states simulates a recipe's trajectories for their states alone, which do not depend on the frame size.
func states(ctx context.Context, r dataset.Recipe, progress func(done, total int)) (*dataset.Dataset, error) {
	r.Size = tinyFrames
	return r.Generate(ctx, progress)
}
