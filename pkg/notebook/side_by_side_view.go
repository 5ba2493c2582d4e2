package notebook

import (
	"fmt"
	"math"
	"strings"
	"time"

	"hgn.local/pkg/figures"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/training"
)

const altOfAll = "Errors of several trainings on common axes, and what each has learned"

// textOfAll says how far each training is that has not ended, and what is left for all. The caller holds the lock.
func (l *live) textOfAll() string {
	var parts []string
	if left := l.leftOfAll(); left != "" {
		parts = append(parts, left)
	}
	for _, w := range l.parts {
		if text := w.now(); !w.over && text != "" {
			parts = append(parts, w.run.drawn.Label+": "+text)
		}
	}
	return strings.Join(parts, " | ")
}

// leftOfAll says how long all the trainings will take. They take turns, so that it is the sum of what each needs. The caller
// holds the lock.
func (l *live) leftOfAll() string {
	var left time.Duration
	going := 0
	for _, w := range l.parts {
		switch {
		case w.over:
			continue
		case w.left == 0:
			return ""
		}
		going++
		left += w.left
	}
	switch going {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("%s left", left.Round(time.Second))
	case 2:
		return fmt.Sprintf("%s left for both", left.Round(time.Second))
	}
	return fmt.Sprintf("%s left for all %d", left.Round(time.Second), going)
}

// pictureOfAll draws the curves of all trainings, whose logs are empty before their first steps, and their examples below.
func (l *live) pictureOfAll(status string, logs []training.Log) (*plots.Picture, error) {
	var all []*Run
	for _, w := range l.parts {
		all = append(all, w.run)
	}
	series, unit, err := figures.TrainingSeries(drawn(all), logs)
	if err != nil {
		return nil, err
	}
	chart := plots.Chart{Title: l.title, X: "step", Y: unit, Width: 860, Height: liveHeight}
	if status != "" {
		chart.Title += ", " + status
	}
	var examples *plots.Picture
	if all[0].OfDensity() {
		l.pointChart(&chart, series)
		examples, err = l.pointsOfAll()
	} else {
		l.videoChart(&chart)
		examples, err = l.filmsOfAll()
	}
	if err != nil {
		return nil, err
	}
	if len(series) == 0 {
		if examples == nil {
			return plots.Live{Title: l.title, Status: status}.Picture()
		}
		return examples, nil
	}
	curves, err := plots.Curves(chart, series...)
	if err != nil || examples == nil {
		return curves, err
	}
	return plots.Grid(1, curves, examples)
}

// same tells whether part i learns from the same data as the first.
func (l *live) same(i int) bool { return l.parts[i].run.Data.Same(l.parts[0].run.Data) }

// allSame tells whether all parts do.
func (l *live) allSame() bool {
	for i := range l.parts {
		if !l.same(i) {
			return false
		}
	}
	return true
}

// videoChart prepares the chart of errors of videos.
func (l *live) videoChart(chart *plots.Chart) {
	chart.LogY = true
	if first := l.parts[0].scene.(*videoScene); chart.Y == figures.PixelError && l.allSame() {
		chart.References = figures.BaselineMarks(first.mean, first.floor)
	}
}

// filmsOfAll draws test videos above their reconstructions, or returns nil while there are none.
func (l *live) filmsOfAll() (*plots.Picture, error) {
	var films []plots.Film
	for i, w := range l.parts {
		shown := w.scene.(*videoScene).learned()
		if shown == nil {
			continue
		}
		target, learned := shown[0], shown[1]
		learned.Label = w.run.drawn.Label
		if !l.allSame() {
			target.Label = "target of " + w.run.drawn.Label
		}
		if len(films) == 0 || !l.same(i) {
			films = append(films, target)
		}
		films = append(films, learned)
	}
	if films == nil {
		return nil, nil
	}
	return plots.FilmStrip(plots.Strip{Size: l.parts[0].scene.(*videoScene).test.Size}, films...)
}

// pointChart prepares the chart of losses of densities, without values that are far away.
func (l *live) pointChart(chart *plots.Chart, series []plots.Series) {
	chart.Y, chart.MinSpanY = chart.Y+" / nats", 0.1
	for i := range series {
		series[i].Y = within(series[i].Y)
	}
	if first := l.parts[0].scene.(*pointScene); l.allSame() && !math.IsNaN(first.floor) {
		chart.References = []plots.Mark{{At: first.floor, Label: "entropy"}}
	}
}

// pointsOfAll draws points of the targets and of the models, or returns nil if there are none.
func (l *live) pointsOfAll() (*plots.Picture, error) {
	var clouds []*plots.Picture
	add := func(s *pointScene, title string, points []float64) error {
		cloud, err := s.cloud(title, points)
		clouds = append(clouds, cloud)
		return err
	}
	for i, w := range l.parts {
		s := w.scene.(*pointScene)
		if s.target == nil {
			continue
		}
		if i == 0 || !l.same(i) {
			if err := add(s, "Points of "+s.target.Name, s.target.Points); err != nil {
				return nil, err
			}
		}
		if points := s.learned(); points != nil {
			if err := add(s, w.run.drawn.Label, points); err != nil {
				return nil, err
			}
		}
	}
	if clouds == nil {
		return nil, nil
	}
	return plots.Grid(min(len(clouds), 3), clouds...)
}
