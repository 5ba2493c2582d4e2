// Package page writes a trained run as a page that lives without a kernel: one HTML file that needs no network and no
// server, can be mailed, put on any static site, and shown in an iframe.
//
// The page of an HGN shows the learned energy on a plane of phase space with a start point that can be dragged, a
// slider for dt from negative through zero to positive, the decoded film, and H(t). The page of a flow in the plane
// (NHF, RNVP) pulls points through the chain and back. The browser computes everything from the run's weights.
//
//	run -> Of -> description (JSON) + weights (bytes) -> Page.HTML -> one file
//
// # The numbers
//
// The weights of networks that move states are float32. Those of the decoder's last layer, which is nearly all of a
// model, are signed bytes with a scale for each pixel: over 100 frames of a pendulum, pictures of the presets quick and
// cpu then differ by 0.2 of 255 from the model's own on average, and by 3 at most. The script computes in float64.
//
// The description holds rollouts of the Go program, 100 steps forward and 100 backward, with which a page compares its
// own states and says how far they are apart. The address page.html#selftest=dt,steps,start shows the page's states as
// JSON instead.
//
// # The limits of a page
//
// A file has at most 3 MB. Perceptrons of every latent, Hamiltonian, friction and integrator are supported; the
// paper's convolutional networks, the baselines without an energy, and Hamiltonians and decoders that a user has
// defined are refused. Pages of quick have 0.7 MB, and pages of cpu 1.4 MB, for frames of 32 pixels.
//
// # Why a script
//
// Measured on two cores in node 20, as processor time: one leapfrog step of the preset quick and one frame of 32 x 32
// pixels of its decoder,
//
//	                                              size      a step    a frame
//	this script                                   50 kB     38 µs     0.5 ms
//	the same loops in Go, compiled to WebAssembly 1.9 MB    65 µs     1.3 ms
//	the model itself on GoMLX's Go backend        13.9 MB
//
// WebAssembly of Go also needs the policy 'wasm-unsafe-eval'. So the page has a script with the networks, their
// gradients by a reverse pass, and the integrators written down.
//
// # Safety
//
// The page's policy (Content-Security-Policy) forbids every request, and every script and style but the page's own,
// by their digests. Names that come from data are escaped.
package page
