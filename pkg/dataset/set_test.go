package dataset

import (
	"bytes"
	"math"
	"testing"

	"hgn.local/pkg/badinput"
)

func TestSubsetsAndSplitsShareTheData(t *testing.T) {
	set := generate(t, small("pendulum"))
	for _, c := range []struct {
		fraction    float64
		train, test int
	}{{0.25, 9, 3}, {0, 12, 0}, {-1, 12, 0}, {1, 0, 12}, {7, 0, 12}, {0.001, 11, 1}, {0.999, 1, 11}, {math.NaN(), 12, 0}} {
		train, test := set.Split(c.fraction)
		if train.N != c.train || test.N != c.test {
			t.Errorf("Split(%g) gives %d and %d trajectories, want %d and %d", c.fraction, train.N, test.N, c.train, c.test)
		}
	}
	_, test := set.Split(0.25)
	if !bytes.Equal(test.Frame(1, 4), set.Frame(10, 4)) || &test.Frames[0] != &set.Frame(9, 0)[0] {
		t.Error("the test set's frames are not the last trajectories' own")
	}
	q, p := test.State(2, 9)
	if wantQ, wantP := set.State(11, 9); &q[0] != &wantQ[0] || &p[0] != &wantP[0] || test.Energy[0] != set.Energy[9*set.T] {
		t.Error("the test set's states are not the last trajectories' own")
	}
	if part := set.Subset(-5, 100); part.N != set.N || part.Fingerprint() != set.Fingerprint() {
		t.Error("bounds outside of the set are not cut to it")
	}
	if part := set.Subset(8, 3); part.N != 0 || len(part.Frames) != 0 {
		t.Error("a subset from 8 to 3 is not empty")
	}
	film := Dataset{N: set.N, T: set.T, Size: set.Size, Dt: set.Dt, Frames: set.Frames}
	if part := film.Subset(2, 4); part.Q != nil || part.Energy != nil || len(part.Frames) != 2*len(set.Frames)/12 {
		t.Error("a subset of a video without states has states")
	}
}

func TestFingerprintNoticesEveryChange(t *testing.T) {
	set := generate(t, small("pendulum"))
	seen := map[string]string{set.Fingerprint(): "the set"}
	for what, change := range map[string]func(s *Dataset){
		"another byte":         func(s *Dataset) { s.Frames = bytes.Clone(s.Frames); s.Frames[99]++ },
		"another dt":           func(s *Dataset) { s.Dt *= 2 },
		"another state":        func(s *Dataset) { s.Q = append([]float64{9}, s.Q[1:]...) },
		"no energies":          func(s *Dataset) { s.Energy = nil },
		"other constants":      func(s *Dataset) { s.Constants = `{"mass":0.6}` },
		"clips":                func(s *Dataset) { s.Clips = make([]Clip, s.N) },
		"another system":       func(s *Dataset) { s.System = "mass_spring" },
		"another arrangement":  func(s *Dataset) { s.N, s.T = s.T, s.N },
		"states interchanged":  func(s *Dataset) { s.Q, s.P = s.P, s.Q },
		"a trajectory missing": func(s *Dataset) { *s = *s.Subset(0, s.N-1) },
	} {
		other := *set
		change(&other)
		f := other.Fingerprint()
		if with, ok := seen[f]; ok {
			t.Errorf("%s and %s have the same fingerprint", what, with)
		}
		seen[f] = what
	}
}

func TestCleanFrames(t *testing.T) {
	r := small("mass_spring")
	r.Noise = 0
	set := generate(t, r)
	frame := make([]uint8, 16*16*3)
	if err := set.CleanFrame(3, 5, frame); err != nil || !bytes.Equal(frame, set.Frame(3, 5)) {
		t.Errorf("without noise the clean frame is not the frame itself (%v)", err)
	}
	unknown := *set
	unknown.System = ""
	if err := unknown.CleanFrame(0, 0, frame); !badinput.Is(err) {
		t.Errorf("an unknown system: %v", err)
	}
	unknown.System = "galaxy"
	if err := unknown.CleanFrame(0, 0, frame); !badinput.Is(err) {
		t.Errorf("a system that no one knows: %v", err)
	}
	if err := set.CleanFrame(set.N, 0, frame); !badinput.Is(err) {
		t.Errorf("a trajectory that is not there: %v", err)
	}
	if err := set.CleanFrame(0, 0, frame[:5]); err == nil {
		t.Error("a buffer that is too small was accepted")
	}
}

// The yardsticks of the pendulum at the paper's noise and 32 x 32 pixels; the expected values were computed by
// independent Monte Carlo integration over the angle and the noise (clean against noisy 8.4e-4, variance 7.2e-4).
func TestYardsticksOfThePendulum(t *testing.T) {
	set := generate(t, Recipe{System: "pendulum", Trajectories: 400, Frames: 30, Size: 32, Dt: 0.125, Noise: -1, Seed: 1})
	train, test := set.Split(0.25)
	mean, err := MeanFrameMSE(train, test)
	if err != nil {
		t.Fatal(err)
	}
	floor, err := set.NoiseFloorMSE()
	if err != nil {
		t.Fatal(err)
	}
	least, err := set.IrreducibleMSE()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name           string
		got, want, tol float64
	}{{"mean frame", mean, 69.7e-4, 1.5e-4}, {"noise floor", floor, 8.4e-4, 0.3e-4}, {"irreducible", least, 7.2e-4, 0.3e-4}} {
		if math.Abs(c.got-c.want) > c.tol {
			t.Errorf("%s: MSE %.2fe-4, want %.2fe-4", c.name, c.got*1e4, c.want*1e4)
		}
	}
	unknown := *set
	unknown.Noise = 0
	if _, err := unknown.IrreducibleMSE(); !badinput.Is(err) {
		t.Errorf("unknown noise: %v", err)
	}
	if _, err := MeanFrameMSE(train, generate(t, small("pendulum"))); !badinput.Is(err) {
		t.Errorf("sets of different frame sizes: %v", err)
	}
	if _, err := set.Subset(0, 0).NoiseFloorMSE(); !badinput.Is(err) {
		t.Errorf("an empty set: %v", err)
	}
}

func TestMeanFrame(t *testing.T) {
	set := &Dataset{N: 1, T: 2, Size: 4, Dt: 1, Frames: make([]uint8, 2*4*4*3)}
	set.Frame(0, 1)[7] = 255
	set.Frame(0, 0)[8] = 51
	mean := set.MeanFrame()
	for k, m := range mean {
		want := map[int]float64{7: 0.5, 8: 0.1}[k]
		if math.Abs(m-want) > 1e-15 {
			t.Errorf("element %d of the mean frame is %g, want %g", k, m, want)
		}
	}
}
