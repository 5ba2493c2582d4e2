// Package rnvp holds the baseline of the Neural Hamiltonian Flow: the real NVP of Dinh, Sohl-Dickstein and Bengio
// (ICLR 2017), whose log-density is exact.
//
// # The flow
//
// Each of Params.Layers coupling layers leaves every second coordinate a as it is and moves the others, b, by
//
//	b' = b ∘ exp(s(a)) + t(a)      and back      b = (b' - t(a)) ∘ exp(-s(a))
//
// with two perceptrons s and t. Layer i keeps the coordinates k for which k + i is even, so that the masks alternate.
// The Jacobian is triangular, and
//
//	log p(x) = log N(z; 0, 1) - Σ s,
//
// the sum over all layers and moved coordinates. s is bounded smoothly, so that no layer stretches or shrinks by more
// than e^3, and both networks start small: the flow starts near the identity.
//
// Layer 0 is nearest to the prior. Package bijection has the rest of the model and its conventions.
package rnvp
