package hgn

// AutoHamiltonian as a Hamiltonian means separable, unless the caller knows the system better: package runs replaces
// it by a metric if the kinetic energy of a simulated system depends on its configuration.
const AutoHamiltonian = "auto"

// AutoClip as a ClipNorm does not clip the gradients of a separable H, and clips those of any other H to
// implicitClip: one unlucky batch can bend a metric so far that the implicit equations of its steps have no solution.
const AutoClip = -1

// implicitClip is smaller than the usual norm of a gradient, which is 5 to 30 for a double pendulum with a metric and
// up to 130 for a latent that does not fit. So all batches count alike.
const implicitClip = 5

// Clip returns the norm to which gradients are clipped, or 0 for no clipping.
func (p Params) Clip() float64 {
	switch {
	case p.ClipNorm != AutoClip:
		return p.ClipNorm
	case p.Hamiltonian == "metric" || p.Hamiltonian == "joint":
		return implicitClip
	}
	return 0
}
