package nets

import (
	"hash/fnv"
	"math"
	"math/rand/v2"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	. "github.com/gomlx/gomlx/support/exceptions"
)

// SeedParam is the store parameter (uint64) that seeds the initial values.
const SeedParam = "hgn_seed"

// Weight returns the trainable variable called name in scope, of the given dtype and dimensions, with
// normally distributed initial values of standard deviation std. An existing variable is reused.
func Weight(scope *model.Scope, g *Graph, dtype dtypes.DType, name string, std float64, dims ...int) *Node {
	if v := existing(scope, dtype, name, dims...); v != nil {
		return v.NodeValue(g)
	}
	return WeightWithValues(scope, g, dtype, name, normal(scope, name, std, size(dims)), dims...)
}

// WeightWithValues is like Weight with given initial values, flat in row-major order.
func WeightWithValues(scope *model.Scope, g *Graph, dtype dtypes.DType, name string, values []float64, dims ...int) *Node {
	if v := existing(scope, dtype, name, dims...); v != nil {
		return v.NodeValue(g)
	}
	return scope.VariableWithValue(name, Tensor(dtype, values, dims...)).NodeValue(g)
}

// existing returns the variable called name in scope, or nil. It panics if the variable has another shape, which
// happens when it was loaded from another model.
func existing(scope *model.Scope, dtype dtypes.DType, name string, dims ...int) *model.Variable {
	v := scope.GetVariable(name)
	if want := shapes.Make(dtype, dims...); v != nil && !v.Shape().Equal(want) {
		Panicf("variable %s has shape %s where this model has %s", v.Path(), v.Shape(), want)
	}
	return v
}

// Tensor makes a float32 or float64 tensor from flat values.
func Tensor(dtype dtypes.DType, values []float64, dims ...int) *tensors.Tensor {
	if dtype == dtypes.Float64 {
		return tensors.FromFlatDataAndDimensions(values, dims...)
	}
	single := make([]float32, len(values))
	for i, v := range values {
		single[i] = float32(v)
	}
	return tensors.FromFlatDataAndDimensions(single, dims...)
}

// Float64s returns the values of a float32 or float64 tensor.
func Float64s(t *tensors.Tensor) []float64 {
	if t.DType() == dtypes.Float64 {
		return tensors.MustCopyFlatData[float64](t)
	}
	single := tensors.MustCopyFlatData[float32](t)
	values := make([]float64, len(single))
	for i, v := range single {
		values[i] = float64(v)
	}
	return values
}

// normal draws n values from the random stream of one variable.
func normal(scope *model.Scope, name string, std float64, n int) []float64 {
	h := fnv.New64a()
	h.Write([]byte(model.JoinPath(scope.Scope(), name)))
	r := rand.New(rand.NewPCG(model.GetRootParamOr(scope.Store(), SeedParam, uint64(0)), h.Sum64()))
	values := make([]float64, n)
	for i := range values {
		values[i] = r.NormFloat64() * std
	}
	return values
}

func size(dims []int) int {
	n := 1
	for _, d := range dims {
		n *= d
	}
	return n
}

// ReluGain is the gain that keeps the variance of activations through a ReLU (He et al. 2015).
const ReluGain = math.Sqrt2

// Lecun is the standard deviation 1/√fanIn of the weights of a linear layer.
func Lecun(fanIn int) float64 { return 1 / math.Sqrt(float64(fanIn)) }

// He is the standard deviation √(2/fanIn) of the weights of a layer that a ReLU follows.
func He(fanIn int) float64 { return ReluGain * Lecun(fanIn) }
