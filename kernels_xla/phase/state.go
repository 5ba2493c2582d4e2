package phase

import (
	. "github.com/gomlx/gomlx/core/graph"
)

// State is a point of phase space for every element of a batch: positions Q and momenta P, both
// of the same shape [batch, ...].
type State struct{ Q, P *Node }

// Reversed returns the state with its momentum turned round, (q, -p), as a video played backwards shows it.
func (s State) Reversed() State { return State{Q: s.Q, P: Neg(s.P)} }

// Concat joins states along the batch axis.
func Concat(states ...State) State {
	qs, ps := make([]*Node, len(states)), make([]*Node, len(states))
	for i, s := range states {
		qs[i], ps[i] = s.Q, s.P
	}
	return State{Q: Concatenate(qs, 0), P: Concatenate(ps, 0)}
}
