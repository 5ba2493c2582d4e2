package phase

import (
	. "github.com/gomlx/gomlx/core/graph"
)

// Free makes dynamics of any vector field (dq/dt, dp/dt) = f(q, p), each of the state's shape. There is no energy behind it,
// nothing is conserved along it, and only a Runge-Kutta method can integrate it.
type Free func(s State) (dq, dp *Node)

// Rates is f(q, p).
func (f Free) Rates(s State) (dq, dp *Node) { return f(s) }
