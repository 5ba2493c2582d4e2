package figures

import (
	"time"

	"hgn.local/pkg/plots"
)

// Animate plays rollouts side by side, each below the true film if that is known. It shows one frame of each at a
// time, however far apart in time its frames are.
func Animate(rollouts ...*Rollout) (*plots.Picture, error) {
	if len(rollouts) == 0 {
		return nil, mistake("an animation needs at least one rollout")
	}
	var truth, learned []plots.Film
	for _, r := range rollouts {
		if r.Size != rollouts[0].Size {
			return nil, mistake("an animation shows frames of one size, not of %d and %d pixels", rollouts[0].Size, r.Size)
		}
		if r.Truth != nil {
			truth = append(truth, plots.Film{Label: r.Name(), Frames: r.Truth, Times: r.Times()})
		}
		learned = append(learned, plots.Film{Label: r.Name(), Frames: r.Learned(), Times: r.Times()})
	}
	a := plots.Animation{Title: "Learned", Size: rollouts[0].Size, Columns: len(rollouts), Delay: frameDelay, Colours: 48}
	films := learned
	if len(truth) == len(learned) {
		for i := range learned {
			learned[i].Label = "learned"
		}
		a.Title, films = "True, and learned below", append(truth, learned...)
	}
	return plots.AnimateGIF(a, films...)
}

const frameDelay = 100 * time.Millisecond // time between the frames of an animation
