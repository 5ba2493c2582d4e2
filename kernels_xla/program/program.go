// Package program describes the functions of a trained model that other programs can run: an encoder, a decoder, an
// energy, one step of the dynamics, a log-density. A description has plain names for its inputs and outputs, so that
// packages onnx and stablehlo write it to a file that needs nothing of this module.
package program

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Batch stands for the number of examples among the dimensions of a Value. It may only come first.
const Batch = -1

// Program is one function of a model.
type Program struct {
	Name    string
	About   string // says in one sentence what it computes
	Inputs  []Value
	Outputs []string
	// Build builds the outputs from the inputs, with the model's variables in scope.
	Build func(scope *model.Scope, in []*Node) []*Node
}

// Value is an input.
type Value struct {
	Name  string
	DType dtypes.DType
	Dims  []int // empty for a scalar
}

// Rows returns the value [batch, dims...] in float32.
func Rows(name string, dims ...int) Value {
	return Value{name, dtypes.Float32, append([]int{Batch}, dims...)}
}

// Number returns the value of one number in float32.
func Number(name string) Value { return Value{Name: name, DType: dtypes.Float32} }

// As returns the value in another type.
func (v Value) As(dtype dtypes.DType) Value {
	v.DType = dtype
	return v
}

// Shape returns the value's shape for a number of examples.
func (v Value) Shape(batch int) shapes.Shape {
	dims := append([]int(nil), v.Dims...)
	if len(dims) > 0 && dims[0] == Batch {
		dims[0] = batch
	}
	return shapes.Make(v.DType, dims...)
}

// Shapes returns the shapes of all inputs for a number of examples.
func (p Program) Shapes(batch int) []shapes.Shape {
	all := make([]shapes.Shape, len(p.Inputs))
	for i, v := range p.Inputs {
		all[i] = v.Shape(batch)
	}
	return all
}

// Batched returns the number of the first input that has a row for every example, or -1 if none has.
func (p Program) Batched() int {
	for i, v := range p.Inputs {
		if len(v.Dims) > 0 && v.Dims[0] == Batch {
			return i
		}
	}
	return -1
}
