package notebook

import (
	"fmt"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// trained displays the curve, and a test video beside its reconstruction.
func (s *videoScene) trained() error {
	if err := s.showCurve(); err != nil {
		return err
	}
	m, _, err := s.run.drawn.Loaded()
	if err != nil {
		return err
	}
	if _, ok := m.(video.Model); !ok {
		return nil
	}
	return s.run.showReconstruction(0)
}

func (s *videoScene) measures(short bool) error { return s.run.showMeasures(short) }

// showCurve displays the error over the training.
func (s *videoScene) showCurve() error {
	p, err := s.run.drawn.TrainingCurve()
	if err != nil {
		return err
	}
	return showPicture(s.run.Dir, "curve", "Loss curve of the training", p)
}

// showReconstruction compares test video i with the model's reconstruction of it.
func (r *Run) showReconstruction(i int) error {
	m, test, err := r.ready()
	if err != nil {
		return err
	}
	one := test.Subset(i, i+1)
	start, err := r.drawn.InitialState(i)
	if err != nil {
		return err
	}
	rolled, err := runs.Roll(m, start, one.Dt, one.T-1)
	if err != nil {
		return err
	}
	learned := (&figures.Rollout{Rollout: rolled}).Learned()
	p, err := plots.Compare(plots.Strip{Title: fmt.Sprintf("Test video %d", i), Size: one.Size, Times: figures.Times(one.T, one.Dt)}, figures.Frames(one, 0), learned, 2)
	if err != nil {
		return err
	}
	return showPicture(r.Dir, "reconstruction", "A test video, its reconstruction, and how far they are apart", p)
}
