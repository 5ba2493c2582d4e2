// Package density holds the densities on which a flow is trained. Each draws samples, and most know their exact
// log-density.
//
// A [Target] is a distribution of points x in R^d. Points are rows of a row-major slice [n, d]; all is float64, and
// log-densities are natural logarithms, so that entropies and negative log-likelihoods are in nats. With p the
// density of a target and p' that of a model, the model's mean negative log-likelihood on samples of p is
//
//	-E[log p'(x)] = H(p) + KL(p || p') ≥ H(p)
//
// so [Entropy] is the lowest value that any model can reach.
//
// Planar targets fill about [-4, 4]², the usual scale for comparing normalising flows on such data (Grathwohl et al.
// 2019, FFJORD). [Named] knows
//
//	gaussian         standard normal in the plane; gaussian8: in R^8
//	gaussians4       four equal Gaussians, seven standard deviations apart (the target of Toth et al. 2020, Figures 9
//	                 and 10, is such a mixture; the paper does not state its modes); gaussians6, gaussians4x8: six, four in R^8
//	eight_gaussians  eight on a circle, whose flanks touch
//	two_moons        two half circles that interlock, with Gaussian noise
//	rings            four concentric circles with Gaussian noise; rings2: two
//	pinwheel         five Gaussian arms, swirled; pinwheel3: three
//	checkerboard     uniform on the dark fields of a board of 4 x 4; checkerboard6: of 6 x 6
//	FILE.png, .jpg, .gif   a grey picture, dense where it is light; ink:FILE: where it is dark
//	FILE.npz         the samples in the array x, float64 or float32 [N, d]
//	FILE.csv, .tsv   the samples in the rows of a table, whose first row names the columns
//
// All except the samples of a file have an exact log-density. Those may be given with conditions c, numbers or classes,
// of which [Chosen] says which columns they are; then p(x|c) is learned. [FromFile] has the rules.
package density
