package nets

import (
	"math"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

const batch, in, out = 5, 3, 4

// bend is a loss of a layer's output whose derivative differs everywhere.
func bend(y *Node) *Node { return ReduceAllSum(Add(Sin(y), MulScalar(Square(y), 0.3))) }

// plain is Linear written down: x·W + b with GoMLX's own gradients.
func plain(scope *model.Scope, x *Node) *Node {
	w := scope.GetVariable("weights").NodeValue(x.Graph())
	return Add(Dot(x, Slice(w, AxisRange(0, in))).Product(), Slice(w, AxisRange(in)))
}

func weights(scope *model.Scope, g *Graph) *Node { return scope.GetVariable("weights").NodeValue(g) }

// linear is a store whose root holds one Linear layer with random biases.
func linear(t *testing.T) *model.Store {
	store := seeded(7)
	biases := draw(5, out)
	compile(t, store, func(scope *model.Scope, x []*Node) []*Node {
		return []*Node{Linear(scope, x[0], out, 1, biases)}
	})(matrix(draw(1, batch*in), batch, in))
	return store
}

// Output and gradients are those of the plain form.
func TestLinearIsThePlainForm(t *testing.T) {
	store := linear(t)
	x := matrix(draw(1, batch*in), batch, in)
	program := func(layer func(*model.Scope, *Node) *Node) builder {
		return func(scope *model.Scope, x []*Node) []*Node {
			y := layer(scope, x[0])
			return append([]*Node{y}, Gradient(bend(y), x[0], weights(scope, y.Graph()))...)
		}
	}
	got := compile(t, store, program(func(s *model.Scope, x *Node) *Node { return Linear(s, x, out, 1, nil) }))(x)
	want := compile(t, store, program(plain))(x)
	for i, what := range []string{"y", "dx", "dW"} {
		near(t, what, got[i], want[i], 1e-13)
	}
}

// The gradients are those of finite differences, the last row of the weights, the biases, included.
func TestLinearGradients(t *testing.T) {
	store := linear(t)
	loss := compile(t, store, func(scope *model.Scope, x []*Node) []*Node {
		return []*Node{bend(Linear(scope, x[0], out, 1, nil))}
	})
	gradient := compile(t, store, func(scope *model.Scope, x []*Node) []*Node {
		return Gradient(bend(Linear(scope, x[0], out, 1, nil)), x[0], weights(scope, x[0].Graph()))
	})
	x := draw(1, batch*in)
	at := func(x []float64) float64 { return loss(matrix(x, batch, in))[0][0] }
	got := gradient(matrix(x, batch, in))
	near(t, "dx", got[0], differences(at, x), 1e-9)
	near(t, "dW", got[1], variableDifferences(t, store, "/weights", func() float64 { return at(x) }), 1e-9)
}

// One variable in two layers, one behind the other, gets the sum of both gradients.
func TestLinearLayersShareAVariable(t *testing.T) {
	const width = 3
	store := seeded(3)
	twice := func(scope *model.Scope, x *Node) *Node {
		return Linear(scope, Sin(Linear(scope, x, width, 1, nil)), width, 1, nil)
	}
	loss := compile(t, store, func(scope *model.Scope, x []*Node) []*Node { return []*Node{bend(twice(scope, x[0]))} })
	gradient := compile(t, store, func(scope *model.Scope, x []*Node) []*Node {
		l := bend(twice(scope, x[0]))
		return Gradient(l, x[0], weights(scope, l.Graph()))
	})
	x := draw(1, batch*width)
	at := func(x []float64) float64 { return loss(matrix(x, batch, width))[0][0] }
	got := gradient(matrix(x, batch, width))
	near(t, "dx", got[0], differences(at, x), 1e-9)
	near(t, "dW", got[1], variableDifferences(t, store, "/weights", func() float64 { return at(x) }), 1e-9)
}

// Every call of Gradient in a graph gets its own answer: of the same loss again, of another loss, and
// with respect to the weights alone.
func TestLinearGradientTwiceInOneGraph(t *testing.T) {
	store := linear(t)
	x := matrix(draw(1, batch*in), batch, in)
	program := func(layer func(*model.Scope, *Node) *Node) builder {
		return func(scope *model.Scope, x []*Node) []*Node {
			y := layer(scope, x[0])
			w := weights(scope, y.Graph())
			first, second := bend(y), ReduceAllSum(Mul(y, Cos(y)))
			var all []*Node
			all = append(all, Gradient(first, x[0], w)...)
			all = append(all, Gradient(second, w)...)
			all = append(all, Gradient(first, w)...)
			return append(all, Gradient(Add(first, second), x[0], w)...)
		}
	}
	got := compile(t, store, program(func(s *model.Scope, x *Node) *Node { return Linear(s, x, out, 1, nil) }))(x)
	want := compile(t, store, program(plain))(x)
	for i, what := range []string{"dx first", "dW first", "dW second", "dW first again", "dx both", "dW both"} {
		near(t, what, got[i], want[i], 1e-13)
	}
}

// The weights start with standard deviation gain/√in, the biases as given, or zero.
func TestLinearInitialValues(t *testing.T) {
	const in, out, gain = 50, 40, 1.7
	store := seeded(1)
	biases := draw(2, out)
	compile(t, store, func(scope *model.Scope, x []*Node) []*Node {
		return []*Node{Linear(scope.At("given"), x[0], out, gain, biases), Linear(scope.At("zero"), x[0], out, gain, nil)}
	})(matrix(draw(1, in), 1, in))
	w := values(t, store, "/given/weights")
	mean, std := moments(w[:in*out])
	if want := gain / math.Sqrt(in); math.Abs(std/want-1) > 0.06 || math.Abs(mean) > 0.1*want {
		t.Errorf("the weights have mean %.4f and standard deviation %.4f, want 0 and %.4f", mean, std, want)
	}
	near(t, "given biases", w[in*out:], biases, 0)
	near(t, "biases", values(t, store, "/zero/weights")[in*out:], make([]float64, out), 0)
}

// A perceptron keeps the size of its activations: He's gain makes up for what ReLU cuts off.
func TestMLPKeepsTheScale(t *testing.T) {
	const rows, width = 200, 256
	y := compile(t, seeded(1), func(scope *model.Scope, x []*Node) []*Node {
		return []*Node{MLP(scope, x[0], width, width, width, width)}
	})(matrix(draw(1, rows*width), rows, width))[0]
	square := 0.0
	for _, v := range y {
		if v < 0 {
			t.Fatalf("an output is %g: there is a ReLU after the last layer too", v)
		}
		square += v * v / float64(len(y))
	}
	if square < 0.5 || square > 2 {
		t.Errorf("unit inputs come out with mean square %.3f, want about 1", square)
	}
}
