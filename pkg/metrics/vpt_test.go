package metrics

import "testing"

func TestVPT(t *testing.T) {
	v := VPT([][]float64{
		{0.01, 0.02, 0.03, 0.01}, // frame 2 is the first above
		{0.025, 0.025, 0, 0},     // never above
		{1, 0, 0, 0},             // from the start
		{0, 0.03, nan, nan},      // what comes after does not matter
	}, VPTThreshold, -0.5)
	for i, want := range []float64{2, 4, 0, 1} {
		near(t, "frames", v.Frames[i], want)
	}
	near(t, "median", v.Median, 1.5)
	near(t, "mean", v.Mean.Mean, 7.0/4)
	near(t, "share", v.Share.Mean, 7.0/16)
	near(t, "time of the last valid frame", v.Time.Mean, (0.5+1.5+0+0)/4)
	near(t, "interval", v.Mean.Half, MeanInterval([]float64{2, 4, 0, 1}).Half)
	near(t, "odd median", VPT([][]float64{{1}, {0}, {0}}, 0.5, 1).Median, 1)
	for what, errors := range map[string][][]float64{"nothing": nil, "no frames": {{0}, {}}, "NaN first": {{0}, {0.01, nan, 1}}} {
		v := VPT(errors, VPTThreshold, 1)
		near(t, what, v.Mean.Mean, nan)
		near(t, what+": median", v.Median, nan)
		near(t, what+": share", v.Share.Mean, nan)
	}
	near(t, "threshold NaN", VPT([][]float64{{0}}, nan, 1).Mean.Mean, nan)
}

// The normalisation, from frames: a frame that is off by a tenth of its own brightness has an error of 0.01, and one whose
// pixels are off by 0.2 at a mean square of (1 + 0)/2 one of 0.08.
func TestVPTFromFrames(t *testing.T) {
	var m StepMSE
	m.AddTo(0, 0, []float32{0.18, 0.36}, []uint8{51, 102})
	m.AddTo(0, 1, []float32{0.8, 0.2}, []uint8{255, 0})
	m.AddTo(2, 0, []float32{0, 0}, []uint8{0, 0})
	errors := m.Normalised()
	if len(errors) != 3 || len(errors[0]) != 2 || len(errors[1]) != 0 {
		t.Fatalf("normalised errors %v", errors)
	}
	for i, want := range []float64{0.01, 0.08} {
		if d := errors[0][i] - want; d > 1e-6 || d < -1e-6 {
			t.Errorf("frame %d: %.9f, want %g", i, errors[0][i], want)
		}
	}
	near(t, "black on black", errors[2][0], nan)
	near(t, "frames", VPT(errors[:1], VPTThreshold, 1).Mean.Mean, 1)
}
