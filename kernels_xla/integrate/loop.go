package integrate

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/kernels_xla/phase"
)

// loop computes Path by a While loop, whose reverse pass is a second one:
//
//	x_0 = start    x_i+1 = step(x_i, c)            i = 0 … n-1
//	λ_n = v_n      λ_i   = v_i + λ_i+1·∂step/∂x    g = Σ λ_i+1·∂step/∂c    both at (x_i, c)    i = n-1 … 0
//
// x holds the values that one step passes to the next: the state and, for a splitting that begins with the part with
// which it ended, the force there. c holds the values that a step takes from outside, the parameters of H and dt; v
// are the adjoints of the states. The first loop stores the x_i, and the second computes every step once more, so
// that the memory grows by the x_i alone.
//
// ok is false if a step cannot be put into a loop, see tracedStep.
func loop(in Integrator, h phase.Dynamics, s phase.State, dt *Node, steps int, until *Node) (paths []*Node, ok bool) {
	t, ok := traceStep(in, h, s, dt)
	if !ok {
		return nil, false
	}
	g := s.Q.Graph()
	n := counters{zero: Const(g, int32(0)), one: Const(g, int32(1)), until: until}
	if until == nil {
		n.until = Const(g, int32(steps))
	}
	paths = t.forward(n, steps)
	results := phase.WithAdjoint(paths[:2], append(t.start, t.differentiable...), func(v []*Node) []*Node {
		return t.reverse(n, paths, v)
	})
	return append(results, paths[2:]...), true
}

// counters holds the int32 scalars with which loops count.
type counters struct{ zero, one, until *Node }

// forward runs the steps and returns the paths of x, [steps+1, ...] each.
func (t *tracedStep) forward(n counters, steps int) (paths []*Node) {
	for _, x := range t.start {
		first := ExpandDims(StopGradient(x), 0)
		rest := x.Shape().Clone()
		rest.Dimensions = append([]int{steps}, rest.Dimensions...)
		paths = append(paths, Concatenate([]*Node{first, Zeros(x.Graph(), rest)}, 0))
	}
	out := while(
		[]part{{n.zero}, {n.until}, {n.zero}, {n.one}, paths, t.start, t.outside},
		func(p []part) *Node { return LessThan(p[0][0], p[1][0]) },
		func(p []part) {
			next := Add(p[0][0], p[3][0])
			x := copied(t.next, concat(t.at, t.outside), concat(p[5], p[6]))
			for k := range x {
				p[4][k] = DynamicUpdateSlice(p[4][k], Reshape(x[k], row(x[k])...), at(next, p[2][0], x[k].Rank()))
			}
			p[0][0], p[5] = next, x
		})
	for k, path := range out[4] {
		out[4][k] = StopGradient(path)
	}
	return out[4]
}

// reverse goes back along the paths with the adjoints v of q and p, and returns the adjoints of start and of the
// differentiable values from outside.
func (t *tracedStep) reverse(n counters, paths, v []*Node) []*Node {
	lambda, sums := make([]*Node, len(t.start)), make([]*Node, len(t.differentiable))
	for k, x := range t.start {
		lambda[k] = ZerosLike(x)
		if k < len(v) {
			lambda[k] = readRow(v[k], n.until, n.zero)
		}
	}
	for i, c := range t.differentiable {
		sums[i] = ZerosLike(c)
	}
	out := while(
		[]part{{n.until}, {n.zero}, {n.one}, paths, v, lambda, sums, t.outsidePull},
		func(p []part) *Node { return GreaterThan(p[0][0], p[1][0]) },
		func(p []part) {
			before := Sub(p[0][0], p[2][0])
			x := make([]*Node, len(paths))
			for k, path := range p[3] {
				x[k] = readRow(path, before, p[1][0])
			}
			pulled := copied(t.pulled, concat(t.at, t.lambda, t.outsidePull), concat(x, p[5], p[7]))
			for k := range p[5] {
				p[5][k] = pulled[k]
				if k < len(v) {
					p[5][k] = Add(pulled[k], readRow(p[4][k], before, p[1][0]))
				}
			}
			for i := range p[6] {
				p[6][i] = Add(p[6][i], pulled[len(x)+i])
			}
			p[0][0] = before
		})
	return concat(out[5], out[6])
}

// part is a group of the values that a loop passes from one round to the next.
type part = []*Node

// while runs body, which replaces the values that change, as long as cond holds. A loop on XLA sees only the values
// passed to it, so even constants must be passed.
func while(state []part, cond func(p []part) *Node, body func(p []part)) []part {
	flat := concat(state...)
	g := flat[0].Graph()
	parameters := func() []part {
		all := make([]*Node, len(flat))
		for i, x := range flat {
			all[i] = Parameter(g, fmt.Sprintf("x%d", i), x.Shape())
		}
		return like(state, all)
	}
	out := While(
		NewClosure(g, func(*Graph) []*Node { return []*Node{cond(parameters())} }),
		NewClosure(g, func(*Graph) []*Node {
			p := parameters()
			body(p)
			return concat(p...)
		}), flat...)
	return like(state, out)
}

// like cuts flat into parts of the same lengths as the parts of state.
func like(state []part, flat []*Node) []part {
	parts := make([]part, len(state))
	for i, p := range state {
		parts[i], flat = flat[:len(p):len(p)], flat[len(p):]
	}
	return parts
}

func concat(parts ...part) []*Node {
	var all []*Node
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// row returns the dimensions of x as one row of a path.
func row(x *Node) []int { return append([]int{1}, x.Shape().Dimensions...) }

// at returns the start of row i of a path of x, where rank is the rank of x.
func at(i, zero *Node, rank int) []*Node {
	starts := []*Node{i}
	for range rank {
		starts = append(starts, zero)
	}
	return starts
}

// readRow returns row i of a path.
func readRow(path, i, zero *Node) *Node {
	dims := path.Shape().Dimensions[1:]
	return Reshape(DynamicSlice(path, at(i, zero, len(dims)), append([]int{1}, dims...)), dims...)
}
