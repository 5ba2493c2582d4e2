package nets

import (
	"math"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/graphtest"
)

// plainEnergy is the expression that ForceField stands for, on its variables, for GoMLX to differentiate.
func plainEnergy(scope *model.Scope, x *Node, activation string, widths []int) *Node {
	h := x
	in := x.Shape().Dim(-1)
	for i, width := range widths {
		w := scope.In("layer_%d", i).GetVariable("weights").NodeValue(x.Graph())
		weights, biases := Transpose(w, 0, 1), Transpose(w, 0, 1)
		weights = Einsum("ij,jk->ik", selection(x, in+1, in), weights)
		biases = Einsum("ij,jk->ik", lastOf(x, in+1), biases)
		z := Add(Dot(h, weights).Product(), biases)
		switch activation {
		case "squareplus":
			h = Add(z, Sqrt(AddScalar(Square(z), 1)))
		case "softplus":
			h = Log1P(Exp(z))
		case "tanh":
			h = Tanh(z)
		}
		in = width
	}
	return Reshape(Dot(h, scope.GetVariable("readout").NodeValue(x.Graph())).Product(), -1)
}

// selection is the first n rows of the unit matrix of size m, [n, m]; lastOf its last row.
func selection(x *Node, m, n int) *Node {
	values := make([]float64, n*m)
	for i := range n {
		values[i*m+i] = 1
	}
	return Const(x.Graph(), tensors.FromFlatDataAndDimensions(values, n, m))
}

func lastOf(x *Node, m int) *Node {
	values := make([]float64, m)
	values[m-1] = 1
	return Const(x.Graph(), tensors.FromFlatDataAndDimensions(values, 1, m))
}

// Energy, its gradient, and the gradient of a function of that gradient by the point and by every parameter are those
// that GoMLX finds by differentiating the plain expression, once and twice.
func TestForceFieldIsItsExpression(t *testing.T) {
	for _, activation := range Activations() {
		for _, widths := range [][]int{{5}, {7, 5}, {4, 6, 3}} {
			backend := graphtest.Backend(t)
			store := model.NewStore()
			exec, err := model.NewExec(backend, store, func(scope *model.Scope, x, u *Node) []*Node {
				var out []*Node
				fast := ForceField(scope.At("field"), activation, 1, widths...)
				for _, energy := range []func(x *Node) *Node{fast, func(x *Node) *Node { return plainEnergy(scope.At("field"), x, activation, widths) }} {
					e := energy(x)
					force := Gradient(ReduceAllSum(e), x)[0]
					loss := ReduceAllSum(Mul(u, Mul(force, force)))
					wrt := []*Node{x}
					for i := range widths {
						wrt = append(wrt, scope.At("field").In("layer_%d", i).GetVariable("weights").NodeValue(x.Graph()))
					}
					wrt = append(wrt, scope.At("field").GetVariable("readout").NodeValue(x.Graph()))
					out = append(out, e, force)
					out = append(out, Gradient(ReduceAllSum(Mul(e, ReduceSum(u, -1))), wrt...)...)
					out = append(out, Gradient(loss, wrt...)...)
				}
				return out
			})
			ok(t, err)
			const n, d = 6, 3
			x, u := make([]float64, n*d), make([]float64, n*d)
			for i := range x {
				x[i], u[i] = math.Sin(float64(i)), math.Cos(float64(3*i))
			}
			out, err := exec.Call(tensors.FromFlatDataAndDimensions(x, n, d), tensors.FromFlatDataAndDimensions(u, n, d))
			ok(t, err)
			half := len(out) / 2
			for i := range half {
				got, want := tensors.MustCopyFlatData[float64](out[i]), tensors.MustCopyFlatData[float64](out[half+i])
				for j := range want {
					if math.Abs(got[j]-want[j]) > 1e-11*(1+math.Abs(want[j])) {
						t.Errorf("%s %v: entry %d of output %d is %.15g, want %.15g", activation, widths, j, i, got[j], want[j])
						break
					}
				}
			}
		}
	}
}
