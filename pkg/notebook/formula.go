package notebook

// Formula draws the learned potential along the one coordinate of the latent together with the known form that fits
// it, and writes the formula with the errors of its figures, or that the potential has none of the known forms.
func Formula(run *Run) {
	cell(func() error {
		if err := run.ofVideos(); err != nil {
			return err
		}
		p, note, err := run.drawn.Formula()
		return run.showNoted("formula", "The learned potential and the known form that fits it", p, note, err)
	})
}
