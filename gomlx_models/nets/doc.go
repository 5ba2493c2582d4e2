// Package nets holds the small networks that the models are made of: linear layers, perceptrons,
// and the parameters behind them.
//
// # Conventions
//
// Activations are batch-major, [batch, features]. A weight matrix is [in, out] and a layer is
// y = x·W + b. Initial values depend on the seed and on the variable's own path only, not on the
// order in which layers are built nor on the backend, so the same seed starts the same model
// everywhere.
package nets
