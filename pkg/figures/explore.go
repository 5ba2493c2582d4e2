package figures

import (
	"errors"
	"math"
	"slices"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// An Explorer answers what controls ask of a run of videos: rollouts of the learned dynamics from any state, with any
// dt, over the landscape of the learned energy. Its first answer compiles the programs, and all others use them, since
// dt is one of their inputs and batches are padded to one size.
//
// Coordinates are the first ones of the learned phase space, as in Landscape: an angle is counted from the minimum of
// V. Energies are in the true energy's units if these are known.
type Explorer struct {
	Videos int          // the number of test videos with an inferred state
	Dt     float64      // time between two frames of the videos
	Size   int          // side of a frame in pixels
	Dim    int          // coordinates of the learned configuration space
	Field  *plots.Field // the learned H
	Circle bool         // q is an angle
	X, Y   string       // names of the axes
	Known  bool         // energies are in the true energy's units
	Note   string       // names the units of energy, and what the landscape leaves out

	model  video.Model
	test   *dataset.Dataset
	starts video.States
	fit    *calibration
	rest   float64 // angle from which q is counted
}

// MostExplored is the largest number of steps of an explored rollout: all its frames go through the decoder at once.
const MostExplored = 120

// Explorer prepares the answers. It fails for a model without an energy.
func (r *Run) Explorer() (*Explorer, error) {
	m, err := r.VideoModel()
	if err != nil {
		return nil, err
	}
	if !video.HasEnergy(m) {
		return nil, mistake("the dynamics of the run %q have no energy, and go forward by whole frames only: give it a run whose dynamics are Hamiltonian", r.Name())
	}
	m, test, fit, err := r.fitted()
	if err != nil {
		return nil, err
	}
	e := &Explorer{Dt: r.Dt(), Size: test.Size, Circle: r.circle(), Known: fit.known, Note: fit.energySentence(), model: m, test: test, fit: fit}
	if e.starts, err = r.Starts(); err != nil {
		return nil, err
	}
	e.Videos, e.Dim = e.starts.N, e.starts.D
	if e.Dim > 1 {
		e.Note += " The landscape is H with the other coordinates at 0, so that orbits cross its lines."
	}
	e.X, e.Y = r.axes()
	e.Field, e.rest, err = landscape(m, fit, e.Circle)
	return e, err
}

// Start returns the inferred state at the first frame of test video i.
func (e *Explorer) Start(i int) (video.States, error) {
	if i < 0 || i >= e.Videos {
		return video.States{}, mistake("there is no test video %d here: choose 0 to %d", i, e.Videos-1)
	}
	return e.starts.Part(i, 1).Clone(), nil
}

// Moved returns the state s with other first coordinates.
func (e *Explorer) Moved(s video.States, q, p float64) video.States {
	out := s.Clone()
	out.Q[0], out.P[0] = float32(q+e.rest), float32(p)
	return out
}

// Roll integrates from s over steps intervals of dt, backward in time if dt is negative; with dt = 0 the state stays
// as it is. A rollout that does not stay finite is cut before that, and runs.DivergedError says where.
func (e *Explorer) Roll(s video.States, dt float64, steps int) (*Rollout, error) {
	if steps < 1 || steps > MostExplored {
		return nil, mistake("an explored rollout has 1 to %d steps, not %d", MostExplored, steps)
	}
	if dt == 0 {
		still, err := runs.Roll(e.model, s, e.Dt, 0)
		if err != nil {
			return nil, err
		}
		return &Rollout{Rollout: repeated(still, steps), Video: -1, videoDt: e.Dt}, nil
	}
	rolled, err := runs.Roll(e.model, s, dt, steps)
	if rolled == nil {
		return nil, err
	}
	return &Rollout{Rollout: rolled, Video: -1, videoDt: e.Dt}, err
}

// repeated returns a rollout of dt = 0: its one state at all steps.
func repeated(r *runs.Rollout, steps int) *runs.Rollout {
	out, n := *r, steps+1
	out.Dt, out.Steps = 0, steps
	out.States, out.Frames = slices.Repeat(r.States[:1], n), slices.Repeat(r.Frames[:1], n)
	out.Kinetic, out.Potential = slices.Repeat(r.Kinetic[:1], n), slices.Repeat(r.Potential[:1], n)
	return &out
}

// From is Roll from the first frame of test video i, with the true trajectory if that is known.
func (e *Explorer) From(i int, dt float64, steps int) (*Rollout, error) {
	start, err := e.Start(i)
	if err != nil {
		return nil, err
	}
	r, err := e.Roll(start, dt, steps)
	if r == nil {
		return nil, err
	}
	r.Video = i
	one := e.test.Subset(i, i+1)
	if dt != 0 {
		return r, errors.Join(r.findTruth(one), err)
	}
	r.Dt = e.Dt // the truth at one time: that of a rollout of no steps
	r.Steps = 0
	err = r.findTruth(one)
	r.Dt, r.Steps, r.Truth = 0, steps, repeatAny(r.Truth, steps+1)
	r.TrueQ, r.TrueP = repeatAny(r.TrueQ, steps+1), repeatAny(r.TrueP, steps+1)
	return r, err
}

func repeatAny[T any](one []T, n int) []T {
	if len(one) == 0 {
		return one
	}
	return slices.Repeat(one[:1], n)
}

// Orbit returns the first coordinates and the energy of a rollout at every step.
func (e *Explorer) Orbit(r *Rollout) (q, p, h []float64) {
	q, p = orbit(r.States, 0, e.rest)
	return q, p, e.fit.energy.all(r.Energies())
}

// TrueEnergy returns the energy of test video i, or NaN where H is in its own units.
func (e *Explorer) TrueEnergy(i int) float64 {
	if !e.Known || i < 0 {
		return math.NaN()
	}
	return e.test.Energy[i*e.test.T]
}

// Picture draws a rollout as controls leave it on the page: its frames, its way over the landscape, and its energy.
func (e *Explorer) Picture(r *Rollout) (*plots.Picture, error) {
	strip, err := e.strip(r)
	if err != nil {
		return nil, err
	}
	q, p, h := e.Orbit(r)
	look := plots.Phase{Title: "Learned H(q, p)", X: e.X, Y: e.Y, Circle: e.Circle, Field: e.Field, Width: 440, Height: 340}
	portrait, err := plots.EnergyLandscape(look, plots.Orbits{Name: direction(r.Dt), Q: [][]float64{q}, P: [][]float64{p}})
	if err != nil {
		return nil, err
	}
	curve, truth := plots.Series{Name: "learned, " + direction(r.Dt), X: r.Times(), Y: h}, plots.Series{}
	curve.Style, _ = plots.StyleOf(direction(r.Dt))
	if r.Dt == 0 {
		curve.X = upTo(r.Steps)
	}
	if t := e.TrueEnergy(r.Video); !math.IsNaN(t) {
		truth = plots.Series{X: []float64{curve.X[0], last(curve.X)}, Y: []float64{t, t}}
	}
	chart := plots.Chart{Title: "H along the rollout", X: "time", Y: "H", Width: 440, Height: 340}
	if r.Dt == 0 {
		chart.X = "frame"
	}
	energy, err := plots.EnergyAlong(chart, truth, curve)
	if err != nil {
		return nil, err
	}
	below, err := plots.Grid(2, portrait, energy)
	if err != nil {
		return nil, err
	}
	return plots.Grid(1, strip, below)
}

// strip draws the frames of a rollout.
func (e *Explorer) strip(r *Rollout) (*plots.Picture, error) {
	if r.Video >= 0 && r.Dt != 0 {
		r.MeanFrameMSE = e.meanFrame()
		return r.Strip()
	}
	look := plots.Strip{Title: "From a state on the landscape, dt = " + Number(r.Dt), Size: r.Size}
	if r.Dt != 0 {
		look.Times = r.Times()
	}
	return plots.FilmStrip(look, plots.Film{Label: "learned", Frames: r.Learned()})
}

// meanFrame returns the error of the mean frame, to compare a rollout's with, or NaN.
func (e *Explorer) meanFrame() float64 {
	mse, err := dataset.MeanFrameMSE(e.test, e.test)
	if err != nil {
		return math.NaN()
	}
	return mse
}

func direction(dt float64) string {
	if dt < 0 {
		return "backward"
	}
	return "forward"
}

func upTo(n int) []float64 {
	out := make([]float64, n+1)
	for i := range out {
		out[i] = float64(i)
	}
	return out
}
