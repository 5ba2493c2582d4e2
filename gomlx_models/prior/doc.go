// Package prior holds the densities that a flow starts from. A string names each, as in a model's parameters:
//
//	normal:scale=1                        N(0, scale²) in every coordinate
//	soft_uniform:width=4,sharpness=10     a uniform density with soft edges (HGN paper, Sec. 3.3)
//	uniform:width=4                       the box of that width round the origin
//	mixture:k=4,radius=1.5,scale=0.5      k normal components, evenly spaced
//
// The options after the colon may be left out, all or some. Each density can be sampled, and its logarithm evaluated
// with float64 numbers and inside a GoMLX graph.
//
// # Soft-uniform
//
// With f the sigmoid, σ the width and β the sharpness, every coordinate has the density
//
//	π(s) = f(β(s + σ/2)) f(-β(s - σ/2)) / Z     Z = σ / (1 - exp(-βσ)).
//
// The product of the two sigmoids is their difference over 1 - exp(-βσ), so that
//
//	π(s) = (f(β(s + σ/2)) - f(β(s - σ/2))) / σ,
//
// which is the density of the sum of a uniform variable on [-σ/2, σ/2] and a logistic one of scale 1/β. Sampling uses
// this sum, and it explains the value of Z.
//
// # A box and training
//
// Outside a box the density is zero, and its logarithm has no gradient that could bring a point back. So training
// uses the Relaxed prior: the box continued by exponential tails, of 1/RelaxedRate of its width on either side. It is
// a normalised density, whose logarithm inside the box lies below the box's by log(1 + 2/RelaxedRate) per coordinate.
// Sampling and evaluation use the box itself: a trained flow then gives probability zero, -Inf as a logarithm, to
// points that come from outside it. Training uses all other priors as they are.
package prior
