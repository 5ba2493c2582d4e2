package notebook

import "hgn.local/pkg/figures"

// Likelihoods draws how the negative log-likelihood of held-out points went in the training of runs of one density, against
// steps and against seconds (Toth et al. 2020, Figure 10), with the number of each model's parameters in the legend.
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
