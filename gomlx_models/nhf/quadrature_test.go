package nhf

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"

	"hgn.local/gomlx_models/points"
	"hgn.local/pkg/density"
)

// The estimate of log p of points on the line, with any number of momenta, is what quadrature over the one momentum of
// the density of states gives, within its own standard error; and that error says how much estimates with other momenta
// differ.
func TestEstimateIsTheIntegral(t *testing.T) {
	target, err := density.Gaussians(2, 1)
	ok(t, err)
	for _, refresh := range []string{noRefresh, splined} {
		p := tiny()
		p.Refresh, p.RefreshHidden, p.Encoder, p.Steps, p.LearningRate = refresh, []int{8}, splined, 60, 1e-2
		m, _ := learn(t, p, sample(target, 1, 500), p.Steps)
		q := sample(target, 2, 12)
		const nodes, half = 2001, 12.0
		exact := make([]float64, q.N())
		for i := range exact {
			at, momenta := points.New(nodes, 1), points.New(nodes, 1)
			for j := range nodes {
				at.X[j], momenta.X[j] = q.X[i], half*(2*float64(j)/(nodes-1)-1)
			}
			logs, err := m.LogJoint(at, momenta)
			ok(t, err)
			exact[i] = floats.LogSumExp(logs) + math.Log(2*half/(nodes-1))
		}
		for _, k := range []int{16, 256, 2048} {
			all, err := m.Estimate(q, k)
			ok(t, err)
			chi := 0.0
			for i, e := range all {
				chi += math.Pow((e.LogP-exact[i])/e.Error, 2) / float64(len(all))
				if !(e.ESS >= 1 && e.ESS <= float64(k)+1e-9) || !(e.Bound <= e.LogP) {
					t.Errorf("%s, %d momenta: the estimate is %+v", refresh, k, e)
				}
			}
			if k > 16 && !(chi > 0.1 && chi < 4) {
				t.Errorf("%s, %d momenta: the estimates are %.2f of their standard errors from the integral", refresh, k, math.Sqrt(chi))
			}
		}
		ks := []int{1, 16, 256}
		converged, err := m.Converge(q, ks)
		ok(t, err)
		for j, k := range ks[1:] {
			all, err := m.Estimate(q, k)
			ok(t, err)
			for i := range all {
				if math.Abs(converged[i][j+1].LogP-all[i].LogP) > 1e-9 {
					t.Errorf("point %d with %d momenta: %+v on the way, %+v alone", i, k, converged[i][j+1], all[i])
				}
			}
		}
	}
	m := newModel(t, tiny(), points.Identity(1))
	for _, ks := range [][]int{nil, {0}, {4, 4}} {
		_, err := m.Converge(normal(1, 2, 1), ks)
		refused(t, err, "momenta")
	}
}
