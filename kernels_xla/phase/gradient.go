package phase

import (
	"slices"
	"strings"

	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	. "github.com/gomlx/gomlx/support/exceptions"
)

// gradient equals graph.Gradient, node for node, if the nodes wrt are leaves: it only looks at the nodes between them
// and output. GoMLX's Gradient looks at the whole graph so far, in which a rollout of n steps with its n+1 forces and
// n velocities takes a time that grows as n².
func gradient(output *Node, wrt ...*Node) []*Node {
	if gradients, plain := Pull([]*Node{output}, []*Node{Ones(output.Graph(), output.Shape())}, wrt); plain {
		return gradients
	}
	return Gradient(output, wrt...)
}

// Pull takes the adjoints of outputs, one of the shape of each, back to the nodes wrt: it returns Σᵢ
// adjointᵢ·∂outputᵢ/∂x for every x of wrt, in its shape. The derivatives are partial: Pull looks through no node of
// wrt, even if one is computed from another. It returns nothing and plain = false if an operator on the way has
// several outputs or is fused, because only GoMLX knows the derivative of such an operator.
func Pull(outputs, adjoints, wrt []*Node) (pulled []*Node, plain bool) {
	nodes, plain := between(outputs, wrt)
	if !plain {
		return nil, false
	}
	of := map[NodeId]*Node{}
	add := func(x, v *Node) {
		if before := of[x.Id()]; before != nil {
			v = Add(before, v)
		}
		of[x.Id()] = v
	}
	for i, x := range outputs {
		add(x, adjoints[i])
	}
	end := map[NodeId]bool{}
	for _, x := range wrt {
		end[x.Id()] = true
	}
	scalar := shapes.Make(outputs[0].DType())
	for _, node := range nodes {
		v := of[node.Id()]
		if v == nil || end[node.Id()] || node.StopGradient() ||
			!slices.ContainsFunc(node.Inputs(), func(x *Node) bool { return !x.StopGradient() && among(nodes, x) }) {
			continue
		}
		pull := pullback(node)
		if pull == nil {
			Panicf("the operator %s has no derivative, so it cannot be part of an energy", node.Type())
		}
		for i, byInput := range pull(node, []*Node{v}, scalar) {
			if byInput != nil {
				add(node.Inputs()[i], byInput)
			}
		}
	}
	pulled = make([]*Node, len(wrt))
	for i, x := range wrt {
		if pulled[i] = of[x.Id()]; pulled[i] == nil {
			pulled[i] = ZerosLike(x)
		}
	}
	return pulled, true
}

// between lists the nodes on the paths from wrt to outputs, both included, beginning with the outputs. plain tells
// whether each of them has one output and none is a fused operator, whose derivative only GoMLX knows.
func between(outputs, wrt []*Node) (nodes []*Node, plain bool) {
	first := wrt[0].Id()
	for _, x := range wrt {
		first = min(first, x.Id())
	}
	plain = true
	on := map[NodeId]bool{}
	for _, x := range wrt {
		on[x.Id()] = true
		nodes = append(nodes, x)
	}
	var visit func(node *Node) bool
	visit = func(node *Node) bool {
		if node.Id() < first {
			return false // it is older than the leaves
		}
		known, visited := on[node.Id()]
		if visited {
			return known
		}
		found := false
		for _, x := range node.Inputs() {
			found = visit(x) || found
		}
		on[node.Id()] = found
		if found {
			nodes = append(nodes, node)
			plain = plain && node.NumOutputs() == 1 && !strings.HasPrefix(node.Type().String(), "Fused")
		}
		return found
	}
	for _, x := range outputs {
		visit(x)
	}
	slices.SortFunc(nodes, func(a, b *Node) int { return int(b.Id() - a.Id()) })
	return nodes, plain
}

// among tells whether x is one of nodes, which are in descending order.
func among(nodes []*Node, x *Node) bool {
	_, found := slices.BinarySearchFunc(nodes, x.Id(), func(n *Node, id NodeId) int { return int(id - n.Id()) })
	return found
}

// pullback returns the function from the adjoint of a node to those of its inputs, or nil if there is no derivative.
func pullback(node *Node) VJP {
	if custom := node.CustomGradient(); custom != nil {
		return custom
	}
	return VJPRegistration[node.Type()]
}
