// Package figures makes the paper's pictures of trained runs (Toth et al. 2020, Figures 5 to 10), from a run's folder
// to a finished picture of package plots. It displays nothing and writes no pictures: a notebook shows them, the
// command line saves them, and both get the same.
//
//	Figure 5   System          a system's true Hamiltonian, samples of its phase space, and frames
//	Figure 6   PerStep         pixel errors frame by frame, of several runs
//	Figure 7   Interpolation   from the state of one test video to that of another
//	           Directions      rollouts forward, backward, at double and at half speed; Animate shows them moving
//	Figure 8   Samples         videos that the model generates
//	Figure 9   Flow, FlowGIF   target and learned density, K(p), V(q), one leapfrog step and the whole flow
//	Figure 10  Likelihoods     held-out likelihoods against steps and against seconds of training
//
// [All] lists the further pictures. Surface.Picture and Learned draw a density; Potentials and Inverse read a flow as
// physics.
//
// # Conventions
//
// A [Run] opens its backend, its model and its test data when a picture needs them, each once. Results that take
// seconds are kept in the run's folder, together with the checkpoint that they belong to (see kept.go). A density in
// a picture is exact if the target's is known, and otherwise a kernel density estimate (KDE) of points; its panel
// says which.
//
// Errors that the caller can mend are errors of package badinput, in one sentence that names neither a cell nor a
// flag.
package figures
