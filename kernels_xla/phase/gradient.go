package phase

import (
	"slices"
	"strings"

	. "github.com/gomlx/gomlx/core/graph"
	. "github.com/gomlx/gomlx/support/exceptions"
)

// gradient is graph.Gradient, node for node, where the nodes wrt are leaves: it only looks at what lies between them and
// output. GoMLX's looks at the whole graph that there is so far, in which a rollout of n steps with its n+1 forces and n
// velocities takes a time that grows as n².
func gradient(output *Node, wrt ...*Node) []*Node {
	nodes, plain := between(output, wrt)
	if !plain {
		return Gradient(output, wrt...)
	}
	adjoints := map[NodeId]*Node{output.Id(): Ones(output.Graph(), output.Shape())}
	for _, node := range nodes {
		v := adjoints[node.Id()]
		if v == nil || node.StopGradient() || !slices.ContainsFunc(node.Inputs(), func(x *Node) bool { return !x.StopGradient() && among(nodes, x) }) {
			continue
		}
		pull := pullback(node)
		if pull == nil {
			Panicf("the operator %s has no derivative, so it cannot be part of an energy", node.Type())
		}
		for i, byInput := range pull(node, []*Node{v}, output.Shape()) {
			if byInput == nil {
				continue
			}
			x := node.Inputs()[i].Id()
			if before := adjoints[x]; before != nil {
				byInput = Add(before, byInput)
			}
			adjoints[x] = byInput
		}
	}
	gradients := make([]*Node, len(wrt))
	for i, x := range wrt {
		if gradients[i] = adjoints[x.Id()]; gradients[i] == nil {
			gradients[i] = ZerosLike(x)
		}
	}
	return gradients
}

// between lists the nodes on the ways from wrt to output, both included, from the output on. It is plain where all of
// them have one output and none is a fused operator, of whose derivative only GoMLX knows.
func between(output *Node, wrt []*Node) (nodes []*Node, plain bool) {
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
			return false // older than the leaves
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
	visit(output)
	slices.SortFunc(nodes, func(a, b *Node) int { return int(b.Id() - a.Id()) })
	return nodes, plain
}

// among tells whether a node is one of some, which are in descending order.
func among(nodes []*Node, x *Node) bool {
	_, found := slices.BinarySearchFunc(nodes, x.Id(), func(n *Node, id NodeId) int { return int(id - n.Id()) })
	return found
}

// pullback takes the adjoint of a node to those of its inputs; nil where there is no derivative.
func pullback(node *Node) VJP {
	if custom := node.CustomGradient(); custom != nil {
		return custom
	}
	return VJPRegistration[node.Type()]
}
