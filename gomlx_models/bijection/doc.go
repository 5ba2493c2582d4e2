// Package bijection holds what flows of exact density have in common: a model of points x = f(z), where z is standard
// normal and f a differentiable map of R^d with a differentiable inverse, so that
//
//	log p(x) = log N(f⁻¹(x); 0, 1) + log |det ∂f⁻¹/∂x|.
//
// Packages rnvp and nsf give the map; this package trains it by the mean of -log p, evaluates log p, draws points, and
// goes both ways. Given conditions c beside the points, f is another map for each of them, and all of this holds of p(x|c).
//
// # Conventions
//
// Forward goes from the prior's z to the data's x. Callers see points in the units of the data; inside, the points are
// standardised, and log p(x) takes account of that.
package bijection
