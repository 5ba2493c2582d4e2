// Package hnn holds the baselines of the Hamiltonian Generative Network: the Hamiltonian Neural Networks of Greydanus,
// Dzamba and Yosinski (NeurIPS 2019), which learn H(q, p) by matching its vector field to derivatives that are given
// or measured, where an HGN unrolls it. Params.Variant chooses one of
//
//	states    H(q, p) of true states, from their true derivatives
//	baseline  a plain network (q, p) -> (dq/dt, dp/dt) of the same size, with no energy behind it
//	pixels    H on what an autoencoder makes of two consecutive frames (PixelHNN)
//	conv      the same with the HGN's convolutional networks and its large latent (the HGN paper's HNN Conv)
//
// # States
//
// The loss is the mean over samples and over the 2d coordinates of
//
//	(∂H/∂p - dq/dt)²    and    (∂H/∂q + dp/dt)².
//
// The derivatives come with the data: analytic ones, or finite differences of a trajectory.
//
// # Pixels
//
//	(x_t, x_t+1) -> encoder -> (q_t, p_t) -> decoder -> (x_t, x_t+1)
//
// The decoder sees the whole state, since a pair of frames shows the momentum too. With Δ the change from one frame
// to the next, by encoding the pairs (x_t, x_t+1) and (x_t+1, x_t+2), the loss is
//
//	  Autoencoder · MSE of both frames
//	+ HNN         · mean of (Δq - dt ∂H/∂p)² and (Δp + dt ∂H/∂q)², over the 2d coordinates
//	+ Canonical   · mean of (Δq - dt p)²
//
// with ∂H at (q_t, p_t). The last term makes p the velocity of q; the latent's scale is free. The form and the paper
// preset's weights are those of Greydanus' code (experiment-pixels/train.py: 1, 0.1 and 1), where dt is 1; so are the
// preset's sizes. What differs: squareplus instead of tanh in H, ReLU without residual connections in the
// autoencoder, the HGN's schedule of the learning rate, and no weight decay.
//
// A video is continued by integrating the learned H from the state of its first pair, and drawing the first
// frame of each state's pair. Of clean frames of a mass on a spring this learns the motion. The HGN paper (Sec. 4)
// found that on its data, whose positions are noisy, H often collapses to 0: finite differences multiply the noise
// by 1/dt, and a latent that hardly moves makes both losses of the dynamics small.
//
// A conv model has the HGN's networks, those of package nets: its encoder, of a pair of frames and without the Gaussian,
// f_psi behind it, its decoder, twice, and the network of a joint H. So q and p are the HGN's maps, 4x4 for frames of 32 and
// of 64 pixels, with Pool = 1 as in the presets paper and paper32. It is meant for XLA.
//
// # Conventions
//
// Pixels are in [0, 1]. q and p are [batch, d], flattened maps in a conv model. Energies are in the model's
// own units, and of a joint H the potential energy is H(q, 0), the kinetic energy the rest.
package hnn
