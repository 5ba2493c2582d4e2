package integrate

import (
	"reflect"
	"slices"
	"strings"

	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/kernels_xla/phase"
)

// tracedStep is one step of an integrator, and its reverse, as nodes that can be copied into other functions of a
// program, such as the body of a loop. The nodes themselves are unused, and no backend computes them.
type tracedStep struct {
	start []*Node // the first step's input: q, p and the other values that a stepper carries

	at      []*Node // placeholders for start
	next    []*Node // the step's result for at
	outside []*Node // values that next takes from outside

	differentiable []*Node // the values in outside that have derivatives
	lambda         []*Node // placeholders for the adjoints of next
	pulled         []*Node // adjoints of at and of differentiable
	outsidePull    []*Node // values that pulled takes from outside
}

// traceStep traces a step from s. ok is false if an operator of it cannot be copied or has several outputs, or if its
// derivative is unknown.
func traceStep(in Integrator, h phase.Dynamics, s phase.State, dt *Node) (t *tracedStep, ok bool) {
	t = &tracedStep{start: in.start(h, s, dt).carry()}
	t.at, t.lambda = places(t.start), places(t.start)
	step := in.start(h, s, dt)
	step.resume(t.at)
	step.next()
	t.next = step.carry()
	if t.outside, ok = outside(t.next, t.at); !ok {
		return nil, false
	}
	for _, c := range t.outside {
		if c.DType().IsFloat() && c.Type() != NodeTypeConstant && !c.StopGradient() {
			t.differentiable = append(t.differentiable, c)
		}
	}
	if t.pulled, ok = phase.Pull(t.next, t.lambda, append(slices.Clone(t.at), t.differentiable...)); !ok {
		return nil, false
	}
	t.outsidePull, ok = outside(t.pulled, append(slices.Clone(t.at), t.lambda...))
	return t, ok
}

// places returns nodes that equal xs, and for which other nodes can be substituted.
func places(xs []*Node) []*Node {
	ys := make([]*Node, len(xs))
	for i, x := range xs {
		ys[i] = Identity(x)
	}
	return ys
}

// outside lists the nodes that do not depend on the nodes at, and from which, together with these, outputs are
// computed. It looks through broadcasts and changes of shape, since they cost less than passing their result to a
// loop.
func outside(outputs, at []*Node) (found []*Node, ok bool) {
	depends := map[NodeId]bool{}
	for _, x := range at {
		depends[x.Id()] = true
	}
	var inside func(x *Node) bool
	inside = func(x *Node) bool {
		known, visited := depends[x.Id()]
		if visited {
			return known
		}
		for _, y := range x.Inputs() {
			known = inside(y) || known
		}
		depends[x.Id()] = known
		return known
	}
	ok = true
	seen := map[NodeId]bool{}
	var visit func(x *Node)
	visit = func(x *Node) {
		switch {
		case seen[x.Id()] || slices.Contains(at, x):
			return
		case inside(x):
			ok = ok && copyable(x)
		case x.Type() != NodeTypeBroadcastInDim && x.Type() != NodeTypeReshape:
			found = append(found, x)
			seen[x.Id()] = true
			return
		}
		seen[x.Id()] = true
		for _, y := range x.Inputs() {
			visit(y)
		}
	}
	for _, x := range outputs {
		visit(x)
	}
	return found, ok
}

// copyable tells whether a node may stand in the body of a loop: it must have one output, take no function, and be no
// reduction except a sum.
func copyable(x *Node) bool {
	switch x.Type() {
	case NodeTypeReduceSum:
		_, known := summed(x)
		return known
	case NodeTypeScatterSum, NodeTypeSort, NodeTypeWhile, NodeTypeIf, NodeTypeCall, NodeTypeArgMinMax:
		return false
	}
	name := x.Type().String()
	return x.NumOutputs() == 1 && !strings.HasPrefix(name, "Reduce") && !strings.HasPrefix(name, "SelectAndScatter") && !strings.HasPrefix(name, "Fused")
}

// sum returns ReduceSum, the node like, of x as a product with ones. go-xla 0.4.5 keeps the function by which a
// reduction adds two numbers once for each program, in the part that needed it first, and XLA refuses it in any
// other: "reductionFn is not a StableHLO closure". When go-xla's getReductionFn (compute/xla/ops_reduce.go) keeps
// these functions for each part of a program, a plain sum can replace this.
func sum(like, x *Node) *Node {
	axes, _ := summed(like)
	along, dims := make([]int, len(axes)), make([]int, len(axes))
	for i, axis := range axes {
		along[i], dims[i] = i, x.Shape().Dim(axis)
	}
	one := ConvertDType(Const(x.Graph(), []float32{1}), x.DType())
	return DotGeneral(x, axes, nil, BroadcastToDims(one, dims...), along, nil)
}

// summed returns the axes of a ReduceSum, for which GoMLX 0.28.6 has no method.
func summed(x *Node) (axes []int, known bool) {
	field := func(v reflect.Value, name string) reflect.Value {
		for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			return reflect.Value{}
		}
		return v.FieldByName(name)
	}
	list := field(field(reflect.ValueOf(x), "inputs"), "axes")
	if list.Kind() != reflect.Slice || list.Type().Elem().Kind() != reflect.Int {
		return nil, false
	}
	for i := range list.Len() {
		axes = append(axes, int(list.Index(i).Int()))
	}
	rank := x.Inputs()[0].Rank()
	if len(axes) == 0 {
		for axis := range rank {
			axes = append(axes, axis)
		}
	}
	return axes, len(axes) > 0 && x.Rank() == rank-len(axes)
}

// copied copies the nodes, and the nodes from which they are computed, with the nodes by substituted for the nodes
// of.
func copied(nodes, of, by []*Node) []*Node {
	copies := map[NodeId]*Node{}
	for i, x := range of {
		copies[x.Id()] = by[i]
	}
	var visit func(x *Node) *Node
	visit = func(x *Node) *Node {
		if y := copies[x.Id()]; y != nil {
			return y
		}
		inputs := make([]*Node, len(x.Inputs()))
		for i, in := range x.Inputs() {
			inputs[i] = visit(in)
		}
		if x.Type() == NodeTypeReduceSum {
			copies[x.Id()] = sum(x, inputs[0])
		} else {
			copies[x.Id()] = x.CloneWithInputs(inputs...)
		}
		return copies[x.Id()]
	}
	out := make([]*Node, len(nodes))
	for i, x := range nodes {
		out[i] = visit(x)
	}
	return out
}
