// Package nhf holds the Neural Hamiltonian Flow of the HGN paper (Sec. 3.3): a density on R^d, made by moving points
// from a simple density with learned Hamiltonian dynamics.
//
// # The flow
//
//	(q_0, p_0) ~ π(q) π(p)      (q_T, p_T) = H_T ∘ ... ∘ H_1 (q_0, p_0)
//
// where H_i stands for some leapfrog steps of dt with the separable Hamiltonian K_i(p) + V_i(q). A step of -dt undoes
// each of them, and each keeps the volume of phase space, so that
//
//	p(q_T, p_T) = π(q_0) π(p_0),    (q_0, p_0) = H_1^-dt ∘ ... ∘ H_T^-dt (q_T, p_T)
//
// without a Jacobian, as long as nothing happens between the Hamiltonians. Floating point undoes a step only up to
// rounding, which a flow that stretches magnifies. So samples, log p and the inverse all round states and increments to a lattice of 2^-18 (2^-46 in float64), on which
// the inverse is exact. Training needs derivatives and uses the plain leapfrog. See exact in flow.go.
//
// The data are positions. Their momenta are latent: an encoder f_psi(p|q), a normal density with a mean and a scale
// for every coordinate, draws them, and training maximises
//
//	ELBO(q) = E over p ~ f_psi(.|q) of  log π(q_0) + log π(p_0) - log f_psi(p|q)  ≤  log p(q)
//
// or, with Params.Importance = k > 1, the tighter E log 1/k Σ_i w_i of k such terms log w_i. LogProb estimates the
// same with Params.Evaluation momenta. The presets quick and cpu train with four: the encoder is one normal density,
// while the momenta that belong to a point often form several clusters, and four draws make that mismatch matter
// less. To sample, draw (q_0, p_0), flow forward, and keep q_T.
//
// # Sharper flows
//
// Two things keep the plain flow of the paper from thin and many-sided densities: the encoder is one normal density, and
// the chain keeps the volume of phase space, so that what gathers in q must spread in p. The preset sharp mends both.
//
// Its encoder (Params.Encoder "spline") bends the noise by monotone splines before it scales and shifts it: the first
// half of the momenta by splines that follow from q, the second by splines that follow from q and the first half. Any
// density of the momenta can be made so, and its logarithm stays exact.
//
// Between two Hamiltonians it refreshes the momenta (Params.Refresh): p becomes μ(q) + σ(q)·S(p; q), a map of every
// momentum with a spline S ("spline") or without one ("affine"), which leaves the positions alone. This is what
// Hamiltonian Monte Carlo does between its trajectories, but with a map instead of a draw, so that log p keeps a
// determinant in closed form:
//
//	p(q_T, p_T) = π(q_0) π(p_0) Π_i |det ∂T_i/∂p|⁻¹
//
// The Hamiltonians themselves stay as they are. The augmented flows of Huang, Dinh and Courville (2020) are of this kind,
// with other maps of the positions. Refreshments are not on the lattice, and are undone up to rounding.
//
// # Given conditions
//
// Points may be given with conditions c, numbers or classes, see package points. Then the flow learns p(q|c): the
// potentials V_i(q; c), the encoder f_psi(p|q, c) and the refreshments see c beside q, while the prior and the kinetic
// energies do not. For every c this is a flow as above, symplectic and undone by -dt, so that all that is said of log p(q)
// holds of log p(q|c).
//
// # Energies instead of points
//
// NewTargetLearner trains a flow on an energy U(x) of package targets, without points. The chain makes a state of a draw
// from the prior, the encoder says how likely its momenta are, and
//
//	w = exp(-U(x_T)) f_psi(p_T|x_T) / p(x_T, p_T)
//
// is an importance weight whose mean is Z = ∫ exp(-U), whatever the flow is. Training maximises the mean of log w, which
// is at most log Z; for the first half of it the energy is mixed with that of a normal density, so that no well is lost
// behind a barrier.
//
// # The Hamiltonians
//
// K and V are perceptrons, each beside a spring c|x|²/2 of fixed strength (Params.Spring). With Kinetic "fixed", K is
// pᵀM⁻¹p/2 with a learned diagonal mass (Souveton et al. 2023): it has fewer parameters, and V can be read as an
// energy landscape.
//
// # Why training can diverge, and how this package prevents it
//
//   - The sign: minimising +ELBO drives the densities apart without bound. The loss is -ELBO.
//   - Scoring q_0 alone lets p_0 run away, because nothing keeps the momenta where their prior is. Both are scored.
//   - If log f_psi is summed over the batch, lacks its factor 1/2, or has one mean for all coordinates, it is no
//     log-density and the bound does not hold. Here it is one number per point, from d means and scales, and a test with
//     quadratic energies compares log p with the known normal density to ten digits.
//   - An inexact inverse evaluates another density than the one that is sampled. Leapfrog's inverse is exact, and on the
//     lattice it is exact to the last bit.
//   - Forces that grow with the distance make an explicit step unstable. With squareplus, softplus or tanh the perceptrons
//     grow at most linearly: the weights bound their forces and velocities, and dt times that bounds a step. The springs
//     turn phase space and hardly stretch it while c dt is well below 2, and it starts at 0.35. With a fixed kinetic
//     energy the velocities p/m grow with p, by no more than 20 |p|, since the masses have a floor of 0.05.
//   - A chain that is too long: every leapfrog step of the same dt turns further, and the gradient is a product over all of
//     them. More steps should refine a Hamiltonian, so divide Params.Dt by their number: two layers of 128, four
//     Hamiltonians of four steps, begin in chaos with dt 0.5 and learn as well as any with 0.125 (notebook 06 has the study).
//   - A flow that at first strongly distorts the prior throws the data where its log-density is huge. So the output
//     weights of K and V start small, which makes the flow nearly a rotation, fixed masses start heavy, and the encoder
//     starts near N(0, 1).
//   - An encoder may narrow to a spike or widen without limit: its log-scales, and a learned log dt, are bounded
//     smoothly.
//   - Data in other units: the data are standardised, on the host and in float64, by numbers that are stored with the
//     weights; log p and samples are in the data's units.
//   - One unlucky batch: the gradient's global norm is cut down to Params.ClipNorm. The learning rate warms up and then
//     falls as a cosine.
//   - A prior that is zero somewhere: package prior describes the remedy. Precision: Dtype "float64" is available.
//
// # Collapse, and why there are springs
//
// Collapse is not a divergence and raises no error. If K and V are flat, a change of V alone moves no position, and a
// change of K alone shifts the whole density to first order: the loss falls only with the product of the two, and is
// stationary there. Targets that differ from a normal density only in high moments, such as rings, then stay where
// they are: the bound and the importance-weighted log p agree (an elbo_gap of 0 in hgn eval), and the samples are
// normal.
//
// With springs the flow starts as a rotation of phase space, by 80 degrees with the presets' dt. The rotation leaves
// a normal prior as it is, but mixes positions with momenta, so a kick in the middle of the flow acts on states that
// depend on both. A change of V alone, or of K alone, then changes the loss to first order wherever the data are not
// normal. Without springs, with one momentum per point and two Hamiltonians of two steps, rings end 0.74 nats above
// their entropy, as a normal density does; notebook 06 shows what they reach now. Spring = 0 turns the springs off.
//
// # Parameters
//
// The command line sets each by --set key=value:
//
//   - hamiltonians, leapfrog_steps, dt, learn_dt, shared: the chain: each Hamiltonian has its own K and V, or
//     all share one; with more leapfrog steps, divide dt
//   - kinetic: mlp; fixed: p²/2m with learned masses, fewer parameters and a V that can be read as a landscape
//   - spring: strength of the springs that K and V have beside their networks: the flow starts as a rotation of phase
//     space, and does not collapse
//   - prior, momentum_prior: normal, soft_uniform, uniform, mixture, with parameters, such as mixture:k=4,radius=1.5
//   - encoder, encoder_hidden, refresh, refresh_hidden, bins: see above on sharper flows
//   - importance, evaluation: momenta drawn for each point in training (4 in quick and cpu; 1 is the plain ELBO) and
//     to estimate log p
//   - energy_hidden, activation, dtype: networks; softplus, squareplus, tanh; float32, float64
//
// # Conventions
//
// Time runs from the prior to the data; H_1 is Hamiltonian 0. Callers see positions in the units of the data and
// momenta in the model's own units, conjugate to standardised positions. log p is in nats. Estimated log-densities
// lie below the true ones on average.
package nhf
