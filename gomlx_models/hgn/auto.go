package hgn

// AutoHamiltonian as a Hamiltonian is separable, unless whoever knows the system knows better: package runs makes it a metric
// where the kinetic energy of a simulated system depends on its configuration.
const AutoHamiltonian = "auto"

// AutoClip as a ClipNorm leaves the gradients of a separable H as they are, and cuts those of any other down to
// implicitClip: one unlucky batch can bend a metric so far that the implicit equations of its steps have no solution.
const AutoClip = -1

// implicitClip is below the usual norm of a gradient, which is 5 to 30 of a double pendulum with a metric and up to 130 of a
// latent that does not fit: all batches then count alike.
const implicitClip = 5

// Clip returns the norm that gradients are cut down to, or 0 for none.
func (p Params) Clip() float64 {
	switch {
	case p.ClipNorm != AutoClip:
		return p.ClipNorm
	case p.Hamiltonian == "metric" || p.Hamiltonian == "joint":
		return implicitClip
	}
	return 0
}
