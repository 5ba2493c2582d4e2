package runs

import (
	"context"
	"errors"
	"math"
	"slices"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
)

// Drift says by how much forecasts of periodic motions run ahead of the truth or lag behind it. A state is fitted to
// many noisy frames, so that the learned Hamiltonian limits the forecasts more than the noise does.
//
// A forecast's phase is read from its frames: it is that of the time at which the true motion, drawn without noise,
// shows them best. A whole period of the true motion, which depends on its energy, is 2π.
type Drift struct {
	Seen     int         // frames to which a state is fitted
	Horizons []int       // frames after the last one seen
	Learned  [][]float64 // [horizon][video] phase of the forecast minus that of the truth, in radians, within ±π; NaN for a motion without a period, see maxPeriod
	Known    [][]float64 // the same for a predictor that knows the physics, from states fitted to equally noisy positions
}

const (
	driftWindow = 4   // number of successive frames that are compared with the truth
	driftFine   = 8   // the truth is shifted by dt/driftFine at a time
	maxPeriod   = 400 // frames; slower motions have no phase
)

// Drift measures the phases of forecasts of n test videos, from states fitted to the given number of frames, at
// horizons in frames after these.
func (r *Run) Drift(ctx context.Context, d *device.Device, n, seen int, horizons []int) (*Drift, error) {
	loaded, err := r.VideoModel(d)
	if err != nil {
		return nil, err
	}
	m, ok := loaded.(*hgn.Model)
	if !ok || r.Data.Recipe == nil {
		return nil, badinput.Errorf("the drift of forecasts is measured of an HGN that learned a simulated system")
	}
	if m.Params.FramesIn > 0 {
		return nil, badinput.Errorf("the drift of forecasts is measured from states fitted to all frames: train with frames_in=0")
	}
	recipe := r.Data.testRecipe(n)
	recipe.Frames = max(seen, m.Video.Frames)
	set, err := recipe.Generate(ctx, nil)
	if err != nil {
		return nil, err
	}
	start, err := fitLong(m, Videos(set))
	if err != nil {
		return nil, err
	}
	out := &Drift{Seen: recipe.Frames, Horizons: horizons}
	last := recipe.Frames - 1
	steps := last + slices.Max(horizons) + driftWindow
	learned, err := m.Rollout(start, set.Dt, steps-m.Anchor())
	if err != nil {
		return nil, err
	}
	fitted, err := knownPhysics(set, n, recipe.Frames)
	if err != nil {
		return nil, err
	}
	known, err := knownPaths(set, fitted, set.Dt, 0, steps+1)
	if err != nil {
		return nil, err
	}
	clocks, failed := make([]*clock, n), make([]error, n)
	video.Parallel(n, func(i int) { clocks[i], failed[i] = newClock(set, i, steps+maxPeriod) })
	if err := errors.Join(failed...); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(clocks, func(c *clock) bool { return !math.IsNaN(c.period) }) {
		return nil, badinput.Errorf("the motions of %s do not repeat within %d frames, so that they have no phase: the error of forecasts is in hgn figure horizon", recipe.System, maxPeriod)
	}
	pixels := m.Video.Pixels()
	for _, h := range horizons {
		var frames [][]float32
		for k := range driftWindow {
			f, err := m.Draw(learned[last+h+k-m.Anchor()])
			if err != nil {
				return nil, err
			}
			frames = append(frames, f)
		}
		a, b := make([]float64, n), make([]float64, n)
		video.Parallel(n, func(i int) {
			var mine, theirs [][]float32
			for k := range driftWindow {
				mine = append(mine, frames[k][i*pixels:][:pixels])
				dst := make([]uint8, pixels)
				failed[i] = errors.Join(failed[i], set.Draw(i, known[i][last+h+k], dst))
				theirs = append(theirs, unit(dst))
			}
			a[i], failed[i] = clocks[i].phase(set, mine, last+h)
			if failed[i] == nil {
				b[i], failed[i] = clocks[i].phase(set, theirs, last+h)
			}
		})
		if err := errors.Join(failed...); err != nil {
			return nil, err
		}
		out.Learned, out.Known = append(out.Learned, a), append(out.Known, b)
	}
	return out, nil
}

// fitLong infers the states of long videos at the anchor: the encoder's, of as many frames as the model was trained
// on, refined on more and more frames, as each doubling leaves the phase at the far end within reach of the next.
func fitLong(m *hgn.Model, v video.Clips) (video.States, error) {
	s, err := m.Encode(firstFrames(v, m.Video.Frames))
	if err != nil {
		return s, err
	}
	for frames := m.Video.Frames; ; frames = min(2*frames, v.Frames) {
		if s, err = m.RefineTo(v, s, 0, frames, 6); err != nil || frames == v.Frames {
			return s, err
		}
	}
}
