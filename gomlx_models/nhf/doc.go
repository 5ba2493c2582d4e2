// Package nhf holds the Neural Hamiltonian Flow of the HGN paper (Sec. 3.3): a density on R^d whose points are moved
// there, from a simple density, by learned Hamiltonian dynamics.
//
// # The flow
//
//	(q_0, p_0) ~ π(q) π(p)      (q_T, p_T) = H_T ∘ ... ∘ H_1 (q_0, p_0)
//
// where H_i stands for some leapfrog steps of dt with the separable Hamiltonian K_i(p) + V_i(q). Each of them is
// undone by a step of -dt and keeps the volume of phase space, so that
//
//	p(q_T, p_T) = π(q_0) π(p_0),    (q_0, p_0) = H_1^-dt ∘ ... ∘ H_T^-dt (q_T, p_T)
//
// without a Jacobian. Floating point undoes a step up to rounding only, which a flow that stretches magnifies. So samples,
// log p and the inverse all round states and increments to a lattice of 2^-18 (2^-46 in float64), on which the inverse is
// exact; training, which needs derivatives, has the plain leapfrog. See exact in flow.go.
//
// The data are positions. Their momenta are latent: an encoder f_psi(p|q), a normal density with a
// mean and a scale for every coordinate, draws them, and what is maximised is
//
//	ELBO(q) = E over p ~ f_psi(.|q) of  log π(q_0) + log π(p_0) - log f_psi(p|q)  ≤  log p(q)
//
// or, with Params.Importance = k > 1, the tighter E log 1/k Σ_i w_i of k such terms log w_i. LogProb is that for
// Params.Evaluation momenta. The presets quick and cpu train with four: the encoder is one normal density, the momenta that
// belong to a point often are several heaps, and four draws ask less of it. To sample, draw (q_0, p_0), flow forward, and keep q_T.
//
// K and V are perceptrons, each beside a spring c|x|²/2 of fixed strength (Params.Spring). With Kinetic "fixed", K is
// pᵀM⁻¹p/2 with a learned diagonal mass (Souveton et al. 2023): fewer parameters, and V can be read as an energy landscape.
//
// # What makes training diverge, and what is done about it
//
//   - The sign: minimising +ELBO drives the densities apart without bound. The loss is -ELBO.
//   - Scoring q_0 alone lets p_0 run away, as nothing keeps momenta where their prior is. Both are scored.
//   - log f_psi summed over the batch, without its factor 1/2, or with one mean for all coordinates is no log-density,
//     and the bound is none. Here it is one number a point, of d means and scales, and a test with quadratic
//     energies compares log p with the known normal density to ten digits.
//   - An inverse that is not exact evaluates another density than the one that is sampled. Leapfrog's is exact, and on the
//     lattice to the last bit.
//   - Forces that grow with the distance make an explicit step unstable. With squareplus, softplus or tanh the perceptrons
//     grow at most linearly: their forces and velocities are bounded by the weights, and a step by dt times that. The springs
//     turn phase space and do not stretch it much while c dt is well below 2, and it starts at 0.35. A fixed kinetic
//     energy's velocities p/m grow with p, by no more than 20 |p| as the masses have a floor of 0.05.
//   - A chain that is too long: every leapfrog step of the same dt turns further, and the gradient is a product over all of
//     them. More steps are to refine a Hamiltonian, so divide Params.Dt by their number: two layers of 128, four
//     Hamiltonians of four steps, begin in chaos with dt 0.5 and learn as well as any with 0.125 (notebook 06 has the study).
//   - A flow that starts far from keeping the prior throws the data where its logarithm is huge. The output weights
//     of K and V start small, so that the flow is nearly a rotation, fixed masses heavy, and the encoder near N(0, 1).
//   - Momenta drawn from a spike or from everywhere: the encoder's log-scales and a learned log dt are bounded
//     smoothly.
//   - Data in other units: it is standardised, on the host and in float64, by numbers that are kept with the
//     weights; log p and samples are in the data's units.
//   - One unlucky batch: the gradient's global norm is cut down to Params.ClipNorm. The learning rate warms up and then
//     falls as a cosine.
//   - A prior that is zero somewhere: see the package prior. Precision: Dtype "float64" is there on request.
//
// # Collapse, and why there are springs
//
// Collapse is no divergence and raises no error. From a flow whose K and V are flat, a change of V alone moves no position, and
// one of K alone shifts the whole density to first order: the loss falls with the product of the two only, and is
// stationary there. Targets that differ from a normal density in high moments only, such as rings, then stay where they are: the
// bound and the importance-weighted log p agree (an elbo_gap of 0 in hgn eval), and the samples are normal.
//
// With springs the flow starts as a rotation of phase space, by 80 degrees with the presets' dt. It keeps a normal prior as it is, but
// it mixes positions with momenta, and what reaches a kick in the middle knows of both. A change of V alone, or of K
// alone, then changes the loss to first order wherever the data are not normal. Without springs, with one momentum a point
// and two Hamiltonians of two steps, rings end 0.74 nats above their entropy, as a normal density does; notebook 06 has what they
// reach now. Spring = 0 turns them off.
//
// # Parameters
//
// The command line sets each by --set key=value:
//
//   - hamiltonians, leapfrog_steps, dt, learn_dt, shared: the chain: each Hamiltonian has a K and a V of its own, or
//     all share one; with more leapfrog steps, divide dt
//   - kinetic: mlp; fixed: p²/2m with learned masses, fewer parameters and a V that can be read as a landscape
//   - spring: strength of the springs that K and V have beside their networks: the flow starts as a rotation of phase
//     space, and does not collapse
//   - prior, momentum_prior: normal, soft_uniform, uniform, mixture, with parameters, such as mixture:k=4,radius=1.5
//   - importance, evaluation: momenta drawn for each point in training (4 in quick and cpu; 1 is the plain ELBO) and
//     to estimate log p
//   - energy_hidden, encoder_hidden, activation, dtype: networks; softplus, squareplus, tanh; float32, float64
//
// # Conventions
//
// Time runs from the prior to the data; H_1 is Hamiltonian 0. Outside, positions are in the units of the data and
// momenta in the model's own, conjugate to standardised positions. log p is in nats. Log-densities that are estimated
// lie below the true ones on average.
package nhf
