package notebook

import (
	"fmt"
	"strings"
	"time"

	"hgn.local/pkg/plots"
)

// Animate plays rollouts side by side, above each the true film where it is known: one frame of each at a time, however
// far apart in time its frames are.
func Animate(rollouts ...*Rollout) {
	cell(func() error {
		if len(rollouts) == 0 {
			return mistake("nb.Animate needs rollouts, for example nb.Animate(run.Rollout(), run.Rollout(nb.Dt(-0.125)))")
		}
		var truth, learned []plots.Film
		var names []string
		for _, r := range rollouts {
			if r.Size != rollouts[0].Size {
				return mistake("nb.Animate shows frames of one size, not of %d and %d pixels", rollouts[0].Size, r.Size)
			}
			if r.Truth != nil {
				truth = append(truth, plots.Film{Label: r.Name(), Frames: r.Truth})
			}
			learned = append(learned, plots.Film{Label: r.Name(), Frames: r.Learned()})
			names = append(names, fileName(r))
		}
		first := rollouts[0]
		a := plots.Animation{Title: "Learned", Size: first.Size, Columns: len(rollouts), Delay: 100 * time.Millisecond, Colours: 48}
		films := learned
		if len(truth) == len(learned) {
			for i := range learned {
				learned[i].Label = "learned"
			}
			a.Title, films = "True, and learned below", append(truth, learned...)
		}
		p, err := plots.AnimateGIF(a, films...)
		if err != nil {
			return err
		}
		return showPicture(first.run.Dir, "animation_"+strings.Join(names, "_"), fmt.Sprintf("Animation of %d rollouts", len(rollouts)), p)
	})
}
