package notebook

// Drift draws by how many radians forecasts of a periodic motion run ahead of the truth or behind it, up to 1000
// frames after the 300 noisy frames to which a state is fitted, beside an observer who knows the physics.
func Drift(run *Run) {
	cell(func() error {
		if err := run.ofVideos(); err != nil {
			return err
		}
		p, note, err := run.drawn.Drift(tests(5))
		return run.showNoted("drift", "Phase error of forecasts against how many frames ahead they are", p, note, err)
	})
}
