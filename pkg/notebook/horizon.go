package notebook

import "hgn.local/pkg/figures"

// Horizon compares how far ahead runs see: it draws the error of forecasts beyond the last frame, up to 300 frames
// ahead, beside that of an observer who knows the physics and has fitted a state to equally noisy positions.
func Horizon(compared ...*Run) {
	cell(func() error {
		if len(compared) == 0 {
			return mistake("nb.Horizon needs a run, for example nb.Horizon(nb.Open(\"pendulum\"))")
		}
		var all []*figures.Run
		for _, r := range compared {
			if r == nil {
				return mistake("one of the runs of nb.Horizon is nil: open it with nb.Open")
			}
			if err := r.ofVideos(); err != nil {
				return err
			}
			all = append(all, r.drawn)
		}
		p, note, err := figures.Horizon(all...)
		return compared[0].showNoted("horizon", "Error of forecasts against how many frames ahead they are", p, note, err)
	})
}
