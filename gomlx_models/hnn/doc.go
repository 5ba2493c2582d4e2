// Package hnn holds the baselines of the Hamiltonian Generative Network: the Hamiltonian Neural Networks of
// Greydanus, Dzamba and Yosinski (NeurIPS 2019). They learn H(q, p) by matching its vector field to given or measured
// derivatives, where an HGN unrolls it. Params.Variant chooses one of
//
//	states    H(q, p) of true states, from their true derivatives
//	baseline  a plain network (q, p) -> (dq/dt, dp/dt) of the same size, with no energy behind it
//	pixels    H on the state that an autoencoder makes of two consecutive frames (PixelHNN)
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
// to the next, found by encoding the pairs (x_t, x_t+1) and (x_t+1, x_t+2), the loss is
//
//	  Autoencoder · MSE of both frames
//	+ HNN         · mean of (Δq - dt ∂H/∂p)² and (Δp + dt ∂H/∂q)², over the 2d coordinates
//	+ Canonical   · mean of (Δq - dt p)²
//
// with ∂H at (q_t, p_t). The last term makes p the velocity of q; the latent's scale is free. The form, the paper
// preset's weights and its sizes are those of Greydanus' code (experiment-pixels/train.py: 1, 0.1 and 1), where dt is
// 1. This package differs in four ways: H has squareplus instead of tanh, the autoencoder has ReLU without residual
// connections, the learning rate follows the HGN's schedule, and there is no weight decay.
//
// To continue a video, the model integrates the learned H from the state of the first pair and draws the first frame
// of each state's pair. On clean frames of a mass on a spring this learns the motion. The HGN paper (Sec. 4) found
// that on its data, whose positions are noisy, H often collapses to 0: finite differences multiply the noise by 1/dt,
// and a latent that hardly moves makes both losses of the dynamics small.
//
// With Latent=circle a coordinate of q is an angle, of which the encoder learns a point and H and the decoder see the
// cosine and the sine; its change from frame to frame is that of the shorter way. With Refine the state is fitted to
// all frames of a video (package refine). Both are an HGN's, so that the two can be compared on equal terms.
//
// A conv model has the HGN's networks from package nets: the encoder, applied to a pair of frames and without the
// Gaussian, then f_psi, two decoders, and the network of a joint H. So q and p are the HGN's maps, 4x4 for frames of
// 32 and of 64 pixels, with Pool = 1 as in the presets paper and paper32. The variant is meant for XLA.
//
// # Conventions
//
// Pixels are in [0, 1]. q and p are [batch, d], flattened maps in a conv model. Energies are in the model's own
// units. A joint H has the potential energy H(q, 0); the rest is the kinetic energy.
package hnn
