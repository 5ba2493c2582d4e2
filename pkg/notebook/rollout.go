package notebook

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/render"
	"hgn.local/pkg/runs"
)

// Rollout is a prediction from the first frame of a test video: the learned states, frames and energies of one trajectory
// at the times 0, dt, 2dt, ..., and what truly happens where that is known.
type Rollout struct {
	*runs.Rollout
	Video        int         // number of the test video
	TrueQ, TrueP [][]float64 // clean states; nil where the system is unknown
	Truth        [][]uint8   // the frames of the true trajectory, without noise; nil where unknown
	MeanFrameMSE float64     // of the test videos: the yardstick of MSE
	run          *Run
}

// Rollout runs the learned dynamics from the first frame of a test video. Options: Steps (default: a video's length), Dt
// (default: that of the videos; negative: backward in time), Trajectory (which test video, default 0).
func (r *Run) Rollout(opts ...Option) (out *Rollout) {
	cell(func() (err error) {
		out, err = r.rollout("Run.Rollout", opts)
		return err
	})
	return out
}

func (r *Run) rollout(call string, opts []Option) (*Rollout, error) {
	m, test, err := r.ready()
	if err != nil {
		return nil, err
	}
	s, err := settle(call, settings{steps: test.T - 1, dt: test.Dt}, opts, "Steps", "Dt", "Trajectory")
	if err != nil {
		return nil, err
	}
	if err := r.video(s.trajectory); err != nil {
		return nil, err
	}
	if err := checkSteps(s.steps, 1); err != nil {
		return nil, err
	}
	one := test.Subset(s.trajectory, s.trajectory+1)
	start, err := r.start(s.trajectory)
	if err != nil {
		return nil, err
	}
	rolled, err := runs.Roll(m, start, s.dt, s.steps)
	if err != nil {
		return nil, err
	}
	out := &Rollout{Rollout: rolled, Video: s.trajectory, run: r}
	if out.MeanFrameMSE, err = dataset.MeanFrameMSE(test, test); err != nil {
		return nil, err
	}
	return out, out.findTruth(one)
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
func (r *Rollout) findTruth(video *dataset.Set) error {
	if video.System == "" || video.Q == nil {
		return nil
	}
	system, err := video.Physics()
	if err != nil {
		return err
	}
	q, p := video.State(0, 0)
	if r.TrueQ, r.TrueP, err = physics.Trajectory(system, q, p, r.Dt, r.Steps+1); err != nil {
		return err
	}
	for _, q := range r.TrueQ {
		frame := make([]uint8, r.Size*r.Size*3)
		render.Frame(system, q, r.Size, frame)
		r.Truth = append(r.Truth, frame)
	}
	return nil
}

// Learned are the predicted frames.
func (r *Rollout) Learned() [][]uint8 {
	out := make([][]uint8, r.Steps+1)
	for t := range out {
		out[t] = runs.RGB(r.Frame(0, t))
	}
	return out
}

// Times are 0, dt, 2dt, ...
func (r *Rollout) Times() []float64 { return times(r.Steps+1, r.Dt) }

// Energies are H = K + V at every step, in the model's own units.
func (r *Rollout) Energies() []float64 { return r.Energy(0) }

// MSE is the pixel error against the true trajectory's clean frames; NaN where the truth is unknown.
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

// Name says how the rollout runs, compared with the videos: forward or backward in time, and how fast.
func (r *Rollout) Name() string {
	name := "forward"
	if r.Dt < 0 {
		name = "backward"
	}
	switch speed := math.Abs(r.Dt) / r.run.Dt(); {
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

// show displays the rollout as a film strip, the truth above it.
func (r *Rollout) show() error {
	films := []plots.Film{{Label: "learned", Frames: r.Learned()}}
	title := fmt.Sprintf("%s from test video %d, dt = %s", capital(r.Name()), r.Video, number(r.Dt))
	if r.Truth != nil {
		films = slices.Insert(films, 0, plots.Film{Label: "true", Frames: r.Truth})
		title += fmt.Sprintf("; pixel MSE × 10⁴: %.3g (mean frame: %.3g)", r.MSE()*perMSE, r.MeanFrameMSE*perMSE)
	}
	p, err := plots.FilmStrip(plots.Strip{Title: title, Size: r.Size, Times: r.Times()}, films...)
	if err != nil {
		return err
	}
	return showPicture(r.run.Dir, "rollout_"+fileName(r), "Film strip of a rollout "+r.Name(), p)
}

// fileName tells rollouts apart.
func fileName(r *Rollout) string { return fmt.Sprintf("video%d_dt%g", r.Video, r.Dt) }

// number writes a number with a true minus sign.
func number(x float64) string {
	return strings.Replace(strconv.FormatFloat(x, 'g', 4, 64), "-", "−", 1)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
