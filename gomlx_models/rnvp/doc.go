// Package rnvp holds the baseline of the Neural Hamiltonian Flow: the real NVP of Dinh, Sohl-Dickstein and Bengio
// (ICLR 2017), with coupling layers of alternating masks.
package rnvp
