// Package metrics has the measures of learned dynamics: pure functions of slices.
//
// Pixels of predictions are in [0, 1] and those of targets are bytes, divided by 255. Energies are [trajectory][time].
// All variances are those of the population: the mean of the squared distance from the mean.
// What is not defined (no data, slices of different lengths, a division of 0 by 0) is NaN, and so is everything that is
// computed from a NaN.
//
// pixels.go has the errors of frames, energy.go the conservation of the learned energy and its agreement with the true one,
// reversal.go the error of running forward and back.
package metrics
