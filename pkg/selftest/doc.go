// Package selftest checks whether a backend computes correctly: it runs the same fixed battery on the active backend
// and compares the results with references that were computed in float64 on GoMLX's Go backend and are stored in
// reference.json.
//
//	integrators   order of convergence, reversal, and bounded energy of the pendulum x'' = -sin x
//	models        loss and gradient of a training step, the losses of some steps of Adam, and by how much these lower the
//	              loss, of every model and variant
//	rollout       the states of an HGN's rollout, and its way back to the start
//	timings       of training steps, of building their graphs and of compiling these, and the memory that was used; with
//	              Options.Benchmark of the presets at their own size
//
// Initial weights, batches and noise are drawn on the host, so they are the same everywhere. Only rounding differs
// between backends, within [Single] if float32 is multiplied as float32, and within [TF32] if matrices are multiplied
// with 10 bits of mantissa. Nothing here was run on a GPU: TF32 rests on an emulation; see tf32_test.go.
//
// A bad backend gets a report too: a part that it cannot compute is a failed check, and a number that is not finite
// is null in JSON.
package selftest
