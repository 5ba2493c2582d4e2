// Package points is what the models of densities share: sets of points in R^d, their standardisation, batches of
// them, and what such a model can do.
//
// A set of n points is a flat row-major list of n·d float64 numbers, whatever precision a model computes in: data far
// from the origin would lose its digits in float32 before a model could centre it.
package points
