package metrics_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/render"
)

// codesOf returns the codes of all frames of a simulated system.
func codesOf(t *testing.T, system string, n int, noise float64) [][][]float64 {
	t.Helper()
	s, err := dataset.Recipe{System: system, Trajectories: n, Frames: 30, Size: 32, Dt: 0.125, Noise: noise, Seed: 5}.Generate(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	out := make([][][]float64, s.N)
	for i := range s.N {
		for k := range s.T {
			out[i] = append(out[i], metrics.PictureCode(s.Frame(i, k), s.Size))
		}
	}
	return out
}

// No system has cuts, with its usual noise or with none. Of films joined from two, most cuts are found where they are, and
// nothing else is: a jump to a similar picture hides in the motion.
func TestCuts(t *testing.T) {
	for _, c := range []struct {
		system string
		noise  float64
		least  float64 // share of the cuts to find
	}{{"pendulum", 0.02, 0.6}, {"mass_spring", 0, 0.5}, {"two_body", -1, 0.5}, {"three_body", 0, 0.8}, {"double_pendulum", 0, 0.8}, {"damped_spring", -1, 0}, {"pendulum", -1, 0}} {
		codes := codesOf(t, c.system, 41, c.noise)
		if cuts := metrics.Cuts(codes); len(cuts) > 0 {
			t.Errorf("%s, noise %g: cuts %v", c.system, c.noise, cuts)
		}
		r := rand.New(rand.NewPCG(1, 2))
		var joined [][][]float64
		var at []int
		for i := range 40 {
			k := 3 + r.IntN(25)
			joined, at = append(joined, append(append([][]float64{}, codes[i][:k]...), codes[i+1][k:]...)), append(at, k)
		}
		hits, wrong := 0, 0
		for _, cut := range metrics.Cuts(joined) {
			if cut.Frame == at[cut.Video] {
				hits++
			} else {
				wrong++
			}
		}
		t.Logf("%s, noise %g: %d of 40 found, %d wrong", c.system, c.noise, hits, wrong)
		if float64(hits) < 40*c.least || wrong > hits/10 {
			t.Errorf("%s, noise %g: %d of 40 cuts are found, and %d wrong ones", c.system, c.noise, hits, wrong)
		}
	}
	if cuts := metrics.Cuts(nil); cuts != nil {
		t.Errorf("no videos have cuts: %v", cuts)
	}
}

// The motion of a pendulum lasts from frame to frame, that of a random walk does not.
func TestMemory(t *testing.T) {
	c, errors := metrics.Memory(codesOf(t, "pendulum", 40, -1))
	if !(c > 0.08 && errors > 6) {
		t.Errorf("a pendulum: correlation %.2f, %.1f standard errors", c, errors)
	}
	r := rand.New(rand.NewPCG(3, 4))
	frame := make([]uint8, 32*32*3)
	walks := make([][][]float64, 40)
	for i := range walks {
		x, y := 0.0, 0.0
		for range 30 {
			x, y = x+0.1*r.NormFloat64(), y+0.1*r.NormFloat64()
			render.Disks([]physics.Disk{{X: x, Y: y, Radius: 0.3, Color: [3]uint8{255, 200, 0}}}, 1.5, 32, frame)
			walks[i] = append(walks[i], metrics.PictureCode(frame, 32))
		}
	}
	if c, errors := metrics.Memory(walks); !(math.Abs(c) < 0.1 && math.Abs(errors) < 3) {
		t.Errorf("a random walk: correlation %.2f, %.1f standard errors", c, errors)
	}
	if cuts := metrics.Cuts(walks); len(cuts) > 0 {
		t.Errorf("a random walk has cuts: %v", cuts)
	}
}
