// Package metrics has the measures of learned dynamics: pure functions of slices.
//
// # Conventions
//
// Pixels of predictions are in [0, 1] and those of targets are bytes, divided by 255. Energies and errors are
// [trajectory][time]; states are [state][coordinate], all q before all p. All variances are those of the population, the mean of
// the squared distance from the mean, but for the one in an interval, which estimates that of the population from a sample.
// What is not defined (no data, slices of different lengths, a division of 0 by 0) is NaN, and so is everything that is
// computed from a NaN.
//
// An interval is over trajectories: their values are independent, those of one trajectory's frames are not. Measures
// therefore give the value of each trajectory too, for MeanInterval to take.
package metrics
