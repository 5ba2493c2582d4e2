package notebook

// Family draws what one model has learned of systems that differ in a constant: the period of small oscillations that it has
// learned for each test video, against the true constant, beside the true period.
func Family(run *Run) {
	cell(func() error {
		if err := run.ofVideos(); err != nil {
			return err
		}
		p, note, err := run.drawn.Family()
		return run.showNoted("family", "The learned period of test videos against the constant in which their systems differ", p, note, err)
	})
}
