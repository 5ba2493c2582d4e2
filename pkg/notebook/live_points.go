package notebook

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// pointScene shows a training on points: the loss, which is minus the bound on log p, as it falls towards the entropy
// of the target (if that is known), and points that the model draws beside points of the target.
type pointScene struct {
	run    *Run
	target *figures.Surface // nil of an energy that is not of the plane, of whose density nobody has points
	floor  float64          // the entropy of the target; NaN if it is not known

	mu    sync.Mutex // guards drawn
	drawn []float64  // points drawn by the model, [n, dim]
}

func newPointScene(r *Run) (*pointScene, error) {
	if r.Data.Density.Unseen() {
		return &pointScene{run: r, floor: math.NaN()}, nil
	}
	target, err := r.drawn.Target()
	if err != nil {
		return nil, err
	}
	s := &pointScene{run: r, target: target, floor: math.NaN()}
	if target.Exact != nil {
		s.floor = target.Entropy()
	}
	return s, nil
}

func (s *pointScene) getting() string {
	if s.run.Data.Density.Energy {
		return "computing the energy where the flow begins"
	}
	if s.run.Data.Density.Points == 0 {
		return "reading the training points"
	}
	return "drawing the training points"
}

func (s *pointScene) describe(e training.Event) string {
	text := progressOf(e)
	if loss, ok := e.Smoothed["loss"]; ok {
		text += fmt.Sprintf("; loss %.3f nats", loss)
		if !math.IsNaN(s.floor) {
			text += fmt.Sprintf(" of %.3f", s.floor)
		}
	}
	return text
}

func (s *pointScene) alt() string {
	return "Loss curve of the training, points of the target, and points that the model draws"
}

// renew draws points from the model.
func (s *pointScene) renew(trained runs.Model) error {
	m, ok := trained.(points.Model)
	if !ok {
		return mistake("the run %q is of a model that draws no points", s.run.Name())
	}
	m, err := s.run.Data.Density.Drawing(m)
	if err != nil {
		return err
	}
	x, err := m.Sample(1, liveSamples)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drawn = x.X
	return nil
}

const (
	liveHeight  = 330 // height of the curve, as high as the panels beside it
	liveSamples = 1000
)

// learned returns the points that the model has drawn, or nil while there are none.
func (s *pointScene) learned() []float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.drawn
}

func (s *pointScene) picture(title, status string, log training.Log) (*plots.Picture, error) {
	drawn := s.learned()
	if s.target == nil {
		if len(log.Steps) == 0 {
			x := prior.Normal{D: 2, Scale: 1}.Sample(rand.New(rand.NewPCG(1, 0)), liveSamples)
			return plots.Panels(title, 1, plots.Panel{Title: "The flow begins as a normal density", Points: x, Low: [2]float64{-4, -4}, High: [2]float64{4, 4}})
		}
		return s.curve(title, log, 780, liveHeight)
	}
	target, err := s.cloud("Points of the target", s.target.Points)
	if err != nil {
		return nil, err
	}
	pictures := []*plots.Picture{}
	if len(log.Steps) > 0 {
		curve, err := s.curve(title, log, 380, liveHeight)
		if err != nil {
			return nil, err
		}
		pictures = append(pictures, curve)
	}
	pictures = append(pictures, target)
	if drawn != nil {
		learned, err := s.cloud("Points of the model", drawn)
		if err != nil {
			return nil, err
		}
		pictures = append(pictures, learned)
	}
	return plots.Grid(0, pictures...)
}

// cloud draws points; points on the line become a curve of their density.
func (s *pointScene) cloud(title string, rows []float64) (*plots.Picture, error) {
	if s.target.Dim > 1 {
		return plots.Panels("", 1, plots.Panel{Title: title, Points: s.target.Dots(rows[:min(len(rows), liveSamples*s.target.Dim)]), Low: s.target.Low, High: s.target.High})
	}
	x, y, err := (&figures.Surface{Low: s.target.Low, High: s.target.High, Points: rows}).Line()
	if err != nil {
		return nil, err
	}
	return plots.Curves(plots.Chart{Title: title, X: "q", Y: "density", Width: 300, Height: liveHeight}, plots.Series{X: x, Y: y})
}

// curve draws the loss.
func (s *pointScene) curve(title string, log training.Log, width, height float64) (*plots.Picture, error) {
	chart := plots.Chart{Title: title, X: "step", Y: "loss / nats", Width: width, Height: height, MinSpanY: 0.1}
	if !math.IsNaN(s.floor) {
		chart.References = []plots.Mark{{At: s.floor, Label: "entropy"}}
	}
	series := []plots.Series{{Name: "training batches", X: log.Steps, Y: within(log.Losses["loss"]), Smooth: true}}
	if len(log.HeldOut.Steps) > 0 {
		series = append(series, plots.Series{Name: s.run.HeldOutName(), X: log.HeldOut.Steps, Y: within(log.HeldOut.Values)})
	}
	return plots.Curves(chart, series...)
}

// beginning is the share of a training in which the loss falls so fast that its later course would be invisible on
// the same scale.
const beginning = 0.02

// within replaces by NaN the values of a curve that belong to its beginning or to single steps, and that are higher
// than all but a few of the rest.
func within(values []float64) []float64 {
	sorted := slices.DeleteFunc(slices.Clone(values[int(beginning*float64(len(values))):]), math.IsNaN)
	if len(sorted) == 0 {
		return values
	}
	slices.Sort(sorted)
	low, most := sorted[0], sorted[(len(sorted)-1)*99/100]
	out := slices.Clone(values)
	for i, v := range out {
		if !(v > most+0.5*(most-low)) {
			continue
		}
		out[i] = math.NaN()
		if i < len(out)/20 { // and the values before it, or the curve would begin in pieces
			for j := range i {
				out[j] = math.NaN()
			}
		}
	}
	return out
}
