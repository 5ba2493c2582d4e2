package fakepjrt

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	_ "github.com/gomlx/compute/gobackend"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// A program lowers and runs on the stand-in: its text is kept, and its outputs are zeros of the right shapes.
func TestProgram(t *testing.T) {
	b := Open(t, 1)
	exec, err := graph.NewExec(b.Backend, func(x *graph.Node) []*graph.Node {
		y := graph.ReduceAllSum(graph.Square(x))
		return []*graph.Node{y, graph.Gradient(y, x)[0], graph.LessThan(x, graph.ZerosLike(x))}
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Call([][]float32{{1, 2, 3}, {4, 5, 6}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []shapes.Shape{shapes.Make(dtypes.Float32), shapes.Make(dtypes.Float32, 2, 3), shapes.Make(dtypes.Bool, 2, 3)} {
		if !out[i].Shape().Equal(want) {
			t.Errorf("output %d has shape %s, want %s", i, out[i].Shape(), want)
		}
	}
	if x := tensors.MustCopyFlatData[float32](out[1]); slices.ContainsFunc(x, func(x float32) bool { return x != 0 }) {
		t.Errorf("the outputs are %v, not zeros", x)
	}
	programs, err := b.Programs()
	if err != nil || len(programs) != 1 {
		t.Fatalf("%d programs, %v", len(programs), err)
	}
	operators := programs[0].Operators()
	for _, want := range []string{"multiply", "reduce", "compare"} {
		if !slices.Contains(operators, want) {
			t.Errorf("operators %v, without %s", operators, want)
		}
	}
	if got := programs[0].Missing(goOf(t)); len(got) > 0 {
		t.Errorf("the Go backend is said to miss %v", got)
	}
	if b.Backend.Name() == goBackend || goOf(t).Name() != goBackend {
		t.Errorf("the backends are called %q and %q", b.Backend.Name(), goOf(t).Name())
	}
}

// An operator that only one backend has is named: the Go backend's by the failure to lower it, XLA's by Missing.
func TestOperatorsOfOneBackend(t *testing.T) {
	b := Open(t, 1)
	run := func(f func(x *graph.Node) *graph.Node) error {
		exec, err := graph.NewExec(b.Backend, f)
		if err == nil {
			_, err = exec.Call([]float32{3, 1, 2})
		}
		return err
	}
	if err := run(func(x *graph.Node) *graph.Node { return graph.DynamicShape(x) }); err == nil || !strings.Contains(err.Error(), "DynamicShape") {
		t.Errorf("an operator that XLA's backend does not have: %v", err)
	}
	if err := run(func(x *graph.Node) *graph.Node {
		return graph.Real(graph.FFT(graph.Complex(x, graph.ZerosLike(x))))
	}); err != nil {
		t.Fatal(err)
	}
	programs, err := b.Programs()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := programs[len(programs)-1].Missing(goOf(t)), []string{"complex", "fft", "real"}; !slices.Equal(got, want) {
		t.Errorf("the Go backend is said to miss %v, want %v", got, want)
	}
}

// The number of devices is what was asked for, the environment is as before, and the Go backend opens beside it.
func TestOpen(t *testing.T) {
	for _, devices := range []int{1, 4, 2} {
		if got := Open(t, devices).NumDevices(); got != devices {
			t.Errorf("%d devices, want %d", got, devices)
		}
	}
	for _, variable := range os.Environ() {
		if strings.HasPrefix(variable, "STANDIN_") {
			t.Errorf("the environment still has %s", variable)
		}
	}
}

func goOf(t *testing.T) compute.Backend {
	t.Helper()
	b, err := compute.NewWithConfig("go")
	if err != nil {
		t.Fatal(err)
	}
	return b
}
