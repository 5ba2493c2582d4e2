package integrate_test

import (
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// counting counts how often the two energies are put into the graph.
type counting struct {
	phase.Separable
	kinetic, potential *int
}

func (c counting) Rates(s phase.State) (dq, dp *Node) {
	return phase.Velocity(c, s.P), phase.Force(c, s.Q)
}

func (c counting) Kinetic(p *Node) *Node   { *c.kinetic++; return c.Separable.Kinetic(p) }
func (c counting) Potential(q *Node) *Node { *c.potential++; return c.Separable.Potential(q) }

// A rollout equals repeated steps, and computes each force once: leapfrog n+1 of them, not 2n.
func TestForceReuse(t *testing.T) {
	const n, dt, batch = 6, 0.1, 4
	want := map[string]struct{ velocities, forces int }{
		"euler":            {n, n},
		"symplectic_euler": {n, n},
		"leapfrog":         {n, n + 1},
		"yoshida4":         {3 * n, 3*n + 1},
		"rk4":              {4 * n, 4 * n},
	}
	eachPair(t, func(t *testing.T, in integrate.Integrator, s system) {
		if s.joint != nil {
			t.Skip("no force of its own")
		}
		var velocities, forces int
		exec, err := model.NewExec(backend(t), s.store(t), func(scope *model.Scope, q, p, dt *Node) []*Node {
			start := phase.State{Q: q, P: p}
			h := s.hamiltonian(scope)
			states := integrate.Rollout(in, counting{h.(phase.Separable), &velocities, &forces}, start, dt, n)
			rolled, stepped := states[n], start
			for range n {
				stepped = in.Step(h, stepped, dt)
			}
			return []*Node{rolled.Q, rolled.P, stepped.Q, stepped.P}
		})
		ok(t, err)
		q, p := s.starts(batch)
		out, err := exec.Call(tensor(q, -1, s.dim), tensor(p, -1, s.dim), dt)
		ok(t, err)
		if e := max(distance(values(out[0]), values(out[2])), distance(values(out[1]), values(out[3]))); !(e < 1e-14) {
			t.Errorf("a rollout differs from repeated steps by %.2g", e)
		}
		if w := want[in.Name()]; velocities != w.velocities || forces != w.forces {
			t.Errorf("%d steps took %d velocities and %d forces, want %d and %d", n, velocities, forces, w.velocities, w.forces)
		}
	})
}
