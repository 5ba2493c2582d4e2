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
//
// # Reading order
//
// pixels.go (the error of frames, and the scale on which to read it), estimate.go (mean and 95% interval), ratio.go (that of a
// ratio), spread.go (what seeds differ by), step_mse.go
// (errors by step and by trajectory: Table 1 and Figure 6 of Toth et al. 2020), vpt.go (for how long a rollout is good),
// energy.go (conservation of the learned energy, Table 2, and its agreement with the true one), reversal.go (running forward
// and back), symetric.go (whether learned and true states are related by a symplectic map) and polynomial.go, the
// regression that it takes; kde.go is the kernel density estimate of a sample.
package metrics
