package notebook

import "hgn.local/pkg/figures"

// Likelihoods draws the negative log-likelihood of held-out points during the training of runs of one density,
// against steps and against seconds (Toth et al. 2020, Figure 10). The legend gives the number of each model's
// parameters.
func Likelihoods(names ...string) {
	cell(func() error { return likelihoods(names) })
}

func likelihoods(names []string) error {
	all, err := allOf("Likelihoods", names)
	if err != nil {
		return err
	}
	p, err := figures.Likelihoods(drawn(all)...)
	if err != nil {
		return err
	}
	return showPicture(Folder(), "likelihoods", "Negative log-likelihood of held-out points against training steps and seconds", p)
}

// Momenta draws how the likelihood that flows estimate converges with the number of momenta drawn for each point, for
// runs of one density. Below the picture stand the last values with their standard errors.
func Momenta(names ...string) {
	cell(func() error {
		all, err := allOf("Momenta", names)
		if err != nil {
			return err
		}
		p, note, err := figures.Momenta(drawn(all)...)
		if err != nil {
			return err
		}
		if err := showPicture(Folder(), "momenta", "Estimated negative log-likelihood against the number of momenta a point", p); err != nil {
			return err
		}
		showNote("%s", note)
		return nil
	})
}
