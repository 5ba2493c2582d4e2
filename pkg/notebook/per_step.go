package notebook

import "hgn.local/pkg/figures"

// PerStep compares the pixel error of runs frame by frame, for the first training and test videos (Toth et al. 2020,
// Figure 6) and for means over many. Dotted lines show the error of always showing the mean frame and the noise
// floor, if all runs have the same. It measures runs that have not been measured yet.
func PerStep(compared ...*Run) {
	cell(func() error { return perStep(compared) })
}

func perStep(compared []*Run) error {
	if len(compared) == 0 {
		return mistake("nb.PerStep needs runs, for example nb.PerStep(nb.Open(\"leapfrog\"), nb.Open(\"euler\"))")
	}
	var measured []figures.Measured
	for _, r := range compared {
		if r == nil {
			return mistake("one of the runs of nb.PerStep is nil: open it with nb.Open")
		}
		report, err := r.measured()
		if err != nil {
			return err
		}
		measured = append(measured, figures.Measured{Name: r.drawn.Label, Report: report})
	}
	p, err := figures.PerStep(measured...)
	if err != nil {
		return err
	}
	return showPicture(Folder(), "per_step", "Pixel error of each frame, of one video and the mean of many, in training and in test", p)
}
