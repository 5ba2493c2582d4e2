package notebook

import "hgn.local/pkg/plots"

// Show displays its arguments: videos as a film strip; a density as a picture of it with samples; a run as its loss
// curve, a reconstruction or the learned density, and its measures; a rollout as a film strip; a picture of package
// plots as it is; a string as Markdown.
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

// show displays the course of the training and its result.
func (r *Run) show() error {
	s, err := r.scene()
	if err != nil {
		return err
	}
	if err := s.trained(); err != nil {
		return err
	}
	return s.measures(true)
}
