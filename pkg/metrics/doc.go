// Package metrics computes the measures of learned dynamics, as pure functions of slices.
//
// # Conventions
//
// Pixels of predictions are in [0, 1]; pixels of targets are bytes, and are divided by 255. Energies and errors are
// [trajectory][time]; states are [state][coordinate], all q before all p. All variances are population variances, the
// mean of the squared distance from the mean, except the variance in an interval, which estimates the population's
// from a sample. A measure that is undefined (no data, slices of different lengths, a division of 0 by 0) is NaN, and
// so is everything computed from a NaN.
//
// An interval is taken over trajectories: their values are independent, those of one trajectory's frames are not. So
// measures also return the value of each trajectory, for MeanInterval.
package metrics
