package notebook

import (
	"fmt"
	"strings"

	"hgn.local/pkg/figures"
)

// Animate plays rollouts side by side, each below the true film if that is known. It shows one frame of each at a
// time, however far apart in time its frames are.
func Animate(rollouts ...*Rollout) {
	cell(func() error {
		if len(rollouts) == 0 {
			return mistake("nb.Animate needs rollouts, for example nb.Animate(run.Rollout(), run.Rollout(nb.Dt(-0.125)))")
		}
		var all []*figures.Rollout
		var names []string
		for _, r := range rollouts {
			all, names = append(all, r.Rollout), append(names, fileName(r))
		}
		p, err := figures.Animate(all...)
		if err != nil {
			return err
		}
		return showPicture(rollouts[0].run.Dir, "animation_"+strings.Join(names, "_"), fmt.Sprintf("Animation of %d rollouts", len(rollouts)), p)
	})
}
