// Package hgn is the Hamiltonian Generative Network (Toth, Rezende, Jaegle, Racanière, Botev, Higgins,
// ICLR 2020): it learns from video alone a phase space, a Hamiltonian on it, and a picture for every
// configuration.
//
//	video -> encoder q(z|x) -> z -> f_psi -> (q, p) -> integrator(H, ±dt) -> (q_t, p_t) -> decoder(q_t) -> frames
//
// # Objective
//
// The loss of a video is the paper's ELBO (Sec. 3.2) in the units used here,
//
//	Reconstruction · MSE(decoder(q_t), x_t) + Beta · KL(q(z|x) || N(0, 1)),
//
// the mean taken over a random subset of the frames at each step.
//
// # Both directions of time
//
// The state is inferred at the anchor, the middle frame, and time runs both ways from it in training: the batch is
// doubled, one half integrated with +dt, the other with -dt. A share of the videos is shown backwards,
// with p -> -p; a K that is even in p makes those obey the same H. A plain HGN, which starts at the
// first frame and runs forward, is blind outside the window that it was trained on.
//
// # Good coordinates
//
// Short videos hardly fix the coordinates: what is nearly the same motion in distorted ones, with another H, goes wrong
// only beyond the videos' ends. So the pictures' first moments are asked to be linear in the embedded position (moments.go),
// and V sees products of coordinates, of which distances are made (dense.go). Both are prior knowledge, and can be turned off.
//
// # Inference, sharp pictures, failed starts
//
// Model.Infer improves the encoder's state by fitting it to the video (refine.go); the paper's inference
// is Model.Encode. At the end of training the decoder learns to draw single frames instead of their mean
// over the noise (sharpen.go). A start whose latent is folded is recognised and begun again (fold.go).
//
// # Variants
//
// Each variant is one parameter, which the command line sets by --set key=value:
//
//   - integrator: leapfrog, euler, symplectic_euler, yoshida4, rk4
//   - hamiltonian: separable K(p) + V(q); metric, a K(q, p) quadratic in p; joint, any H(q, p); auto. The two that are not
//     separable are integrated by the implicit forms of the same methods, and their gradients are cut to clip_norm.
//     inertial is K(p) alone, a baseline: constant velocities
//   - friction: none; learned, a rate c in dp/dt = -∂H/∂q - c p; auto, which keeps a learned rate where videos that the
//     training does not see are predicted better with it (friction.go)
//   - dynamics: hamiltonian; or, as baselines without an energy, ode, a free vector field (with integrator=rk4), and recurrent,
//     a map from frame to frame (with integrator=euler and anchor=first), which cannot be run backwards or at another dt
//   - kinetic: quadratic, even, mlp
//   - latent: topology of each coordinate, circle, line, line*8, circle,line; or one that package runs finds: auto, the
//     system's own; search, whichever predicts best; shape, that of the frames as a surface
//   - deterministic, f_psi: true/false: the paper's variants
//   - frames_in, anchor: 0 shows the encoder all frames, 5 the first five, and the rest is predicted; the state
//     belongs to the first, middle or last of them
//   - beta, anneal, geco: weight of the KL divergence; share of the steps in which it rises; or, where geco is not 0,
//     the pixel error to reach instead (GECO). A deterministic model takes none of them
//   - decoded_frames: how many of the frames are decoded at a training step
//   - moments, products, refine, sharpen, reversal: what is not in the paper, see above; 0 or false turns it off
//
// The presets quick and cpu train perceptrons on a few cores within minutes. paper (64 x 64 pixels) and paper32 are the
// paper's convolutional networks, its inference and its objective, with 50 000 videos in mind and an accelerator under them.
//
// # Conventions
//
// Pixels are in [0, 1]. q and p are [batch, d]; a circle's coordinate is an angle in radians that
// may leave (-π, π]. Energies are in the model's own units: the scale of a learned H is free. The anchor is the frame
// whose state is inferred, the middle one unless Params.Anchor says otherwise.
package hgn
