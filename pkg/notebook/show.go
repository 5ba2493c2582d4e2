package notebook

import (
	"fmt"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// Show displays what it is given: data as a film strip of some videos; a run as its loss curve, a reconstruction and its
// measures; a rollout as a film strip; a picture of package plots as it is; a string as Markdown.
func Show(things ...any) {
	cell(func() error {
		for _, thing := range things {
			if err := show(thing); err != nil {
				return err
			}
		}
		return nil
	})
}

func show(thing any) error {
	switch x := thing.(type) {
	case interface{ show() error }:
		return x.show()
	case *plots.Picture:
		return showPicture(Folder(), "picture", "Picture", x)
	case string:
		showMarkdown(x)
		return nil
	}
	return mistake("nb.Show cannot show a %T: give it data, a run, a rollout, a picture of package plots or text", thing)
}

// show displays how the training went and what came out.
func (r *Run) show() error {
	if err := r.showCurve(); err != nil {
		return err
	}
	if err := r.load(); err != nil {
		return err
	}
	if _, ok := r.model.(video.Model); ok {
		if err := r.showReconstruction(0); err != nil {
			return err
		}
	}
	return r.showMeasures(true)
}

// showCurve draws the error over the training, earlier attempts included.
func (r *Run) showCurve() error {
	log, err := training.ReadLog(r.Dir)
	if err != nil {
		return err
	}
	test, err := r.tested()
	if err != nil {
		return err
	}
	mean, floor, err := yardsticks(test)
	if err != nil {
		return err
	}
	name, values, pixels := errorsOf(log.Curve)
	series := []plots.Series{{Name: "training batches", X: log.Steps, Y: values, Smooth: true}}
	for i, c := range log.Earlier {
		_, values, _ := errorsOf(c)
		series = append(series, plots.Series{Name: fmt.Sprintf("attempt %d, given up", i+1), X: c.Steps, Y: values, Smooth: true})
	}
	chart := plots.Chart{Title: "Training " + r.Name(), X: "step", Y: name, LogY: true, Height: 300, Markers: marks(r.Params, runs.Videos(test).Shape)}
	if pixels {
		chart.References = []plots.Mark{{At: mean * perMSE, Label: "mean frame"}}
	}
	if pixels && floor > 0 {
		chart.References = append(chart.References, plots.Mark{At: floor * perMSE, Label: "noise floor"})
	}
	p, err := plots.Curves(chart, series...)
	if err != nil {
		return err
	}
	return showPicture(r.Dir, "curve", "Loss curve of the training", p)
}

// showReconstruction compares test video i with what the model makes of it.
func (r *Run) showReconstruction(i int) error {
	m, test, err := r.ready()
	if err != nil {
		return err
	}
	one := test.Subset(i, i+1)
	start, err := r.start(i)
	if err != nil {
		return err
	}
	rolled, err := runs.Roll(m, start, one.Dt, one.T-1)
	if err != nil {
		return err
	}
	learned := (&Rollout{Rollout: rolled}).Learned()
	p, err := plots.Compare(plots.Strip{Title: fmt.Sprintf("Test video %d", i), Size: one.Size, Times: times(one.T, one.Dt)}, frames(one, 0), learned, 2)
	if err != nil {
		return err
	}
	return showPicture(r.Dir, "reconstruction", "A test video, its reconstruction, and how far they are apart", p)
}
