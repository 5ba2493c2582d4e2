package notebook

// Formula draws the learned potential along the one coordinate of the latent, with the known form that it was found to have, and
// says the formula with the errors of its figures; or that it has none of the known forms.
func Formula(run *Run) {
	cell(func() error {
		if err := run.ofVideos(); err != nil {
			return err
		}
		p, note, err := run.drawn.Formula()
		return run.showNoted("formula", "The learned potential and the known form that fits it", p, note, err)
	})
}
