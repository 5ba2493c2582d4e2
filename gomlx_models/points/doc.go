// Package points holds what the density models share: sets of points in R^d, their standardisation, their batches,
// and the interface of such a model.
//
// A set of n points is a flat row-major list of n·d float64 numbers, whatever precision a model computes in: data far
// from the origin would lose its digits in float32 before a model could centre it.
package points
