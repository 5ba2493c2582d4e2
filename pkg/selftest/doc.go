// Package selftest tells whether a backend computes what it should: it runs the same fixed battery on whatever backend is
// active and holds it against references that were computed in float64 on GoMLX's Go backend and are kept in
// reference.json.
//
//	integrators   order of convergence, reversal, and bounded energy of the pendulum x'' = -sin x
//	models        loss and gradient of a training step, the losses of some steps of Adam, and by how much these lower the
//	              loss, of every model and variant
//	rollout       of an HGN: its states, and the way back to the start
//	timings       of training steps, of building their graphs and of compiling these, and the memory that was used; with
//	              Options.Benchmark of the presets at their own size
//
// Initial weights, batches and noise are drawn on the host, so that they are the same everywhere. What is left between
// backends is rounding, within [Single] where float32 is multiplied as float32, and within [TF32] where matrices are
// multiplied with 10 bits of mantissa. Nothing here was run on a GPU: TF32 rests on an emulation, see tf32_test.go.
//
// A bad backend gets a report too: what it cannot compute is a check that failed, and what is not finite is null in JSON.
package selftest
