// Package physics simulates the systems in the videos of a Hamiltonian generative network: their energy, their
// equations of motion, the starts of their trajectories, and what a camera sees of them.
//
// A state is (q, p), positions and momenta, d of each. With the Hamiltonian H(q, p) of a system
//
//	dq/dt = ∂H/∂p        dp/dt = -∂H/∂q
//
// and friction adds to dp/dt in a [Dissipative] system, which serves as a control. Time may run backward: a
// trajectory with dt < 0 retraces the one with dt > 0. Units follow the paper (Toth et al. 2020, Hamiltonian
// Generative Networks, Section 4), which has none: masses, lengths and times are plain numbers. World coordinates
// have y pointing up; a pendulum at q = 0 hangs straight down.
//
// The package has the systems of the paper (mass_spring, pendulum, two_body, three_body) with its constants as
// defaults; a double_pendulum; three with friction (damped_spring, damped_pendulum, damped_double_pendulum); and from
// DeepMind's dm_hamiltonian_dynamics_suite the atoms (lennard_jones) and the games (matching_pennies,
// rock_paper_scissors). Every constant is a field with a key in JSON: [New] takes a system's name and an object of
// the constants to change, such as {"potential_factor": 2} for the pendulum as the paper prints it, and [Constants]
// returns that object again, so that a name and a JSON object describe any system. Extent follows the constants.
//
// To add a system, write one file with its type, whose constants carry struct tags with their keys and limits, and
// append its constructor to the list in system.go: the tests then check its derivative, its reversibility, its
// energy, its canvas and its constants automatically.
package physics
