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
