package notebook

import (
	"testing"

	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// still is a view of a training that counts how often its example is renewed.
type still struct {
	trainingView
	renewed, drawn int
}

func (s *still) renew(runs.Model) error { s.renewed++; return nil }

func (s *still) picture(string, string, training.Log) (*plots.Picture, error) {
	s.drawn++
	return plots.Panels("", 1, plots.Panel{Points: []float64{0, 0, 1, 1}})
}

func (s *still) alt() string { return "" }

// A training that was broken off is shown as it is, for a kernel does not wait until its example is new.
func TestBrokenOffTrainingIsNotRenewed(t *testing.T) {
	runsHere(t)
	must(t, inCell(t, func() {
		run := Train("tiny", tiny(), tinyData())
		for _, c := range []struct {
			end     func(*watched) error
			renewed int
		}{
			{func(w *watched) error { w.breakOff("interrupted", "in a test"); return nil }, 0},
			{func(w *watched) error { return w.finish("done") }, 1},
		} {
			scene := &still{}
			view := &live{folder: run.Dir, name: "training", quit: make(chan struct{})}
			w := &watched{view: view, run: run, scene: scene}
			view.parts = []*watched{w}
			if w.model, _, _ = run.drawn.Loaded(); w.model == nil {
				t.Fatal("no model")
			}
			err := c.end(w)
			if drawn := view.end(); err != nil || drawn != nil || scene.renewed != c.renewed || scene.drawn != 1 {
				t.Errorf("renewed %d times, not %d, and drawn %d times: %v, %v", scene.renewed, c.renewed, scene.drawn, err, drawn)
			}
		}
	}))
}
