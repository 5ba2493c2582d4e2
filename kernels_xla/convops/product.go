package convops

import "github.com/gomlx/gomlx/core/graph"

// Product is the matrix product x w of x [n, in] and w [in, out]. It is differentiable any number of times, and its
// derivatives are three products,
//
//	x w,   v wᵀ,   xᵀ v
//
// which are one another's derivatives. On the Go backend GoMLX's own derivative by w transposes x, v and the result,
// and uses the slowest product there when n is small: with it, training through 30 evaluations of the force of the
// paper's Hamiltonian network took ten times as long.
func Product(x, w *graph.Node) *graph.Node {
	if !onGo(x) {
		return graph.MatMul(x, w)
	}
	return withAdjoints(x, w, graph.MatMul(x, w),
		func(v *graph.Node) *graph.Node { return timesTransposed(v, w) },
		func(v *graph.Node) *graph.Node { return transposedTimes(x, v) })
}

// timesTransposed computes v wᵀ, v [n, out], w [in, out].
func timesTransposed(v, w *graph.Node) *graph.Node {
	return withAdjoints(v, w, graph.DotGeneral(v, []int{1}, nil, w, []int{1}, nil),
		func(u *graph.Node) *graph.Node { return Product(u, w) },
		func(u *graph.Node) *graph.Node { return transposedTimes(u, v) })
}

// transposedTimes computes xᵀ v, x [n, in], v [n, out].
func transposedTimes(x, v *graph.Node) *graph.Node {
	return withAdjoints(x, v, graph.MatMul(graph.Transpose(x, 0, 1), v),
		func(u *graph.Node) *graph.Node { return timesTransposed(v, u) },
		func(u *graph.Node) *graph.Node { return Product(x, u) })
}
