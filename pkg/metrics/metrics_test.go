package metrics

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.IsNaN(want) != math.IsNaN(got) || math.Abs(got-want) > 1e-12*(1+math.Abs(want)) {
		t.Errorf("%s = %.15g, want %.15g", what, got, want)
	}
}

var nan = math.NaN()

func TestPixelMSE(t *testing.T) {
	near(t, "equal frames", PixelMSE([]float32{0, 1}, []uint8{0, 255}), 0)
	near(t, "one of two pixels off by 1/2", PixelMSE([]float32{0.5, 1}, []uint8{0, 255}), 0.125)
	near(t, "off by 0.2", PixelMSE([]float32{0}, []uint8{51}), 0.04)
	near(t, "nothing", PixelMSE(nil, nil), nan)
	near(t, "different lengths", PixelMSE([]float32{1}, []uint8{1, 2}), nan)
	near(t, "NaN", PixelMSE([]float32{float32(nan)}, []uint8{1}), nan)
}

func TestStepMSE(t *testing.T) {
	var m StepMSE
	near(t, "empty", m.Mean(), nan)
	if got := m.PerStep(); len(got) != 0 {
		t.Errorf("empty: per step %v", got)
	}
	m.Add(2, []float32{1, 1, 1}, []uint8{0, 0, 255}) // 2/3
	m.Add(0, []float32{0.5}, []uint8{0})             // 1/4
	m.Add(2, []float32{0}, []uint8{0})               // with the above 2/4
	per := m.PerStep()
	if len(per) != 3 {
		t.Fatalf("per step %v", per)
	}
	near(t, "step 0", per[0], 0.25)
	near(t, "step 1, never added", per[1], nan)
	near(t, "step 2", per[2], 0.5)
	near(t, "mean over the 5 pixels", m.Mean(), 2.25/5)
	m.Add(0, []float32{1, 2}, []uint8{0})
	near(t, "after different lengths", m.Mean(), nan)
	var n StepMSE
	n.Add(-1, []float32{1}, []uint8{0})
	near(t, "after a negative step", n.Mean(), nan)
}

func TestStepMSEByTrajectory(t *testing.T) {
	var m StepMSE
	if len(m.PerTrajectory()) != 0 || len(m.Intervals()) != 0 {
		t.Error("something of nothing")
	}
	m.AddTo(0, 0, []float32{0.5}, []uint8{0})       // 1/4
	m.AddTo(0, 1, []float32{1, 1}, []uint8{0, 255}) // 1/2
	m.AddTo(2, 1, []float32{0}, []uint8{255})       // 1
	m.Add(1, []float32{0}, []uint8{0})              // of no trajectory
	per := m.PerTrajectory()
	if len(per) != 3 {
		t.Fatalf("per trajectory %v", per)
	}
	near(t, "trajectory 0: 1.25 over 3 pixels", per[0], 1.25/3)
	near(t, "trajectory 1, never added", per[1], nan)
	near(t, "trajectory 2", per[2], 1)
	near(t, "mean over all 5 pixels", m.Mean(), 2.25/5)
	near(t, "step 1 over 4 pixels", m.PerStep()[1], 0.5)
	in := m.Intervals()
	near(t, "step 0", in[0].Mean, 0.25)
	near(t, "step 0 of one trajectory", in[0].Half, nan)
	near(t, "step 1", in[1].Mean, 0.75)
	near(t, "step 1: interval", in[1].Half, MeanInterval([]float64{0.5, 1}).Half)
	if in[0].N != 1 || in[1].N != 2 {
		t.Errorf("%d and %d trajectories, want 1 and 2", in[0].N, in[1].N)
	}
	for _, at := range [][2]int{{-1, 0}, {0, -1}} {
		var n StepMSE
		n.AddTo(at[0], at[1], []float32{1}, []uint8{0})
		near(t, "negative: mean", n.Mean(), nan)
		near(t, "negative: trajectory", n.PerTrajectory()[0], nan)
	}
	m.AddTo(0, 0, []float32{1, 2}, []uint8{0})
	near(t, "after different lengths", m.PerTrajectory()[0], nan)
	near(t, "after different lengths, another trajectory", m.PerTrajectory()[2], 1)
}

func TestExcess(t *testing.T) {
	near(t, "at the floor", Excess(7, 7, 70), 0)
	near(t, "mean frame", Excess(70, 7, 70), 1)
	near(t, "between", Excess(10, 4, 16), 0.5)
	near(t, "no room", Excess(1, 2, 2), nan)
	near(t, "unknown floor", Excess(1, nan, 2), nan)
}

func TestVariances(t *testing.T) {
	energy := [][]float64{{1, 3}, {5, 5}} // variances 1 and 0; means 2 and 5
	near(t, "along", VarianceAlong(energy), 0.5)
	near(t, "ratio", VarianceRatio(energy), 0.5/2.25)
	scaled := [][]float64{{-7, -27}, {-47, -47}} // -10 x + 3
	near(t, "ratio of another scale, sign and zero", VarianceRatio(scaled), 0.5/2.25)
	near(t, "conserved", VarianceRatio([][]float64{{1, 1, 1}, {2, 2, 2}}), 0)
	near(t, "constant", VarianceRatio([][]float64{{1, 1}, {1, 1}}), nan)
	near(t, "one trajectory", VarianceRatio([][]float64{{1, 2}}), nan)
	for _, empty := range [][][]float64{nil, {{}, {1}}, {{nan}, {1}}} {
		near(t, "along nothing", VarianceAlong(empty), nan)
		near(t, "ratio of nothing", VarianceRatio(empty), nan)
	}
	along, ratios := VariancesAlong(energy), VarianceRatios(scaled)
	for i, want := range []float64{1, 0} {
		near(t, "along each", along[i], want)
		near(t, "ratio of each", ratios[i], want/2.25)
	}
	near(t, "interval of the ratio", MeanInterval(ratios).Mean, VarianceRatio(energy))
	// A large offset does not drown the variance.
	near(t, "offset 1e9", VarianceAlong([][]float64{{1e9 + 1, 1e9 + 3}}), 1)
}

func TestRankCorrelation(t *testing.T) {
	a := []float64{1, 2, 3, 4, 5}
	near(t, "increasing", RankCorrelation(a, []float64{-9, 0, 1e-3, 7, 1e9}), 1)
	near(t, "decreasing", RankCorrelation(a, []float64{5, 4, 3, 2, -100}), -1)
	near(t, "1 - 6·Σd²/(n(n²-1)) = 1 - 6·4/120", RankCorrelation(a, []float64{2, 1, 4, 3, 5}), 0.8)
	// Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: covariance 4.5, variances 4.5 and 5.
	near(t, "ties", RankCorrelation([]float64{0, 1, 1, 2}, []float64{1, 2, 3, 4}), math.Sqrt(0.9))
	near(t, "constant", RankCorrelation([]float64{1, 1, 1}, []float64{1, 2, 3}), nan)
	near(t, "NaN", RankCorrelation([]float64{1, nan, 3}, []float64{1, 2, 3}), nan)
	near(t, "infinite", RankCorrelation([]float64{1, 2, math.Inf(1)}, []float64{1, 2, 3}), 1)
	near(t, "one", RankCorrelation([]float64{1}, []float64{1}), nan)
	near(t, "nothing", RankCorrelation(nil, nil), nan)
	near(t, "different lengths", RankCorrelation(a, a[1:]), nan)
}

func TestCalibrate(t *testing.T) {
	check := func(what string, learned, truth []float64, scale, offset, r2 float64) {
		t.Helper()
		s, o, r := Calibrate(learned, truth)
		near(t, what+": scale", s, scale)
		near(t, what+": offset", o, offset)
		near(t, what+": r2", r, r2)
	}
	check("exact", []float64{1, 2, 4}, []float64{1, -1, -5}, -2, 3, 1)
	check("textbook", []float64{0, 1, 2}, []float64{0, 2, 1}, 0.5, 0.5, 0.25) // residuals -.5, 1, -.5: 1.5 of 2
	check("unrelated", []float64{-1, 0, 1}, []float64{1, 0, 1}, 0, 2.0/3, 0)
	check("constant learned", []float64{1, 1}, []float64{1, 2}, nan, nan, nan)
	check("constant truth", []float64{1, 2}, []float64{3, 3}, 0, 3, nan)
	check("one", []float64{1}, []float64{1}, nan, nan, nan)
	check("nothing", nil, nil, nan, nan, nan)
	check("different lengths", []float64{1, 2}, []float64{1}, nan, nan, nan)
	check("NaN", []float64{1, nan}, []float64{1, 2}, nan, nan, nan)
}

func TestReversalError(t *testing.T) {
	near(t, "back at the start", ReversalError([]float64{3, 4}, []float64{3, 4}, 0), 0)
	near(t, "|(0,1)| / |(3,4)|", ReversalError([]float32{3, 4}, []float32{3, 5}, 0), 0.2)
	near(t, "of a batch", ReversalError([]float64{3, 4, 0, 0}, []float64{3, 4, 3, 4}, 0), 1)
	near(t, "with a scale", ReversalError([]float64{0, 0}, []float64{3, -3}, 6), 0.5)
	near(t, "all at the origin", ReversalError([]float64{0}, []float64{0}, 0), nan)
	near(t, "nothing", ReversalError[float64](nil, nil, 0), nan)
	near(t, "different lengths", ReversalError([]float64{1}, []float64{1, 2}, 0), nan)
	near(t, "NaN", ReversalError([]float64{1}, []float64{nan}, 0), nan)
}
