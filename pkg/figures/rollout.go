package figures

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// Rollout is a prediction from the first frame of a test video: the learned states, frames and energies of one
// trajectory at the times 0, dt, 2dt, ..., and the true trajectory if that is known.
type Rollout struct {
	*runs.Rollout
	Video        int         // number of the test video
	TrueQ, TrueP [][]float64 // clean states; nil if the system is unknown
	Truth        [][]uint8   // frames of the true trajectory, without noise; nil if unknown
	MeanFrameMSE float64     // MSE of the mean frame of the test videos, to compare MSE with
	videoDt      float64     // time between two frames of the videos
}

// Rollout runs the learned dynamics from the first frame of test video i over steps intervals of dt, backward in time
// if dt is negative.
func (r *Run) Rollout(i int, dt float64, steps int) (*Rollout, error) {
	m, test, err := r.Ready()
	if err != nil {
		return nil, err
	}
	if err := checkSteps(steps, 1); err != nil {
		return nil, err
	}
	start, err := r.InitialState(i)
	if err != nil {
		return nil, err
	}
	rolled, err := runs.Roll(m, start, dt, steps)
	if err != nil {
		return nil, err
	}
	out := &Rollout{Rollout: rolled, Video: i, videoDt: r.Dt()}
	if out.MeanFrameMSE, err = dataset.MeanFrameMSE(test, test); err != nil {
		return nil, err
	}
	return out, out.findTruth(test.Subset(i, i+1))
}

// maxSteps bounds rollouts: their frames are kept in memory, and float32 states are no better than noise long before.
const maxSteps = 100_000

// checkSteps checks the length of some rollouts.
func checkSteps(steps, rollouts int) error {
	if most := maxSteps / rollouts; steps < 1 || steps > most {
		return mistake("a rollout has 1 to %d steps here, not %d", most, steps)
	}
	return nil
}

// findTruth computes and draws the true trajectory from the video's clean first state.
func (r *Rollout) findTruth(video *dataset.Dataset) error {
	if video.System == "" || video.Q == nil {
		return nil
	}
	system, err := video.PhysicsOf(0)
	if err != nil {
		return err
	}
	q, p := video.State(0, 0)
	if r.TrueQ, r.TrueP, err = physics.Trajectory(system, q, p, r.Dt, r.Steps+1); err != nil {
		return err
	}
	for _, q := range r.TrueQ {
		frame := make([]uint8, r.Size*r.Size*3)
		if err := video.Draw(0, q, frame); err != nil {
			return err
		}
		r.Truth = append(r.Truth, frame)
	}
	return nil
}

// Learned returns the predicted frames.
func (r *Rollout) Learned() [][]uint8 { return film(r.Rollout, 0) }

// film returns rollout i as frames of 8 bits.
func film(r *runs.Rollout, i int) [][]uint8 {
	out := make([][]uint8, r.Steps+1)
	for t := range out {
		out[t] = runs.RGB(r.Frame(i, t))
	}
	return out
}

// Times returns the times of the frames: 0, dt, 2dt, ...
func (r *Rollout) Times() []float64 { return Times(r.Steps+1, r.Dt) }

// Energies returns H = K + V at every step, in the model's own units.
func (r *Rollout) Energies() []float64 { return r.Energy(0) }

// MSE returns the pixel error against the true trajectory's clean frames, or NaN if the truth is unknown.
func (r *Rollout) MSE() float64 {
	if r.Truth == nil {
		return math.NaN()
	}
	var mse metrics.StepMSE
	for t, truth := range r.Truth {
		mse.Add(t, r.Frame(0, t), truth)
	}
	return mse.Mean()
}

// Name describes the rollout relative to the videos: forward or backward in time, and how fast.
func (r *Rollout) Name() string {
	name := "forward"
	if r.Dt < 0 {
		name = "backward"
	}
	switch speed := math.Abs(r.Dt) / r.videoDt; {
	case math.Abs(speed-1) < 1e-9:
		return name
	case math.Abs(speed-2) < 1e-9:
		name += ", double speed"
	case math.Abs(speed-0.5) < 1e-9:
		name += ", half speed"
	default:
		name += fmt.Sprintf(", %.3g × speed", speed)
	}
	return strings.TrimPrefix(name, "forward, ")
}

// Strip draws the rollout as a film strip, with the truth above it.
func (r *Rollout) Strip() (*plots.Picture, error) {
	films := []plots.Film{{Label: "learned", Frames: r.Learned()}}
	title := fmt.Sprintf("%s from test video %d, dt = %s", Capital(r.Name()), r.Video, Number(r.Dt))
	if r.Truth != nil {
		films = slices.Insert(films, 0, plots.Film{Label: "true", Frames: r.Truth})
		title += fmt.Sprintf("; pixel MSE × 10⁴: %.3g (mean frame: %.3g)", r.MSE()*PerMSE, r.MeanFrameMSE*PerMSE)
	}
	return plots.FilmStrip(plots.Strip{Title: title, Size: r.Size, Times: r.Times()}, films...)
}
