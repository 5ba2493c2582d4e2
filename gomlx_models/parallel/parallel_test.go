package parallel_test

import (
	"strings"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/parallel"
	"hgn.local/kernels_xla/fakepjrt"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/pkg/badinput"
)

// Devices that there are not, and batches that they cannot share, are refused as bad input, in one sentence.
func TestOver(t *testing.T) {
	one := graphtest.Go(t)
	four := fakepjrt.Open(t, 4).Backend
	for _, c := range []struct {
		backend  compute.Backend
		n, batch int
		want     string // empty where it can be done
	}{
		{one, 1, 7, ""}, {four, 1, 7, ""}, {four, 2, 6, ""}, {four, 4, 8, ""},
		{one, 2, 8, `the backend "Go Backend" has 1 device, so`}, {four, 5, 10, "has 4 devices, so training on 5 cannot be done"},
		{four, 4, 6, "a batch of 6 cannot be divided evenly among 4 devices: choose a batch that is a multiple of 4"},
		{four, 0, 6, "at least 1 device, not on 0"}, {four, -2, 6, "at least 1 device, not on -2"},
	} {
		over, err := parallel.Over(c.backend, c.n, c.batch)
		switch {
		case c.want == "" && (err != nil || over.N() != c.n):
			t.Errorf("%d of %d devices for a batch of %d: %d, %v", c.n, c.backend.NumDevices(), c.batch, over.N(), err)
		case c.want != "" && (err == nil || !badinput.Is(err) || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%d of %d devices for a batch of %d: %v, want %q", c.n, c.backend.NumDevices(), c.batch, err, c.want)
		}
	}
}

// slope is the gradient of Σ over the batch of the mean of w·x, and a change of w.
func slope(scope *model.Scope, in []*Node) []*Node {
	v := scope.VariableWithValue("w", []float32{1, 2})
	w := v.NodeValue(in[0].Graph())
	y := ReduceAllMean(Mul(in[0], InsertAxes(w, 0)))
	gradient := Gradient(y, w)[0]
	v.SetNodeValue(Sub(w, Mul(gradient, in[1])))
	return []*Node{y, gradient}
}

// On one device a program is a plain one, and changes its variables.
func TestProgramOnOneDevice(t *testing.T) {
	backend := graphtest.Backend(t)
	store := model.NewStore()
	p, err := parallel.Devices{}.Program(backend, store, []int{0, parallel.Replicated}, slope)
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.Call([][]float32{{1, 2}, {3, 6}}, float32(1))
	if err != nil {
		t.Fatal(err)
	}
	if y, g := tensors.ToScalar[float32](out[0]), tensors.MustCopyFlatData[float32](out[1]); y != 5 || g[0] != 1 || g[1] != 2 {
		t.Errorf("mean %g, gradient %g", y, g)
	}
	if w := tensors.MustCopyFlatData[float32](store.RootScope().GetVariable("w").MustValue()); w[0] != 0 || w[1] != 0 {
		t.Errorf("w became %g", w)
	}
}

// On several devices a program takes whole inputs and gives the outputs of one device. Its variables can be used on one
// device in between. Inputs that cannot be divided, and a wrong number of them, are errors.
func TestProgramOnSeveralDevices(t *testing.T) {
	backend, store := fakepjrt.Open(t, 4), model.NewStore()
	over, err := parallel.Over(backend.Backend, 4, 8)
	if err != nil {
		t.Fatal(err)
	}
	p, err := over.Program(backend.Backend, store, []int{0, parallel.Replicated}, slope)
	if err != nil {
		t.Fatal(err)
	}
	batch := tensors.FromFlatDataAndDimensions(make([]float32, 16), 8, 2)
	for range 3 {
		out, err := p.Call(batch, float32(1))
		if err != nil {
			t.Fatal(err)
		}
		if len(out) != 2 || out[0].Rank() != 0 || out[1].Size() != 2 {
			t.Errorf("%d outputs: %v", len(out), out)
		}
		if w := store.RootScope().GetVariable("w").MustValue(); w.Size() != 2 {
			t.Errorf("w has become %s", w.Shape())
		}
	}
	if _, err := p.Call(batch); err == nil || !strings.Contains(err.Error(), "2 inputs") {
		t.Errorf("an input too few: %v", err)
	}
	if _, err := p.Call(tensors.FromFlatDataAndDimensions(make([]float32, 12), 6, 2), float32(1)); err == nil || !strings.Contains(err.Error(), "divisible") {
		t.Errorf("6 rows for 4 devices: %v", err)
	}
}
