// Package physics simulates the systems that a Hamiltonian generative network watches: their energy, their equations of
// motion, where their trajectories start, and what a camera sees of them.
//
// A state is (q, p), positions and momenta, d of each. With the Hamiltonian H(q, p) of a system
//
//	dq/dt = ∂H/∂p        dp/dt = -∂H/∂q
//
// Time may run backward: a trajectory with dt < 0 retraces the one with dt > 0. Units are the paper's (Toth et al. 2020,
// Hamiltonian Generative Networks, Section 4), which has none: masses, lengths and times are plain numbers.
// World coordinates have y pointing up; a pendulum at q = 0 hangs straight down.
//
// Reading order: system.go says what a system is and lists the known ones, mass_spring.go and pendulum.go are the simplest, n_body.go, double_pendulum.go and damped_spring.go the others,
// sample.go draws where they start, trajectory.go asks for states at equal time steps, dormand_prince.go computes them.
//
// To add a system, write one file with its type and append its constructor to the list in system.go:
// the tests then check its derivative, its reversibility and its energy without being told.
package physics
