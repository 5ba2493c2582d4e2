package nets

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	. "github.com/gomlx/gomlx/support/exceptions"
	"gonum.org/v1/gonum/floats"

	"hgn.local/kernels_xla/convops"
	"hgn.local/kernels_xla/phase"
)

// ForceField is an energy E(x), a perceptron with one scalar output, for flows that evaluate its force many times in
// a graph and differentiate it once more in training:
//
//	z_1 = W_1 x + b_1    h_l = a(z_l)    z_l+1 = W_l+1 h_l + b_l+1    E = w·h_L
//
// The code writes out its gradient by x,
//
//	c_l = W_l+1ᵀ (c_l+1 ∘ a'(z_l+1))    ∂E/∂x = W_1ᵀ (c_1 ∘ a'(z_1))    c_L = w
//
// and the adjoint of that gradient, a Hessian-vector product with the derivatives by the parameters. Both equal what
// Gradient would give for the plain expression of E, in fewer passes over the activations and without transposing
// any. Inside, activations are feature-major, [features, n], because the Go backend computes the resulting products
// fast; outside, x is [n, d] and E is [n].
//
// The function a is one of Activations.
func ForceField(scope *model.Scope, activation string, gain float64, widths ...int) func(x *Node) *Node {
	if _, ok := activations[activation]; !ok || len(widths) == 0 {
		Panicf("a force field has at least one hidden layer and an activation, not %v and %q", widths, activation)
	}
	var p *perceptron
	return func(x *Node) *Node {
		if p == nil || p.readout.Graph() != x.Graph() {
			p = newPerceptron(scope, x, activation, gain, widths)
		}
		return p.energy(x)
	}
}

// inputGain widens the first layer's initial weights beyond the usual ones. Its units then bend within half a
// standard deviation of the data, several times over their extent, where usual ones bend once. Energies with narrow
// valleys are learned in far fewer steps.
const inputGain = 3

// perceptron is a ForceField within one graph.
type perceptron struct {
	activation activation
	weights    []*Node // [out, in+1] for each hidden layer; the last column is the bias
	plain      []*Node // [out, in], without the bias
	transposed []*Node // [in, out]
	readout    *Node   // [out of the last, 1]
	top        *Node   // diag(readout)·plain of the last layer, [out, in]: the force needs the two only as this product
	topT       *Node   // its transpose
}

func newPerceptron(scope *model.Scope, x *Node, activation string, gain float64, widths []int) *perceptron {
	p := &perceptron{activation: activations[activation]}
	in := x.Shape().Dim(-1)
	for i, width := range widths {
		at := scope.In("layer_%d", i)
		w := existing(at, x.DType(), "weights", width, in+1)
		if w == nil {
			values := normal(at, "weights", p.activation.gain*Lecun(in), width*(in+1))
			if i == 0 {
				floats.Scale(inputGain, values)
			}
			for row := range width {
				values[row*(in+1)+in] *= math.Sqrt(float64(in)) / 2 // biases make the units bend at different places
			}
			w = at.VariableWithValue("weights", Tensor(x.DType(), values, width, in+1))
		}
		p.add(w.NodeValue(x.Graph()))
		in = width
	}
	p.readout = Weight(scope, x.Graph(), x.DType(), "readout", gain*Lecun(in), in, 1)
	last := len(widths) - 1
	p.top = Mul(p.readout, p.plain[last])
	p.topT = Transpose(p.top, 0, 1)
	return p
}

func (p *perceptron) add(w *Node) {
	in := w.Shape().Dim(1) - 1
	plain := Slice(w, AxisRange(), AxisRange(0, in))
	p.weights, p.plain, p.transposed = append(p.weights, w), append(p.plain, plain), append(p.transposed, Transpose(plain, 0, 1))
}

// energy computes E(x), [n, d] -> [n]. Its derivative by x comes from gradient; GoMLX provides the derivatives by the
// parameters, which a flow does not need.
func (p *perceptron) energy(x *Node) *Node {
	h := Transpose(StopGradient(x), 0, 1)
	for _, w := range p.weights {
		h = p.activation.value(Dot(w, withOnes(h)).Product())
	}
	value := Reshape(Dot(Transpose(p.readout, 0, 1), h).Product(), -1)
	return phase.WithAdjoint([]*Node{value}, []*Node{x}, func(v []*Node) []*Node {
		return []*Node{Mul(ExpandDims(v[0], -1), p.gradient(x))}
	})[0]
}

// gradient is ∂E/∂x, [n, d] -> [n, d], differentiable once.
func (p *perceptron) gradient(x *Node) *Node {
	last := len(p.weights) - 1
	inputs := make([]*Node, 0, last+1)    // inputs of the layers, with a row of ones
	layers := make([]derivatives, last+1) // derivatives of the layers' activations
	h := Transpose(x, 0, 1)
	for l, w := range p.weights {
		inputs = append(inputs, withOnes(h))
		z := Dot(w, inputs[l]).Product()
		layers[l] = p.activation.derivatives(z)
		h = layers[l].value
	}
	// s·c is the adjoint of z; for the last layer it is diag(w)·s, and w is part of top.
	cs, deltas := make([]*Node, last+1), make([]*Node, last+1)
	g := Dot(p.topT, layers[last].first).Product()
	for l := last - 1; l >= 0; l-- {
		cs[l] = g
		deltas[l] = Mul(g, layers[l].first)
		g = Dot(p.transposed[l], deltas[l]).Product()
	}

	// adjoints maps u, the adjoint of g, to the adjoints of x, of top and of the weights.
	adjoints := func(v []*Node) []*Node {
		u := Transpose(v[0], 0, 1)
		ofWeights := make([]*Node, last+1)
		ofSlopes := make([]*Node, last+1) // adjoints of s, times a''
		for l := range last {
			ofWeights[l] = byTransposed(deltas[l], u)
			e := Dot(p.plain[l], u).Product()
			ofSlopes[l] = layers[l].second(Mul(e, cs[l]))
			u = Mul(e, layers[l].first)
		}
		ofTop := byTransposed(layers[last].first, u)
		y := layers[last].second(Dot(p.top, u).Product())
		for l := last; l >= 0; l-- {
			byInput := byTransposed(y, inputs[l])
			if ofWeights[l] != nil {
				byInput = Add(byInput, Concatenate([]*Node{ofWeights[l], ZerosLike(Slice(byInput, AxisRange(), AxisRange(0, 1)))}, 1))
			}
			ofWeights[l] = byInput
			y = Dot(p.transposed[l], y).Product()
			if l > 0 {
				y = Add(ofSlopes[l-1], Mul(y, layers[l-1].first))
			}
		}
		return append([]*Node{Transpose(y, 0, 1), ofTop}, ofWeights...)
	}
	return phase.WithAdjoint([]*Node{StopGradient(Transpose(g, 0, 1))}, append([]*Node{x, p.top}, p.weights...), adjoints)[0]
}

// withOnes appends a row of ones, [in, n] -> [in+1, n].
func withOnes(h *Node) *Node {
	one := OnePlus(MulScalar(StopGradient(Slice(h, AxisRange(0, 1))), 0))
	return Concatenate([]*Node{h, one}, 0)
}

// byTransposed computes a·bᵀ, [m, n] and [k, n] -> [m, k].
func byTransposed(a, b *Node) *Node { return DotGeneral(a, []int{1}, nil, b, []int{1}, nil) }

// Activations lists the names of the functions that a ForceField may have between its layers.
func Activations() []string { return []string{"squareplus", "softplus", "tanh"} }

// activation is one of the functions listed by Activations.
type activation struct {
	gain        float64 // scales the initial weights
	value       func(z *Node) *Node
	derivatives func(z *Node) derivatives
}

// derivatives holds a(z), a'(z), and a function that multiplies its argument by the second derivative of a at z.
type derivatives struct {
	value, first *Node
	second       func(x *Node) *Node
}

var activations = map[string]activation{
	// squareplus(2z) = z + √(z²+1), without the usual halves, which the weights can absorb.
	"squareplus": {1, func(z *Node) *Node { return Add(z, Sqrt(AddScalar(Square(z), 1))) }, func(z *Node) derivatives {
		squared := AddScalar(Square(z), 1)
		r := Sqrt(squared)
		h := Add(z, r)
		return derivatives{h, Div(h, r), func(x *Node) *Node { return Div(x, Mul(squared, r)) }}
	}},
	"softplus": {2, convops.Softplus, func(z *Node) derivatives {
		s := convops.Sigmoid(z)
		return derivatives{convops.Softplus(z), s, func(x *Node) *Node { return Mul(x, Mul(s, OneMinus(s))) }}
	}},
	"tanh": {1, tanh, func(z *Node) derivatives {
		h := tanh(z)
		s := OneMinus(Square(h))
		return derivatives{h, s, func(x *Node) *Node { return Mul(x, MulScalar(Mul(h, s), -2)) }}
	}},
}

// tanh uses convops.Sigmoid, which is fast on every backend.
func tanh(z *Node) *Node { return AddScalar(MulScalar(convops.Sigmoid(MulScalar(z, 2)), 2), -1) }
