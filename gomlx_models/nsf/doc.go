// Package nsf holds the neural spline flow of Durkan, Bekasov, Murray and Papamakarios (NeurIPS 2019), with coupling
// layers: the flow that one would choose today for a density of which only the likelihood matters, and so the yardstick
// for the Neural Hamiltonian Flow. Its log-density is exact.
//
// # The flow
//
// Each of Params.Layers coupling layers leaves one half a of the coordinates as it is and moves every coordinate of the
// other half, b, by a monotone rational-quadratic spline (package spline) whose knots and slopes a perceptron computes
// from a:
//
//	b' = spline(b; θ(a))
//
// The halves take turns. The first has the greater share of an odd number of coordinates. A spline has Params.Bins bins
// between -Params.Bound and Params.Bound, in units of the data's standard deviation, and is the identity beyond. All
// begin near the identity.
//
// The splines are evaluated on the way from the data to the prior, and inverted in closed form on the way back. Package
// bijection has the rest of the model and its conventions.
package nsf
