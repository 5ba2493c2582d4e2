package hnn

import (
	"math"
	"testing"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/physics"
)

// The known result (Greydanus et al. 2019, Sec. 3): an HNN of true states keeps the true energy where a plain network
// of the same size, trained alike and integrated alike, drifts.
func TestStatesConserveEnergyWhereAPlainNetworkDrifts(t *testing.T) {
	swinging := physics.Pendulum() // never over the top, where the angle would leave what has been seen
	swinging.RadiusMin, swinging.RadiusMax = 0.5, 1.4
	for _, system := range []physics.System{physics.MassSpring(), swinging} {
		t.Run(system.Name(), func(t *testing.T) {
			drift := map[string]float64{}
			for _, variant := range []string{States, Baseline} {
				p := Quick()
				p.Variant, p.EnergyHidden, p.Batch, p.Steps, p.LearningRate = variant, []int{32, 32}, 64, 500, 1e-2
				m := newStates(t, p, system.Dim())
				l, err := NewStatesLearner(m, observe(t, system, 500, 1))
				ok(t, err)
				var last fit.Losses
				for step := range p.Steps {
					last, err = l.Step(step)
					ok(t, err)
				}
				drift[variant] = energyDrift(t, system, m, observe(t, system, 20, 2).States)
				t.Logf("%s: %d parameters, loss %.2g, energy drift %.4f", variant, m.Parameters(), last["loss"], drift[variant])
			}
			if drift[Baseline] < 5*drift[States] {
				t.Errorf("the energy drifts by %.2g with an HNN and by %.2g with a plain network", drift[States], drift[Baseline])
			}
		})
	}
}

// energyDrift is by how much the true energy changes over a long rollout, relative to what it was, its root mean square
// over the starts. It compares means over the first and the last 5 units of time: an energy that merely
// oscillates, as along the level set of an imperfect H, does not drift.
func energyDrift(t *testing.T, system physics.System, m *StatesModel, start video.States) float64 {
	t.Helper()
	const dt, steps, window = 0.1, 300, 50
	states, err := m.Rollout(start, dt, steps)
	ok(t, err)
	sum := 0.0
	for i := range start.N {
		mean := func(states []video.States) (e float64) {
			for _, s := range states {
				q, p := s.At(i)
				e += system.Energy(double(q), double(p)) / float64(len(states))
			}
			return e
		}
		first := mean(states[:window])
		drift := mean(states[steps+1-window:])/first - 1
		sum += drift * drift
	}
	return math.Sqrt(sum / float64(start.N))
}
