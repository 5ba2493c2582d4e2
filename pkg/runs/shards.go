package runs

import (
	"context"
	"path/filepath"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset/shards"
)

// FromShards describes the data set in a folder of shards. Training reads its videos one by one; test data are simulated
// by its recipe, as for Simulated.
func FromShards(dir string) (Source, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Source{}, err
	}
	f, err := shards.Open(abs)
	if err != nil {
		return Source{}, err
	}
	defer f.Close()
	r := f.Recipe
	return Source{Recipe: &r, Shards: abs, Digest: f.Digest()}, nil
}

// sharded opens the training data of a folder of shards, for as long as the process lives.
func (s Source) sharded(ctx context.Context) (TrainingData, error) {
	var open *shards.Folder
	_, err := moved(s.near, s.Shards, "shards", func(dir string) (same bool, err error) {
		index, err := shards.ReadIndex(dir)
		if err != nil || index.Digest() != s.Digest {
			return false, err
		}
		open, err = shards.Open(dir)
		return err == nil, err
	})
	if err != nil {
		return TrainingData{}, err
	}
	shape, err := s.Shape()
	if err != nil {
		return TrainingData{}, err
	}
	stream, err := open.Recipe.Stream()
	if err != nil {
		return TrainingData{}, err
	}
	first, err := s.Sample(ctx, meanFrameOf)
	return TrainingData{Clips: video.Clips{Shape: shape, N: open.Len(), Make: open.Video, Given: given(stream.Constants())}, first: first}, err
}
