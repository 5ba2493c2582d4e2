// Package nets holds the small networks that make up the models: linear layers and perceptrons, the paper's
// convolutional networks, and the variables that hold their weights.
//
// # Conventions
//
// Activations are batch-major, [batch, features]. A weight matrix is [in, out] and a layer is y = x·W + b. Initial
// values depend only on the seed and on the variable's own path, not on the order in which layers are built nor on
// the backend, so the same seed starts the same model everywhere.
//
// Feature maps are channels-last, [batch, height, width, channels], as in package convops. The convolutional networks
// follow the appendix of the paper and, where that gives no detail, its author and its reproduction (Balsells Rodas,
// Canal Anton and Taschin 2021). At 32x32 with N = 64 filters and 30 frames they have
//
//	ConvEncoder   q(z|x)        [n, 32, 32, 90] -> 2 x [n, 32, 32, 48]   284 480 parameters
//	ConvState     f_psi         [n, 32, 32, 48] -> 2 x [n, 4, 4, 16]     120 032
//	ConvEnergy    K(p), V(q)    [n, 4, 4, 16]   -> [n]                    46 048 each
//	ConvDecoder   q to a frame  [n, 4, 4, 16]   -> [n, 32·32·3]          196 675
//
// Energies are differentiable twice, everything else once: the integrator differentiates a Hamiltonian, and training
// differentiates it again.
package nets
