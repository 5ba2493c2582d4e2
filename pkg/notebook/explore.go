package notebook

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// Explore displays controls of a run of videos: knobs for dt, through zero to negative values, for the number of steps
// and for the test video, with a film that plays, the point on the learned landscape and H(t), which follow at once.
// The point can be dragged to any other state. All values run one compiled program, of which dt is an input. The cell
// listens until the reader ends it, see the package's documentation; where no page is open, it shows a picture.
// Options: Trajectory, Dt, Steps, with which it begins.
func Explore(run *Run, opts ...Option) {
	cell(func() error { return run.explore("Explore", false, opts) })
}

// Latent displays the landscape of the learned energy with a point to drag: the decoded frame follows, and when the
// point is released it flows as the learned dynamics say. Further coordinates than the first, if there are any, stay
// those of the test video with which it begins. Options: Trajectory, Dt, Steps.
func Latent(run *Run, opts ...Option) {
	cell(func() error { return run.explore("Latent", true, opts) })
}

func (r *Run) explore(call string, latent bool, opts []Option) error {
	if err := r.ofVideos(); err != nil {
		return err
	}
	e, err := r.drawn.Explorer()
	if err != nil {
		return err
	}
	s, err := applyOptions(call, settings{steps: min(60, figures.MostExplored), dt: e.Dt}, opts, "Trajectory", "Dt", "Steps")
	if err != nil {
		return err
	}
	x := &explorer{Explorer: e, latent: latent, asked: exploreAsk{Video: s.trajectory, Dt: s.dt, Steps: s.steps}}
	if latent {
		q, p, err := x.begin()
		if err != nil {
			return err
		}
		x.asked.State = []float64{q, p}
	}
	if x.last, err = x.roll(x.asked); err != nil {
		return err
	}
	if err := listen(r.Dir, map[bool]string{false: "explore", true: "latent"}[latent], x); err != nil {
		return err
	}
	showNote("%s", e.Note)
	return nil
}

// explorer is the control of Explore and Latent.
type explorer struct {
	*figures.Explorer
	latent bool
	asked  exploreAsk
	last   *figures.Rollout // that was answered last
}

// exploreAsk is what the page asks for: a rollout, or only the frame of a state.
type exploreAsk struct {
	Video int       `json:"video"`
	State []float64 `json:"state"` // q and p of a dragged point; empty: the video's first state
	Dt    float64   `json:"dt"`
	Steps int       `json:"steps"`
	Point bool      `json:"point"` // only the frame
}

// begin returns the coordinates of the video with which the controls begin.
func (x *explorer) begin() (q, p float64, err error) {
	start, err := x.Start(x.asked.Video)
	if err != nil {
		return 0, 0, err
	}
	r, err := x.Roll(start, 0, 1)
	if err != nil {
		return 0, 0, err
	}
	qs, ps, _ := x.Orbit(r)
	if x.Circle {
		qs[0] = math.Remainder(qs[0], 2*math.Pi)
	}
	return qs[0], ps[0], nil
}

// state returns the state from which a rollout is asked for.
func (x *explorer) state(a exploreAsk) (video.States, error) {
	s, err := x.Start(a.Video)
	if err != nil || len(a.State) == 0 {
		return s, err
	}
	if len(a.State) != 2 {
		return s, mistake("a point of the landscape has 2 coordinates, not %d", len(a.State))
	}
	return x.Moved(s, a.State[0], a.State[1]), nil
}

// roll computes what is asked for. It cuts a rollout that does not stay finite.
func (x *explorer) roll(a exploreAsk) (*figures.Rollout, error) {
	s, err := x.state(a)
	if err != nil {
		return nil, err
	}
	var r *figures.Rollout
	switch {
	case a.Point:
		r, err = x.Roll(s, 0, 1)
	case len(a.State) == 0:
		r, err = x.From(a.Video, a.Dt, a.Steps)
	default:
		r, err = x.Roll(s, a.Dt, a.Steps)
	}
	if r == nil || r.Steps == 0 {
		return nil, err
	}
	if _, cut := errors.AsType[*runs.DivergedError](err); err != nil && !cut {
		return nil, err
	}
	return r, nil
}

const sheetColumns = 16

// exploreAnswer is a rollout as the page takes it.
type exploreAnswer struct {
	Film    string    `json:"film"` // a sheet of the learned frames, and after them of the true ones if Truth
	Columns int       `json:"columns"`
	Truth   bool      `json:"truth"`
	Dt      float64   `json:"dt"`
	Q       []float32 `json:"q"`
	P       []float32 `json:"p"`
	H       []float32 `json:"h"`
	TrueH   *float64  `json:"trueH"`
	MSE     *float64  `json:"mse"` // x 10⁴
	Note    string    `json:"note"`
}

func (x *explorer) answer(text json.RawMessage) (any, error) {
	var a exploreAsk
	if err := json.Unmarshal(text, &a); err != nil {
		return nil, err
	}
	r, err := x.roll(a)
	if err != nil {
		return nil, err
	}
	if !a.Point {
		x.asked, x.last = a, r
	}
	q, p, h := x.Orbit(r)
	out := exploreAnswer{Columns: sheetColumns, Dt: r.Dt, Q: short(q), P: short(p), H: short(h), TrueH: finite(x.TrueEnergy(r.Video))}
	frames := r.Learned()
	if a.Point {
		frames, out.Columns = frames[:1], 1
	} else if out.Truth = r.Truth != nil; out.Truth {
		frames = append(frames, r.Truth...)
		out.MSE = finite(r.MSE() * figures.PerMSE)
	}
	if !a.Point && r.Steps < a.Steps {
		out.Note = fmt.Sprintf("not finite after step %d", r.Steps)
	}
	out.Film, err = pngURL(frameSheet(frames, r.Size, out.Columns))
	return out, err
}

func (x *explorer) script() (string, any, error) {
	const points = 360 // pixels of the backdrop
	img, err := x.Field.Backdrop(points, points, 0)
	if err != nil {
		return "", nil, err
	}
	backdrop, err := pngURL(img)
	if err != nil {
		return "", nil, err
	}
	_, _, h := x.Orbit(x.last)
	return "explore", map[string]any{
		"latent": x.latent, "dt": x.Dt, "size": x.Size, "videos": x.Videos, "video": x.asked.Video, "steps": x.asked.Steps,
		"mostSteps": figures.MostExplored, "circle": x.Circle, "x": x.X, "y": x.Y, "known": x.Known, "scale": h[0],
		"begin": x.asked.Dt, "state": x.asked.State, "backdrop": backdrop, "q": ends(x.Field.Q), "p": ends(x.Field.P),
	}, nil
}

func (x *explorer) picture() (*plots.Picture, string, error) {
	p, err := x.Picture(x.last)
	return p, fmt.Sprintf("Frames of a rollout with dt = %s, its way over the learned energy landscape, and the energy along it", figures.Number(x.last.Dt)), err
}

// ends returns the first and the last of ascending values.
func ends(values []float64) [2]float64 { return [2]float64{values[0], values[len(values)-1]} }

func short(values []float64) []float32 {
	out := make([]float32, len(values))
	for i, v := range values {
		out[i] = float32(v)
	}
	return out
}

// finite returns nil for a number that JSON does not know.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
