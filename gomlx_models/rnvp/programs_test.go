package rnvp

import (
	"testing"

	"github.com/gomlx/compute/dtypes"

	"hgn.local/gomlx_models/bijection/bijectiontest"
	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/points"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/kernels_xla/program"
)

// The programs for other programs compute what the model's own methods do, in the units of the data.
func TestPrograms(t *testing.T) {
	plain := points.Points{X: []float64{1, 50, 2, 10, 3, 40, 5, 20, -3, 35, 2, 29}, Dim: 2}
	for _, data := range []points.Points{plain, plain.Given([]float64{7, 100, 8}, 1)} {
		checkPrograms(t, data)
	}
}

func checkPrograms(t *testing.T, data points.Points) {
	t.Helper()
	p := tiny()
	p.Batch = 3
	m, _ := bijectiontest.Learn(t, flow(t, p), data, 2)
	all, err := m.Programs()
	ok(t, err)
	run := func(name string, x points.Points) []float64 {
		out, err := program.Find(all, name).Run(graphtest.Backend(t), m.Store(), x.Inputs(dtypes.Float64, x.N())...)
		ok(t, err)
		return nets.Float64s(out[0])
	}
	want, err := m.LogProb(data)
	ok(t, err)
	graphtest.Near(t, "log p", run("logp", data), want, 1e-9)
	z, err := m.Inverse(data)
	ok(t, err)
	graphtest.Near(t, "z", run("inverse", data), z.X, 1e-9)
	graphtest.Near(t, "x", run("forward", z), data.X, 1e-7)
}
