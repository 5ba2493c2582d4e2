package runs

import (
	"context"
	"math"
	"testing"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/pkg/dataset"
)

// TestClock reads the period of a motion, and from frames by how much they are ahead of it.
func TestClock(t *testing.T) {
	for system, period := range map[string]float64{"mass_spring": math.Pi, "damped_spring": math.NaN()} {
		set, err := dataset.Recipe{System: system, Trajectories: 1, Frames: 5, Size: 16, Dt: 0.125, Noise: 0, Seed: 3}.Generate(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		c, err := newClock(set, 0, 2*maxPeriod)
		if err != nil {
			t.Fatal(err)
		}
		if !(math.Abs(c.period-period) < 1e-3 || math.IsNaN(c.period) && math.IsNaN(period)) {
			t.Errorf("the period of %s is %g, want %g", system, c.period, period)
		}
		if math.IsNaN(period) {
			continue
		}
		const at = 100
		for _, shift := range []int{0, 5, -70} {
			var frames [][]float32
			for k := range driftWindow {
				dst := make([]uint8, 16*16*3)
				if err := set.Draw(0, c.path[(at+k)*driftFine+shift], dst); err != nil {
					t.Fatal(err)
				}
				frames = append(frames, unit(dst))
			}
			want := 2 * math.Pi * float64(shift) * 0.125 / driftFine / period
			if got, err := c.phase(set, frames, at); err != nil || math.Abs(got-want) > 0.01 {
				t.Errorf("frames %g ahead are read as %g ahead, %v", want, got, err)
			}
		}
	}
}

// TestFitLong checks that all frames of a video count, also those beyond the length of the model's videos.
func TestFitLong(t *testing.T) {
	r := trained(t, tiny(t, "mass_spring"))
	model, err := r.VideoModel(open(t))
	if err != nil {
		t.Fatal(err)
	}
	m := model.(*hgn.Model)
	recipe := r.Data.testRecipe(2)
	recipe.Frames = 3 * m.Video.Frames
	set, err := recipe.Generate(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	v := Videos(set)
	whole, err := fitLong(m, v)
	if err != nil {
		t.Fatal(err)
	}
	for k := range m.Video.Frames { // the last third shows what the first does
		copy(v.Frame(0, 2*m.Video.Frames+k), v.Frame(0, k))
	}
	other, err := fitLong(m, v)
	if err != nil {
		t.Fatal(err)
	}
	if whole.Q[0] == other.Q[0] && whole.P[0] == other.P[0] {
		t.Error("frames beyond the length of the model's videos do not count")
	}
	if whole.Q[1] != other.Q[1] || whole.P[1] != other.P[1] {
		t.Error("a change of one video changes the state of another")
	}
}

// TestDrift measures the observer who knows the physics, whose state is fitted to as many frames as it should be: a
// hundred frames after thirty noisy ones, each with a phase error of about 0.1, the phase is known to 0.1.
func TestDrift(t *testing.T) {
	r := trained(t, tiny(t, "mass_spring"))
	d, err := r.Drift(context.Background(), open(t), 3, 30, []int{10, 100})
	if err != nil {
		t.Fatal(err)
	}
	if d.Seen != 30 || len(d.Learned) != 2 || len(d.Learned[0]) != 3 {
		t.Fatalf("%+v", d)
	}
	for k := range d.Horizons {
		for i, x := range d.Known[k] {
			if !(math.Abs(x) < 0.4) || !(math.Abs(d.Learned[k][i]) <= math.Pi) {
				t.Errorf("video %d, %d frames ahead: known physics %g, learned %g", i, d.Horizons[k], x, d.Learned[k][i])
			}
		}
	}
}
