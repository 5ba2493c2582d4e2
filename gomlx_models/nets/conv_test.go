package nets

import (
	"fmt"
	"math"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/graphtest"
)

// convNet is one of the convolutional networks with few filters, on inputs of the given shape. plain is
// the same network from the same variables by the backend's own convolution.
type convNet struct {
	name       string
	dims       []int
	net, plain func(scope *model.Scope, x *Node) []*Node
}

// convNets are small ones, with every kind of layer: strided ones and a shortcut among them.
var convNets = []convNet{
	{"encoder", []int{2, 4, 4, 3},
		func(s *model.Scope, x *Node) []*Node {
			mean, std := ConvEncoder(s, x, 2, 2, 2, 3, 3)
			return []*Node{mean, std}
		},
		func(s *model.Scope, x *Node) []*Node {
			for i := range 3 {
				x = MaxScalar(plainConv(s.At("conv_%d", i), x, 2-min(i, 1), 3), 0.0)
			}
			return []*Node{plainConv(s.At("mean"), x, 1, 3), Exp(MulScalar(plainConv(s.At("log_variance"), x, 1, 3), 0.5))}
		}},
	{"encoder's mean", []int{2, 4, 4, 3},
		func(s *model.Scope, x *Node) []*Node { return []*Node{ConvMean(s, x, 2, 2, 2, 3, 3)} },
		func(s *model.Scope, x *Node) []*Node {
			for i := range 3 {
				x = MaxScalar(plainConv(s.At("conv_%d", i), x, 2-min(i, 1), 3), 0.0)
			}
			return []*Node{plainConv(s.At("mean"), x, 1, 3)}
		}},
	{"f_psi", []int{2, 8, 8, 2},
		func(s *model.Scope, x *Node) []*Node {
			q, p := ConvState(s, x, 2, 3)
			return []*Node{q, p}
		},
		func(s *model.Scope, x *Node) []*Node {
			for i := range 3 {
				x = MaxScalar(plainConv(s.At("conv_%d", i), x, 2, 3), 0.0)
			}
			return []*Node{plainConv(s.At("q"), x, 1, 3), plainConv(s.At("p"), x, 1, 3)}
		}},
	{"decoder", []int{2, 1, 1, 2},
		func(s *model.Scope, x *Node) []*Node { return []*Node{ConvDecoder(s, x, 4, 3, nil)} },
		func(s *model.Scope, x *Node) []*Node {
			shortcut := Convolve(x, Reshape(plainVariable(s.At("stage_0"), x, "shortcut"), 1, 1, 2, 3)).Done()
			for i, size := range []int{2, 4} {
				stage := s.At("stage_%d", i)
				y := MaxScalar(plainConv(stage.At("conv_0"), plainUp(x, size), 1, 3), 0.0)
				x = MaxScalar(Add(plainConv(stage.At("conv_1"), y, 1, 3), plainUp(shortcut, size)), 0.0)
				shortcut = x
			}
			return []*Node{Reshape(plainConv(s.At("frame"), x, 1, 3), 2, -1)}
		}},
	{"energy", []int{2, 4, 4, 2},
		func(s *model.Scope, x *Node) []*Node { return []*Node{ConvEnergy(s, 3)(x)} },
		func(s *model.Scope, x *Node) []*Node {
			for i, l := range [][2]int{{3, 1}, {2, 2}, {2, 1}, {2, 1}, {2, 2}} {
				if i > 0 {
					x = Log1p(Exp(x))
				}
				x = plainConv(s.At("conv_%d", i), x, l[1], l[0])
			}
			return []*Node{ReduceSum(x, 1, 2, 3)}
		}},
}

func plainVariable(scope *model.Scope, x *Node, name string) *Node {
	return scope.GetVariable(name).NodeValue(x.Graph())
}

// plainConv is a k x k convolution with the variables of scope. With stride 1 it keeps the size of the map; a
// 3x3 kernel with stride 2 is centred on every second position, a 2x2 kernel on the blocks of 2x2.
func plainConv(scope *model.Scope, x *Node, stride, k int) *Node {
	conv := Convolve(x, plainVariable(scope, x, "kernel")).Strides(stride)
	switch {
	case k == 3:
		conv.PaddingPerDim([][2]int{{1, 1}, {1, 1}})
	case stride == 1:
		conv.PaddingPerDim([][2]int{{0, 1}, {0, 1}})
	default:
		conv.NoPadding()
	}
	y := conv.Done()
	if scope.GetVariable("biases") == nil {
		return y
	}
	return Add(y, Reshape(plainVariable(scope, x, "biases"), 1, 1, 1, -1))
}

func plainUp(x *Node, size int) *Node { return Interpolate(x, -1, size, size, -1).Nearest().Done() }

func image4(values []float64, dims []int) *tensors.Tensor {
	return tensors.FromFlatDataAndDimensions(append([]float64(nil), values...), dims...)
}

// moveBiases gives the biases random values: at their start, zero, a missing one would not be noticed.
func moveBiases(t *testing.T, store *model.Store) {
	t.Helper()
	for v := range store.IterVariables() {
		if v.Name() == "biases" {
			ok(t, v.SetValue(image4(draw(uint64(len(v.Path())), v.Shape().Size()), v.Shape().Dimensions)))
		}
	}
}

// The networks are those of the plain convolution.
func TestConvNetsArePlainConvolutions(t *testing.T) {
	for _, c := range convNets {
		t.Run(c.name, func(t *testing.T) {
			store := seeded(3)
			x := image4(draw(1, size(c.dims)), c.dims)
			run := compile(t, store, func(s *model.Scope, x []*Node) []*Node { return c.net(s, x[0]) })
			run(x)
			moveBiases(t, store)
			got, want := run(x), compile(t, store, func(s *model.Scope, x []*Node) []*Node { return c.plain(s, x[0]) })(x)
			for i := range want {
				near(t, fmt.Sprintf("output %d", i), got[i], want[i], 1e-12)
				if largest(want[i]) == 0 {
					t.Errorf("output %d is zero everywhere: nothing was compared", i)
				}
			}
		})
	}
}

// The gradients of inputs and of every variable are those of finite differences, and none is zero everywhere.
func TestConvNetGradients(t *testing.T) {
	for _, c := range convNets {
		t.Run(c.name, func(t *testing.T) {
			store := seeded(3)
			objective := func(s *model.Scope, x *Node) *Node {
				l := ScalarZero(x.Graph(), x.DType())
				for i, y := range c.net(s, x) {
					l = Add(l, MulScalar(bend(y), float64(i+1)))
				}
				return l
			}
			checkGradients(t, store, objective, draw(1, size(c.dims)), c.dims, 1e-6)
		})
	}
}

// checkGradients compares GoMLX's gradients of objective, by x and by every variable, with finite differences.
func checkGradients(t *testing.T, store *model.Store, objective func(s *model.Scope, x *Node) *Node, x []float64, dims []int, tolerance float64) {
	t.Helper()
	loss := compile(t, store, func(s *model.Scope, x []*Node) []*Node { return []*Node{objective(s, x[0])} })
	at := func(x []float64) float64 { return loss(image4(x, dims))[0][0] }
	at(x)
	moveBiases(t, store)
	var paths []string
	got := compile(t, store, func(s *model.Scope, x []*Node) []*Node {
		l, wrt := objective(s, x[0]), []*Node{x[0]}
		for v := range s.Store().IterVariables() {
			if v.InUseByGraph(l.Graph()) {
				wrt, paths = append(wrt, v.NodeValue(l.Graph())), append(paths, v.Path())
			}
		}
		return Gradient(l, wrt...)
	})(image4(x, dims))
	near(t, "d/dx", got[0], differences(at, x), tolerance)
	if n := store.NumVariables(); len(paths) != n || n < 2 {
		t.Fatalf("of %d variables the network uses %v", n, paths)
	}
	for i, path := range paths {
		near(t, path, got[i+1], variableDifferences(t, store, path, func() float64 { return at(x) }), tolerance)
		if largest(got[i+1]) == 0 {
			t.Errorf("%s gets no gradient", path)
		}
	}
}

// A loss on the force of ConvEnergy reaches the inputs and every weight as finite differences say, on even
// maps and on odd ones: it is differentiable twice.
func TestConvEnergyIsDifferentiableTwice(t *testing.T) {
	for _, dims := range [][]int{{2, 4, 4, 2}, {1, 3, 3, 1}} {
		t.Run(fmt.Sprint(dims), func(t *testing.T) {
			checkGradients(t, seeded(2), func(s *model.Scope, x *Node) *Node {
				at := leaf(x)
				return ReduceAllSum(Square(Gradient(ReduceAllSum(ConvEnergy(s, 3)(at)), at)[0]))
			}, draw(1, size(dims)), dims, 1e-8)
		})
	}
}

// The energy's function may be kept, for many evaluations in a graph and for another graph, and its
// matrices are then made once in each.
func TestConvEnergyIsMadeOnce(t *testing.T) {
	dims, store := []int{3, 4, 4, 2}, seeded(2)
	var kept func(x *Node) *Node
	var nodes []int
	program := func(scope *model.Scope, x []*Node) []*Node {
		if kept == nil {
			kept = ConvEnergy(scope, 4)
		}
		evaluate := func(x *Node) *Node {
			before := len(x.Graph().Nodes())
			e := kept(x)
			nodes = append(nodes, len(x.Graph().Nodes())-before)
			return e
		}
		return []*Node{evaluate(x[0]), evaluate(MulScalar(x[0], 2))}
	}
	first := compile(t, store, program)(image4(draw(1, size(dims)), dims))
	second := compile(t, store, program)(image4(draw(1, size(dims)), dims))
	near(t, "the second graph", second[0], first[0], 0)
	if nodes[1] > nodes[0]-5*6 {
		t.Errorf("the first evaluation makes %d nodes and the second %d: the matrices are made again", nodes[0], nodes[1])
	}
}

// Frames of every size that is a multiple of 8 go in and come out.
func TestConvShapes(t *testing.T) {
	const batch, frames, n = 1, 2, 2
	for _, c := range []struct{ size, encoder, state int }{
		{8, 8, 1}, {16, 16, 2}, {24, 24, 3}, {32, 32, 4}, {40, 40, 5}, {48, 24, 3}, {56, 56, 7}, {64, 32, 4}, {96, 24, 3}, {128, 32, 4},
	} {
		encoder, state, err := ConvSides(c.size)
		ok(t, err)
		if encoder != c.encoder || state != c.state {
			t.Errorf("the sides for %d are %d and %d, want %d and %d", c.size, encoder, state, c.encoder, c.state)
		}
		var got []string
		compile(t, seeded(1), func(s *model.Scope, in []*Node) []*Node {
			mean, std := ConvEncoder(s.At("encoder"), in[0], encoder, 5, EncoderFilters(n)...)
			q, p := ConvState(s.At("f_psi"), Add(mean, std), 3, n)
			energy := ConvEnergy(s.At("joint"), n)(Concatenate([]*Node{q, p}, -1))
			frame := ConvDecoder(s.At("decoder"), q, c.size, n, nil)
			for _, x := range []*Node{mean, std, q, p, energy, frame} {
				got = append(got, fmt.Sprint(x.Shape().Dimensions))
			}
			return []*Node{frame, energy}
		})(image4(draw(1, batch*c.size*c.size*3*frames), []int{batch, c.size, c.size, 3 * frames}))
		z, s := fmt.Sprint([]int{batch, c.encoder, c.encoder, 5}), fmt.Sprint([]int{batch, c.state, c.state, 3})
		want := []string{z, z, s, s, fmt.Sprint([]int{batch}), fmt.Sprint([]int{batch, c.size * c.size * 3})}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("at %d the shapes are %v, want %v", c.size, got, want)
		}
	}
	for _, size := range []int{0, -8, 4, 20, 33} {
		if _, _, err := ConvSides(size); err == nil || !strings.Contains(err.Error(), "multiple of 8") {
			t.Errorf("ConvSides(%d): %v", size, err)
		}
	}
}

// paperNets are the paper's networks at 32x32 and 64x64, with the numbers of parameters that their docs
// say and the root mean squares between which each output starts, for standard normal inputs.
var paperNets = []struct {
	name       string
	dims       []int
	parameters int
	low, high  float64
	net        func(scope *model.Scope, x *Node) []*Node
}{
	{"encoder", []int{2, 32, 32, 90}, 284480, 0.15, 1, func(s *model.Scope, x *Node) []*Node {
		mean, std := ConvEncoder(s, x, 32, 48, EncoderFilters(PaperFilters)...)
		return []*Node{mean, std}
	}},
	{"f_psi", []int{4, 32, 32, 48}, 120032, 0.4, 2, func(s *model.Scope, x *Node) []*Node {
		q, p := ConvState(s, x, 16, PaperFilters)
		return []*Node{q, p}
	}},
	{"energy", []int{8, 4, 4, 16}, 46048, 0.05, 4, func(s *model.Scope, x *Node) []*Node {
		e := ConvEnergy(s, PaperFilters)(x)
		return []*Node{e, Gradient(ReduceAllSum(e), x)[0]}
	}},
	{"decoder", []int{2, 4, 4, 16}, 196675, 0.2, 1, func(s *model.Scope, x *Node) []*Node {
		return []*Node{ConvDecoder(s, x, 32, PaperFilters, nil)}
	}},
	{"decoder 64", []int{1, 4, 4, 16}, 270531, 0.2, 1, func(s *model.Scope, x *Node) []*Node {
		return []*Node{ConvDecoder(s, x, 64, PaperFilters, nil)}
	}},
}

// The paper's networks have as many parameters as their docs say, and start at sensible scales.
func TestPaperNets(t *testing.T) {
	for _, c := range paperNets {
		t.Run(c.name, func(t *testing.T) {
			store := seeded(1)
			out := compile(t, store, func(s *model.Scope, x []*Node) []*Node { return c.net(s, x[0]) })(image4(draw(1, size(c.dims)), c.dims))
			if got := store.NumParameters(); got != c.parameters {
				t.Errorf("%d parameters, want %d", got, c.parameters)
			}
			for i, y := range out {
				if rms := math.Hypot(moments(y)); !(rms > c.low && rms < c.high) {
					t.Errorf("output %d has the root mean square %.3g, want %g to %g", i, rms, c.low, c.high)
				}
			}
		})
	}
}

// q and p take both signs: no activation follows the last layer of f_psi.
func TestConvStateHasBothSigns(t *testing.T) {
	dims := []int{4, 16, 16, 3}
	for i, y := range compile(t, seeded(1), func(s *model.Scope, x []*Node) []*Node {
		q, p := ConvState(s, x[0], 8, 6)
		return []*Node{q, p}
	})(image4(draw(1, size(dims)), dims)) {
		negative := 0
		for _, v := range y {
			if v < 0 {
				negative++
			}
		}
		if 4*negative < len(y) || 4*negative > 3*len(y) {
			t.Errorf("output %d: %d of %d values are negative", i, negative, len(y))
		}
	}
}

// An untrained decoder draws the mean colour at q = 0.
func TestConvDecoderStartsAtTheMeanColour(t *testing.T) {
	const side = 8
	logits := draw(3, side*side*3)
	want := make([]float64, 3)
	for i, l := range logits {
		want[i%3] += l / (side * side)
	}
	y := compile(t, seeded(1), func(s *model.Scope, q []*Node) []*Node {
		return []*Node{ConvDecoder(s, q[0], side, 4, logits)}
	})(image4(make([]float64, 2*2*2*3), []int{2, 2, 2, 3}))[0]
	for i := range y {
		if d := math.Abs(y[i] - want[i%3]); d > 1e-14 {
			t.Fatalf("value %d of the frame is %g, want %g", i, y[i], want[i%3])
		}
	}
}

// What does not fit together is named.
func TestConvPanics(t *testing.T) {
	backend := graphtest.Backend(t)
	for want, net := range map[string]func(s *model.Scope, x *Node) *Node{
		"a map of side 4 is not reached from side 3": func(s *model.Scope, x *Node) *Node {
			mean, _ := ConvEncoder(s, x, 3, 2, 2)
			return mean
		},
		"an encoder of 1 layers cannot bring maps of side 4 down to 1": func(s *model.Scope, x *Node) *Node {
			mean, _ := ConvEncoder(s, x, 1, 2, 2)
			return mean
		},
		"a map of side 12 is not reached from side 4": func(s *model.Scope, x *Node) *Node { return ConvDecoder(s, x, 12, 2, nil) },
		"12 mean logits do not fit frames of 8x8":     func(s *model.Scope, x *Node) *Node { return ConvDecoder(s, x, 8, 2, make([]float64, 12)) },
	} {
		exec, err := model.NewExec(backend, seeded(1), net)
		ok(t, err)
		if _, err := exec.Call(image4(make([]float64, 48), []int{1, 4, 4, 3})); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
