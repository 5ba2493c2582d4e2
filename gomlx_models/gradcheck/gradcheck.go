// Package gradcheck reduces the gradient of a training step to a few numbers that can be stored and compared between
// backends and precisions.
package gradcheck

import (
	"cmp"
	"hash/fnv"
	"math/rand/v2"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
)

// Directions is the number of random directions onto which a gradient is projected.
const Directions = 3

// Summary reduces a training step's loss and gradient to a few numbers.
type Summary struct {
	Loss        float64             `json:"loss"`
	Norm        float64             `json:"norm"`  // norm of the gradient by all trainable variables
	Projections [Directions]float64 `json:"along"` // products of the gradient with fixed normal directions, over the norm; they reveal wrong signs, orders and parts
}

// Summarize measures the gradient of a loss by the trainable variables of a store, and makes the variables that the
// store lacks. It first converts floating-point inputs to dtype, which is also the type of new variables.
func Summarize(backend compute.Backend, store *model.Store, dtype dtypes.DType, inputs []any, loss func(scope *model.Scope, in []*Node) *Node) (Summary, error) {
	exec, err := model.NewExec(backend, store, func(scope *model.Scope, in []*Node) []*Node {
		l := loss(scope, Cast(in, dtype))
		g := l.Graph()
		var names []string
		var values []*Node
		for _, v := range trainable(store) {
			if v.InUseByGraph(g) {
				names, values = append(names, v.Path()), append(values, v.NodeValue(g))
			}
		}
		norm := ScalarZero(g, dtype)
		var along [Directions]*Node
		for k := range along {
			along[k] = ScalarZero(g, dtype)
		}
		for i, gradient := range Gradient(l, values...) {
			norm = Add(norm, ReduceAllSum(Square(gradient)))
			for k := range along {
				direction := Const(g, nets.Tensor(dtype, normal(names[i], k, gradient.Shape().Size()), gradient.Shape().Dimensions...))
				along[k] = Add(along[k], ReduceAllSum(Mul(gradient, direction)))
			}
		}
		norm = Sqrt(norm)
		out := []*Node{l, norm}
		for _, a := range along {
			out = append(out, Div(a, norm))
		}
		for i := range out {
			out[i] = ConvertDType(out[i], dtypes.Float64)
		}
		return out
	})
	if err != nil {
		return Summary{}, err
	}
	defer exec.Finalize()
	out, err := exec.Call(inputs...)
	if err != nil {
		return Summary{}, err
	}
	number := func(i int) float64 { return tensors.ToScalar[float64](out[i]) }
	summary := Summary{Loss: number(0), Norm: number(1)}
	for k := range summary.Projections {
		summary.Projections[k] = number(2 + k)
	}
	return summary, nil
}

// Cast converts the floating-point nodes among in to dtype.
func Cast(in []*Node, dtype dtypes.DType) []*Node {
	out := make([]*Node, len(in))
	for i, x := range in {
		if out[i] = x; x.DType().IsFloat() && x.DType() != dtype {
			out[i] = ConvertDType(x, dtype)
		}
	}
	return out
}

// trainable returns the trainable variables, sorted by name.
func trainable(store *model.Store) []*model.Variable {
	var all []*model.Variable
	for v := range store.IterVariables() {
		if v.Trainable {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(a, b *model.Variable) int { return cmp.Compare(a.Path(), b.Path()) })
	return all
}

// normal draws direction k for a variable.
func normal(name string, k, n int) []float64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	r := rand.New(rand.NewPCG(h.Sum64(), uint64(k)))
	out := make([]float64, n)
	for i := range out {
		out[i] = r.NormFloat64()
	}
	return out
}
