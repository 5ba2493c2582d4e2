//go:build cgo && !noonnx && (linux || darwin) && (amd64 || arm64)

package onnx

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	onnxbackend "github.com/gomlx/compute-onnx"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/program"
)

// A model takes any number of rows, holds its weights, and computes what the program does: a product, a gradient, numbers
// that are spread over the rows, and an output with two values a row. A program with a constant for every row is lowered
// for fixed rows.
func TestLower(t *testing.T) {
	here, reference := open(t)
	r := rand.New(rand.NewPCG(1, 2))
	store := model.NewStore()
	store.RootScope().At("layer").VariableWithValue("weights", normal(r, 3, 4))
	p := program.Program{
		Name: "twice", Inputs: []program.Value{program.Rows("x", 3), program.Number("dt")}, Outputs: []string{"y", "z"},
		Build: func(scope *model.Scope, in []*Node) []*Node {
			x, n := in[0], in[0].Shape().Dim(0)
			w := scope.At("layer").GetVariable("weights").NodeValue(x.Graph())
			y := Gradient(ReduceAllSum(Square(Dot(x, w).Product())), x)[0]
			spread := Reshape(BroadcastToDims(ExpandDims(y, 1), n, 2, 3), 2*n, 3)
			return []*Node{Mul(y, in[1]), Concatenate([]*Node{spread, spread}, 0)}
		},
	}
	file, free, err := Lower(store, p, 2, map[string]string{"about": "a test"})
	if err != nil || !free {
		t.Fatalf("free %v, %v", free, err)
	}
	if !bytes.Contains(file, []byte("a test")) {
		t.Error("the metadata are missing")
	}
	loaded, err := onnxbackend.LoadModel(here.(*backend).Backend, bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	names, inputs := loaded.Inputs()
	if !slices.Equal(names, []string{"x", "dt"}) || inputs[0].Dimensions[0] >= 0 || inputs[0].Dimensions[1] != 3 {
		t.Errorf("the inputs are %v, %v", names, inputs)
	}
	if outputs := loaded.Outputs(); outputs[0].Dimensions[1] != 3 || outputs[1].Dimensions[0] >= 0 {
		t.Errorf("the outputs are %v", outputs)
	}
	for _, n := range []int{1, 2, 7, sizes[1]} {
		x := normal(r, n, 3)
		got := call(t, here.(*backend), loaded, tensors.MustCopyFlatData[float32](x), n)
		want, err := p.Run(reference, store, x, float32(0.5))
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			dims := want[i].Shape().Dimensions
			if !slices.Equal(got[i].Shape().Dimensions, dims) {
				t.Fatalf("%d rows: output %d is %s, want %s", n, i, got[i].Shape(), want[i].Shape())
			}
			plain := tensors.FromFlatDataAndDimensions(tensors.MustCopyFlatData[float32](got[i]), dims...)
			if !want[i].InDelta(plain, 1e-4) {
				t.Errorf("%d rows: output %d is %s, want %s", n, i, plain, want[i])
			}
		}
	}

	p.Outputs, p.Build = []string{"y"}, func(_ *model.Scope, in []*Node) []*Node {
		n := in[0].Shape().Dim(0)
		rows := make([]float32, n*3)
		for i := range rows {
			rows[i] = float32(i)
		}
		return []*Node{Mul(Add(in[0], Const(in[0].Graph(), tensors.FromFlatDataAndDimensions(rows, n, 3))), in[1])}
	}
	if file, free, err = Lower(store, p, 2, nil); err != nil || free {
		t.Fatalf("a constant for every row: free %v, %v", free, err)
	}
	if loaded, err = onnxbackend.LoadModel(here.(*backend).Backend, bytes.NewReader(file)); err != nil {
		t.Fatal(err)
	}
	if _, inputs := loaded.Inputs(); !slices.Equal(inputs[0].Dimensions, []int{2, 3}) {
		t.Errorf("the inputs are %v", inputs)
	}
}

// call runs a loaded model on n rows of x, and dt = 0.5.
func call(t *testing.T, b *backend, e compute.Executable, x []float32, n int) (all []*tensors.Tensor) {
	t.Helper()
	rows, err := b.BufferFromFlatData(0, x, shapes.Make(dtypes.Float32, n, len(x)/n))
	if err != nil {
		t.Fatal(err)
	}
	dt, err := b.BufferFromFlatData(0, []float32{0.5}, shapes.Make(dtypes.Float32, 1))
	if err != nil {
		t.Fatal(err)
	}
	out, err := (&executable{e, b}).Execute([]compute.Buffer{rows, dt}, []bool{false, false}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range out {
		value, err := tensors.FromBuffer(o)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, value)
	}
	return all
}
