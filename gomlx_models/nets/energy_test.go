package nets

import (
	"math"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// energies are the networks that may stand inside a Hamiltonian.
var energies = map[string]func(scope *model.Scope, x *Node) *Node{
	"one layer":  func(s *model.Scope, x *Node) *Node { return Energy(s, x, 6) },
	"two layers": func(s *model.Scope, x *Node) *Node { return Energy(s, x, 6, 5) },
	"even":       func(s *model.Scope, x *Node) *Node { return EvenEnergy(s, x, 6) },
}

// A loss on the force reaches the inputs and every weight as finite differences say: the networks are
// differentiable twice.
func TestEnergiesAreDifferentiableTwice(t *testing.T) {
	for name, energy := range energies {
		t.Run(name, func(t *testing.T) {
			store := seeded(2)
			force := func(scope *model.Scope, x *Node) *Node {
				return Gradient(ReduceAllSum(energy(scope.At("h"), x)), x)[0]
			}
			loss := compile(t, store, func(scope *model.Scope, x []*Node) []*Node {
				return []*Node{ReduceAllSum(Square(force(scope, x[0])))}
			})
			var paths []string
			gradient := compile(t, store, func(scope *model.Scope, x []*Node) []*Node {
				l := ReduceAllSum(Square(force(scope, x[0])))
				wrt := []*Node{x[0]}
				paths = nil
				for v := range scope.Store().IterVariables() {
					if v.InUseByGraph(l.Graph()) {
						wrt, paths = append(wrt, v.NodeValue(l.Graph())), append(paths, v.Path())
					}
				}
				return Gradient(l, wrt...)
			})
			x := draw(1, batch*in)
			at := func(x []float64) float64 { return loss(matrix(x, batch, in))[0][0] }
			got := gradient(matrix(x, batch, in))
			near(t, "d/dx", got[0], differences(at, x), 1e-8)
			if len(paths) < 2 {
				t.Fatalf("the energy has the variables %v only", paths)
			}
			for i, path := range paths {
				near(t, path, got[i+1], variableDifferences(t, store, path, func() float64 { return at(x) }), 1e-8)
				if largest(got[i+1]) == 0 {
					t.Errorf("%s gets no gradient", path)
				}
			}
		})
	}
}

// Energies are per row.
func TestEnergyOfEachRow(t *testing.T) {
	for name, energy := range energies {
		t.Run(name, func(t *testing.T) {
			run := compile(t, seeded(2), func(scope *model.Scope, x []*Node) []*Node { return []*Node{energy(scope, x[0])} })
			x := draw(1, batch*in)
			all := run(matrix(x, batch, in))[0]
			if len(all) != batch {
				t.Fatalf("%d rows have %d energies", batch, len(all))
			}
			for i := range all {
				near(t, "row", run(matrix(x[i*in:][:in], 1, in))[0], all[i:i+1], 1e-14)
			}
		})
	}
}

// E(-x) = E(x), for any coefficients; Energy has no such symmetry.
func TestEvenEnergyIsEven(t *testing.T) {
	flipped := func(energy func(*model.Scope, *Node) *Node) float64 {
		got := compile(t, seeded(4), func(scope *model.Scope, x []*Node) []*Node {
			e := energy(scope.At("h"), x[0])
			return []*Node{Sub(e, energy(scope.At("h"), Neg(x[0])))}
		})(matrix(draw(1, batch*in), batch, in))
		return largest(got[0])
	}
	if d := flipped(energies["even"]); d != 0 {
		t.Errorf("E(x) - E(-x) is up to %g", d)
	}
	if d := flipped(energies["two layers"]); d < 0.01 {
		t.Errorf("Energy is even up to %g: the comparison could not notice", d)
	}
}

// At first EvenEnergy is the kinetic energy |p|²/2 of unit masses near 0: its gradient there vanishes
// and its second derivative is the unit matrix, up to the scatter of random weights.
func TestEvenEnergyStartsAsUnitMass(t *testing.T) {
	const width = 4000
	gradient := compile(t, seeded(1), func(scope *model.Scope, x []*Node) []*Node {
		return Gradient(ReduceAllSum(EvenEnergy(scope, x[0], width)), x[0])
	})
	near(t, "gradient at 0", gradient(matrix(make([]float64, in), 1, in))[0], make([]float64, in), 0)
	for i := range in {
		const h = 1e-4
		x := make([]float64, in)
		x[i] = h
		row := gradient(matrix(x, 1, in))[0]
		for j := range row {
			row[j] /= h
		}
		want := make([]float64, in)
		want[i] = 1
		near(t, "row of the Hessian", row, want, 5*math.Sqrt(2./width))
	}
}
