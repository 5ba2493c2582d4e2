// Package points holds what the density models share: sets of points in R^d, their standardisation, their batches,
// and the interface of such a model.
//
// A set of n points is a flat row-major list of n·d float64 numbers, whatever precision a model computes in: data far
// from the origin would lose its digits in float32 before a model could centre it.
//
// Points may be given with conditions c, rows of numbers beside theirs: a model then learns p(x|c). It sees the conditions
// standardised too, but for those that are only ever 0 or 1, with which classes are told apart.
package points
