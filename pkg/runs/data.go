package runs

import (
	"context"
	"fmt"
	"path/filepath"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset"
)

// Source says where the videos of a run come from: a simulation, which is repeated whenever the data
// are needed, or a file.
type Source struct {
	Recipe *dataset.Recipe `json:"recipe,omitempty"` // of the training set
	File   string          `json:"file,omitempty"`   // .npz, absolute path; the last tenth is held out for testing
	Digest string          `json:"digest,omitempty"` // of the file's contents, to notice another file in its place
	Shape  *video.Shape      `json:"shape,omitempty"`  // of the file's videos
}

// Simulated is the data of a system as the paper has it (30 frames, dt 0.125, the system's own noise),
// at 32 x 32 pixels.
func Simulated(system string) Source {
	return Source{Recipe: &dataset.Recipe{System: system, Trajectories: 5000, Frames: 30, Size: 32, Dt: 0.125, Noise: -1, Seed: 1}}
}

// FromFile is the data of a .npz file.
func FromFile(path string) (Source, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return Source{}, err
	}
	set, err := dataset.Load(abs)
	if err != nil {
		return Source{}, err
	}
	if set.N < 2 {
		return Source{}, badinput.Errorf("%s holds %d video: at least 2 are needed, one of them to test on", path, set.N)
	}
	return Source{File: abs, Digest: set.Fingerprint(), Shape: &video.Shape{Frames: set.T, Size: set.Size, Dt: set.Dt}}, nil
}

// System is the name of the simulated system, "" where the data are a file.
func (s Source) System() string {
	if s.Recipe != nil {
		return s.Recipe.System
	}
	return ""
}

func (s Source) String() string {
	if s.Recipe != nil {
		return fmt.Sprintf("%d simulated %s trajectories", s.Recipe.Trajectories, s.Recipe.System)
	}
	return s.File
}

func (s Source) video() (video.Shape, error) {
	switch {
	case s.Recipe != nil && s.File == "":
		return video.Shape{Frames: s.Recipe.Frames, Size: s.Recipe.Size, Dt: s.Recipe.Dt}, nil
	case s.File != "" && s.Shape != nil:
		return *s.Shape, nil
	}
	return video.Shape{}, badinput.Errorf("a run needs data: a simulation or a file")
}

// testTrajectories is the size of a simulated test set.
const testTrajectories = 200

// Train returns the training set. progress may be nil.
func (s Source) Train(ctx context.Context, progress func(done, total int)) (*dataset.Set, error) {
	if s.Recipe != nil {
		return s.Recipe.Generate(ctx, progress)
	}
	train, _, err := s.load()
	return train, err
}

// Test returns the held-out set: other trajectories of the same simulation, or the file's last tenth.
func (s Source) Test(ctx context.Context) (*dataset.Set, error) {
	if s.Recipe != nil {
		r := *s.Recipe
		r.Seed ^= 0x7465737473657421 // no training set's seed
		r.Trajectories = testTrajectories
		return r.Generate(ctx, nil)
	}
	_, test, err := s.load()
	return test, err
}

func (s Source) load() (train, test *dataset.Set, err error) {
	set, err := dataset.Load(s.File)
	if err != nil {
		return nil, nil, err
	}
	if set.Fingerprint() != s.Digest {
		return nil, nil, badinput.Errorf("%s is no longer the file that this run was started on: restore it, or start a new run", s.File)
	}
	train, test = set.Split(max(0.1, 1/float64(set.N)))
	return train, test, nil
}

// Videos are the frames of a set, as the model takes them.
func Videos(s *dataset.Set) video.Clips {
	return video.Clips{Shape: video.Shape{Frames: s.T, Size: s.Size, Dt: s.Dt}, N: s.N, Pixels: s.Frames}
}
