package convops

import (
	"github.com/gomlx/gomlx/core/graph"

	"hgn.local/kernels_xla/phase"
)

// turnPositions bounds the pixels that [InTurn] draws at a time, in all frames together: 64 frames of 32x32.
const turnPositions = 1 << 16

// InTurn computes loss(x, target), a mean over the rows of x [n, ...] and target [n, ...], where every row makes a
// frame of the given number of pixels. It is differentiable once, by x and by the weights that the loss depends on.
// InTurn calls weights after it has built the loss once. x and the weights must be trained through this value alone.
//
// On XLA's CPU InTurn cuts the rows into groups and computes the loss and gradient of one group before those of the
// next; the gradient of the mean is the mean of the groups' gradients. Only one group's feature maps are then held at
// a time. This takes less memory, and less time, since a program gets fresh memory at every call.
func InTurn(x, target *graph.Node, pixels int, loss func(x, target *graph.Node) *graph.Node, weights func() []*graph.Node) *graph.Node {
	groups := (x.Shape().Dim(0)*pixels + turnPositions - 1) / turnPositions
	if !onXLACPU(x) || groups < 2 {
		return loss(x, target)
	}
	return inTurn(x, target, groups, loss, weights)
}

// inTurn does the work of InTurn with the given number of groups.
func inTurn(x, target *graph.Node, groups int, loss func(x, target *graph.Node) *graph.Node, weights func() []*graph.Node) *graph.Node {
	n := x.Shape().Dim(0)
	var sums, ofX []*graph.Node // sums holds the mean loss and its gradients by the weights; ofX those by the rows of x
	for g := range groups {
		rows := graph.AxisRange(g*n/groups, (g+1)*n/groups)
		some, goal := graph.Slice(graph.StopGradient(x), rows), graph.Slice(target, rows)
		if g > 0 {
			before := append([]*graph.Node{ofX[g-1]}, sums...)
			some, goal = graph.SchedulingBarrier(some, before...), graph.SchedulingBarrier(goal, before...)
		}
		share := float64(some.Shape().Dim(0)) / float64(n)
		value := graph.MulScalar(loss(some, goal), share)
		gradients := graph.Gradient(value, append([]*graph.Node{some}, weights()...)...)
		ofX = append(ofX, gradients[0])
		for i, x := range append([]*graph.Node{value}, gradients[1:]...) {
			if g == 0 {
				sums = append(sums, x)
			} else {
				sums[i] = graph.Add(sums[i], x)
			}
		}
	}
	gradients := append([]*graph.Node{graph.Concatenate(ofX, 0)}, sums[1:]...)
	by := append([]*graph.Node{x}, weights()...)
	return phase.WithAdjoint([]*graph.Node{graph.StopGradient(sums[0])}, by, func(v []*graph.Node) []*graph.Node {
		scaled := make([]*graph.Node, len(gradients))
		for i, gradient := range gradients {
			scaled[i] = graph.Mul(v[0], gradient)
		}
		return scaled
	})[0]
}
