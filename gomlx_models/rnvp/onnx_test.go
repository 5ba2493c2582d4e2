package rnvp

import (
	"testing"

	"hgn.local/gomlx_models/bijection/bijectiontest"
)

// A training on ONNX Runtime goes as on the Go backend.
func TestONNX(t *testing.T) {
	flows := map[string]bijectiontest.Maker{}
	for name, layers := range map[string]int{"quick": Quick().Layers, "two layers": 2} {
		p := Quick()
		p.Batch, p.Layers = 64, layers
		flows[name] = made(p)
	}
	bijectiontest.AgreesOnONNX(t, flows)
}
