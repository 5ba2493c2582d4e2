// Package selftest tells whether a backend computes what it should: it runs the same fixed battery on whatever backend is
// active and holds it against references that were computed in float64 on GoMLX's Go backend and are kept in
// reference.json.
//
//	integrators   order of convergence, reversal, and bounded energy of the pendulum x'' = -sin x
//	models        loss and gradient of a training step, and the losses of some steps of Adam, of every model and variant
//	rollout       of an HGN, there and back
//	timings       of training steps and of compiling them; with Options.Benchmark of the presets at their own size
//
// Initial weights, batches and noise are drawn on the host, so that they are the same everywhere. What is left between
// backends is rounding: in single precision the references are met within Tolerance, and a GPU, which multiplies matrices of
// float32 in TF32 (10 bits of mantissa) unless told otherwise, within ToleranceTF32.
//
// Read battery.go, cases.go, integrators.go, reference.go, benchmark.go.
package selftest
