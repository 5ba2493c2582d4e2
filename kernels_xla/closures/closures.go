// Package closures lets sums stand in the closures of an XLA program, as the body of a loop needs them.
//
// go-xla 0.4.5 keeps the function by which a reduction adds two numbers once for each program and type of number. The
// function belongs to the part of the program that needed it first, and XLA refuses it in any other: "reductionFn is not
// a StableHLO closure of main". A backend that [Mend] returns writes a sum in a closure as a product with ones instead,
// which needs no such function. The package can go when go-xla keeps reduction functions by the function that holds them
// (getReductionFn in compute/xla/ops_reduce.go).
//
// Other reductions, such as a maximum, still fail in closures; package integrate leaves loops that would need one unrolled.
package closures

import (
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// Mend returns the backend b with closures in which ReduceSum can be used.
func Mend(b compute.Backend) compute.Backend { return &backend{b} }

// Inner is the backend that Mend was given, or b itself where it was not.
func Inner(b compute.Backend) compute.Backend {
	if mended, ok := b.(*backend); ok {
		return mended.Backend
	}
	return b
}

type backend struct{ compute.Backend }

func (b *backend) Builder(name string) compute.Builder {
	return &builder{Builder: b.Backend.Builder(name)}
}

type builder struct {
	compute.Builder
	main *function
}

func (b *builder) Main() compute.Function {
	if b.main == nil {
		b.main = &function{Function: b.Builder.Main(), builder: b}
	}
	return b.main
}

func (b *builder) NewFunction(name string) (compute.Function, error) {
	f, err := b.Builder.NewFunction(name)
	if err != nil {
		return nil, err
	}
	return &function{Function: f, builder: b}, nil
}

// function passes everything on to go-xla's, but for sums in closures.
type function struct {
	compute.Function
	builder *builder
	parent  *function // nil outside of closures
}

func (f *function) Builder() compute.Builder { return f.builder }

func (f *function) Parent() compute.Function {
	if f.parent == nil {
		return f.Function.Parent()
	}
	return f.parent
}

func (f *function) Closure() (compute.Function, error) {
	inner, err := f.Function.Closure()
	if err != nil {
		return nil, err
	}
	return &function{Function: inner, builder: f.builder, parent: f}, nil
}

// ReduceSum is the sum of x over axes; in a closure it is the product of x with ones along them.
func (f *function) ReduceSum(x compute.Value, axes ...int) (compute.Value, error) {
	if f.parent == nil {
		return f.Function.ReduceSum(x, axes...)
	}
	shape, err := f.Shape(x)
	if err != nil {
		return nil, err
	}
	axes = slices.Clone(axes)
	if len(axes) == 0 {
		for axis := range shape.Rank() {
			axes = append(axes, axis)
		}
	}
	if len(axes) == 0 {
		return x, nil
	}
	dims, along := make([]int, len(axes)), make([]int, len(axes))
	for i, axis := range axes {
		dims[i], along[i] = shape.Dim(axis), i
	}
	ones, err := f.ones(shape.DType, dims)
	if err != nil {
		return nil, err
	}
	return f.DotGeneral(x, axes, nil, ones, along, nil, compute.DotGeneralConfig{})
}

// ones is a constant of ones.
func (f *function) ones(dtype dtypes.DType, dims []int) (compute.Value, error) {
	one, err := f.Constant([]float32{1})
	if err != nil {
		return nil, err
	}
	scalar, err := f.ConvertDType(one, dtype)
	if err != nil {
		return nil, err
	}
	return f.BroadcastInDim(scalar, shapes.Make(dtype, dims...), nil)
}

// The functions that these take are handed on as go-xla's own.

func (f *function) Call(target compute.Function, inputs ...compute.Value) ([]compute.Value, error) {
	return f.Function.Call(inner(target), inputs...)
}

func (f *function) Sort(comparator compute.Function, axis int, isStable bool, inputs ...compute.Value) ([]compute.Value, error) {
	return f.Function.Sort(inner(comparator), axis, isStable, inputs...)
}

func (f *function) While(cond, body compute.Function, initialState ...compute.Value) ([]compute.Value, error) {
	return f.Function.While(inner(cond), inner(body), initialState...)
}

func (f *function) If(pred compute.Value, trueBranch, falseBranch compute.Function) ([]compute.Value, error) {
	return f.Function.If(pred, inner(trueBranch), inner(falseBranch))
}

func inner(f compute.Function) compute.Function {
	if mended, ok := f.(*function); ok {
		return mended.Function
	}
	return f
}
