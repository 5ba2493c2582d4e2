// Package nhf holds the Neural Hamiltonian Flow of the HGN paper (Sec. 3.3): a density on R^d whose every point is
// moved there by learned Hamiltonian dynamics.
package nhf
