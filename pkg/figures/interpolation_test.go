package figures

import (
	"io"
	"sync"
	"testing"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/runs"
)

// tinyRun trains an HGN for a moment on small videos of 9 frames.
func tinyRun(t *testing.T) *Run {
	t.Helper()
	t.Setenv("GOMLX_BACKEND", "go")
	c, err := runs.NewConfig("hgn", "quick")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"steps=12", "batch=4"} {
		if err := c.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	c.Data = runs.Simulated("pendulum")
	c.Data.Recipe.Trajectories, c.Data.Recipe.Frames, c.Data.Recipe.Size = 20, 9, 16
	run, err := runs.Create(t.TempDir(), c)
	if err != nil {
		t.Fatal(err)
	}
	open := sync.OnceValues(func() (*device.Device, error) { return device.Open(device.Options{Notice: io.Discard}) })
	d, err := open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	if _, err := run.Train(t.Context(), d, runs.Options{}); err != nil {
		t.Fatal(err)
	}
	return Of(run, "tiny", open)
}

// TestInterpolationEndsWhereItShould compares the ends of an interpolation with rollouts of the two videos.
func TestInterpolationEndsWhereItShould(t *testing.T) {
	run := tinyRun(t)
	var ends [2]*Rollout
	for i, video := range []int{3, 5} {
		var err error
		if ends[i], err = run.Rollout(video, -0.25, 4); err != nil {
			t.Fatal(err)
		}
	}
	m, err := run.generative()
	if err != nil {
		t.Fatal(err)
	}
	states, err := m.Interpolate(ends[0].States[0], ends[1].States[0], 3)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := films(m, states, -0.25, 4)
	if err != nil {
		t.Fatal(err)
	}
	for i, end := range map[int]*Rollout{0: ends[0], 2: ends[1]} {
		for k, frame := range end.Learned() {
			if d := furthest(frame, rows[i].Frames[k]); d > 1 {
				t.Errorf("frame %d of row %d is %d of 255 off its rollout", k, i, d)
			}
		}
	}
}

// furthest is the largest difference of two frames' bytes.
func furthest(a, b []uint8) int {
	worst := 0
	for i := range a {
		worst = max(worst, int(a[i])-int(b[i]), int(b[i])-int(a[i]))
	}
	return worst
}
