package notebook

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"

	"hgn.local/gomlx_models/points"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/plots"
)

// ExploreFlow displays controls of a Neural Hamiltonian Flow in the plane: a slider through its chain, from the prior
// to the learned density and back, which moves samples of the prior, or points of the density, over the landscapes
// V(q) and K(p) of the Hamiltonian that has them at the time. A click asks where in the prior a point comes from, and
// for its log p. The cell listens until the reader ends it, see the package's documentation; where no page is open, it
// shows a picture.
func ExploreFlow(run *Run) {
	cell(func() error {
		if err := run.flowsInPlane("ExploreFlow"); err != nil {
			return err
		}
		e, err := run.drawn.FlowExplorer()
		if err != nil {
			return err
		}
		return listen(run.Dir, "explore_flow", flowControl{e})
	})
}

// backdropSide is the number of pixels along each side of a backdrop.
const backdropSide = 300

type flowControl struct{ *figures.FlowExplorer }

func (c flowControl) script() (string, any, error) {
	type sheet struct {
		V string `json:"v"`
		K string `json:"k"`
	}
	var stages []sheet
	for _, s := range c.Stages {
		v, err := backdrop(s.Potential, s.Top)
		if err != nil {
			return "", nil, err
		}
		k, err := backdrop(s.Kinetic, s.TopK)
		if err != nil {
			return "", nil, err
		}
		stages = append(stages, sheet{v, k})
	}
	img, err := c.Target.MassLines(backdropSide, backdropSide)
	if err != nil {
		return "", nil, err
	}
	lines, err := pngURL(img)
	if err != nil {
		return "", nil, err
	}
	n := min(c.FromPrior.Q[0].N(), c.ToData.Q[0].N())
	return "flow", map[string]any{
		"steps": c.Steps, "perStage": c.Steps / len(c.Stages), "points": n, "low": c.Low, "high": c.High, "lowP": c.LowP, "highP": c.HighP,
		"stages": stages, "lines": lines, "walks": map[string]any{"prior": walk(c.FromPrior, n), "data": walk(c.ToData, n)},
	}, nil
}

// backdrop returns a field as the page draws over it.
func backdrop(f *plots.Field, top float64) (string, error) {
	img, err := f.Backdrop(backdropSide, backdropSide, top)
	if err != nil {
		return "", err
	}
	return pngURL(img)
}

// walk packs the first n points of a walk for the page: float32 of [step, point, 2].
func walk(w figures.Walk, n int) map[string]string {
	pack := func(all []points.Points) string {
		var bytes []byte
		for _, x := range all {
			for _, v := range x.Part(0, n).X {
				bytes = binary.LittleEndian.AppendUint32(bytes, math.Float32bits(float32(v)))
			}
		}
		return base64.StdEncoding.EncodeToString(bytes)
	}
	return map[string]string{"q": pack(w.Q), "p": pack(w.P)}
}

// flowAnswer is the way of one point through the chain.
type flowAnswer struct {
	X    float64   `json:"x"`
	Y    float64   `json:"y"`
	Q    []float64 `json:"q"` // of [step, 2]
	P    []float64 `json:"p"`
	LogP float64   `json:"logp"`
}

func (c flowControl) answer(text json.RawMessage) (any, error) {
	var ask struct {
		Point [2]float64 `json:"point"`
	}
	if err := json.Unmarshal(text, &ask); err != nil {
		return nil, err
	}
	w, err := c.Back(points.Points{X: ask.Point[:], Dim: 2})
	if err != nil {
		return nil, err
	}
	out := flowAnswer{X: ask.Point[0], Y: ask.Point[1]}
	for k := range w.Q {
		out.Q, out.P = append(out.Q, w.Q[k].X...), append(out.P, w.P[k].X...)
	}
	out.LogP, err = c.LogDensity(out.X, out.Y)
	return out, err
}

func (c flowControl) picture() (*plots.Picture, string, error) {
	p, err := c.Picture()
	return p, fmt.Sprintf("Samples of the prior before and after a chain of %d leapfrog steps: positions, and momenta", c.Steps), err
}
