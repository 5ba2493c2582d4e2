// Package hgn implements the Hamiltonian Generative Network (Toth, Rezende, Jaegle, Racanière, Botev, Higgins, ICLR
// 2020). From video alone it learns a phase space, a Hamiltonian on it, and a picture for every configuration.
//
//	video -> encoder q(z|x) -> z -> f_psi -> (q, p) -> integrator(H, ±dt) -> (q_t, p_t) -> decoder(q_t) -> frames
//
// # Objective
//
// The loss of a video is the paper's ELBO (Sec. 3.2) in the units used here,
//
//	Reconstruction · MSE(decoder(q_t), x_t) + Beta · KL(q(z|x) || N(0, 1)),
//
// with the mean over a random subset of the frames at each step.
//
// # Both directions of time
//
// The encoder infers the state at the anchor, the middle frame, and training integrates from it both ways in time: it
// doubles the batch and integrates one half with +dt, the other with -dt. A share of the videos is played backwards,
// with p -> -p; if K is even in p, these obey the same H. A plain HGN starts at the first frame and runs forward
// only, and is blind outside the window on which it was trained.
//
// # Good coordinates
//
// Short videos hardly determine the coordinates: in distorted coordinates, with another H, nearly the same motion
// fits a video and goes wrong only beyond its ends. So training pushes the pictures' first moments to be linear in
// the embedded position (moments.go), and V gets products of coordinates, from which it can build distances
// (dense.go). Both are prior knowledge, and can be turned off.
//
// # Inference, sharp pictures, failed starts
//
// Model.Infer improves the encoder's state by fitting it to the video (refine.go); the paper's inference is
// Model.Encode. At the end of training the decoder learns to draw single frames instead of their mean over the noise
// (sharpen.go). The learner detects a start with a folded latent and restarts it (fold.go).
//
// # Variants
//
// Each variant is one parameter. The command line sets it by --set key=value:
//
//   - integrator: leapfrog, euler, symplectic_euler, yoshida4, rk4
//   - hamiltonian: separable K(p) + V(q); metric, a K(q, p) quadratic in p; joint, any H(q, p); auto. Implicit forms of
//     the same methods integrate metric and joint, and their gradients are clipped to clip_norm. inertial is K(p) alone,
//     a baseline with constant velocities
//   - friction: none; learned, a rate c in dp/dt = -∂H/∂q - c p; auto, which keeps a learned rate if it improves the
//     prediction of videos that training does not see (friction.go)
//   - dynamics: hamiltonian; or, as baselines without an energy, ode, a free vector field (with integrator=rk4), and
//     recurrent, a map from frame to frame (with integrator=euler and anchor=first), which cannot run backwards or at
//     another dt
//   - kinetic: quadratic, even, mlp
//   - latent: topology of each coordinate, circle, line, line*8, circle,line; or a value that package runs resolves:
//     auto, the system's own topology; search, the topology that predicts best; shape, the topology of the frames as a
//     surface
//   - constant: inferred, by the encoder, or given with the videos, for a latent with constants (given.go)
//   - deterministic, f_psi: true/false: the paper's variants
//   - frames_in, anchor: frames_in=0 shows the encoder all frames, 5 the first five, and the model predicts the rest;
//     the state belongs to the first, middle or last of the frames seen
//   - beta, anneal, geco: weight of the KL divergence; share of the steps in which it rises; or, if geco is not 0,
//     the pixel error to reach instead (GECO). A deterministic model takes none of them
//   - decoded_frames: number of frames decoded at a training step
//   - moments, products, refine, sharpen, reversal: additions to the paper, see above; 0 or false turns each off
//
// The presets quick and cpu train perceptrons on a few cores within minutes. The presets paper (64 x 64 pixels) and
// paper32 are the paper's convolutional networks, inference and objective; they are meant for 50 000 videos and an
// accelerator.
//
// # Conventions
//
// Pixels are in [0, 1]. q and p are [batch, d]; a circle's coordinate is an angle in radians that may leave (-π, π].
// Energies are in the model's own units: the scale of a learned H is free. The anchor is the frame whose state is
// inferred; it is the middle one unless Params.Anchor says otherwise.
package hgn
