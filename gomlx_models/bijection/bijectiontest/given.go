package bijectiontest

import (
	"testing"

	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/points/pointstest"
)

// LearnsGiven fails unless a flow learns p(x|c) within 0.05 nats, and one that does not see c stays far from it.
func LearnsGiven(t *testing.T, flow Flow, steps int) {
	data, _ := pointstest.Given(1, 8000)
	m, _ := Learn(t, flow, data, steps)
	pointstest.CheckGiven(t, m, 0.05)

	blind := points.Points{X: data.X, Dim: 2}
	m, _ = Learn(t, flow, blind, steps/4)
	test, truth := pointstest.Given(2, 2000)
	logP, err := m.LogProb(points.Points{X: test.X, Dim: 2})
	ok(t, err)
	if short := pointstest.Mean(truth) - pointstest.Mean(logP); !(short > 0.3) {
		t.Errorf("a flow that does not see the condition comes as near as %.3f nats: these points test nothing", short)
	}
	_, err = m.LogProb(test)
	Refused(t, err, "leave the condition out")
	_, err = m.At([]float64{1})
	Refused(t, err, "leave the condition out")
}
