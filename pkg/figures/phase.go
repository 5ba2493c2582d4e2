package figures

import (
	"fmt"
	"math"
	"slices"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/plots"
)

// PhasePortrait draws n orbits of test videos in the learned phase space, coloured by energy, over contours of the
// learned H, and beside it the true phase space if that is known. For a model with more than one coordinate it shows
// the first. With n = 0 it draws [Portrait] orbits, or as many as there are. The note names the units of energy.
func (r *Run) PhasePortrait(n int) (p *plots.Picture, note string, err error) {
	m, test, fit, err := r.fitted()
	if err != nil {
		return nil, "", err
	}
	most := len(fit.learned)
	if n == 0 {
		n = min(Portrait, most)
	}
	if n < 1 || n > most {
		return nil, "", mistake("a phase portrait has 1 to %d orbits, not %d", most, n)
	}
	field, rest, err := landscape(m, fit, r.circle())
	if err != nil {
		return nil, "", err
	}
	learned := plots.Orbits{Energy: fit.energy.all(fit.learned[:n])}
	truth := plots.Orbits{}
	for i := range n {
		q, p := orbit(fit.states, i, rest)
		learned.Q, learned.P = append(learned.Q, q), append(learned.P, p)
		if test.Q != nil && test.Energy != nil {
			var tq, tp []float64
			for t := range test.T {
				a, b := test.State(i, t)
				tq, tp = append(tq, a[0]), append(tp, b[0])
			}
			truth.Q, truth.P = append(truth.Q, tq), append(truth.P, tp)
			truth.Energy = append(truth.Energy, test.Energy[i*test.T])
		}
	}
	phase := plots.Phase{Title: "Learned", Circle: r.circle(), Field: field, Width: 440, Height: 380}
	phase.X, phase.Y = r.axes()
	if p, err = plots.PhasePortrait(phase, learned); err != nil {
		return nil, "", err
	}
	if truth.Q != nil {
		beside, err := plots.PhasePortrait(plots.Phase{Title: "True", Circle: angular(test.System), Width: 440, Height: 380}, truth)
		if err != nil {
			return nil, "", err
		}
		if p, err = plots.Grid(2, p, beside); err != nil {
			return nil, "", err
		}
	}
	return p, fit.energySentence(), nil
}

// Portrait is the default number of orbits in a phase portrait.
const Portrait = 40

// Landscape draws the learned H(q, p) and over it one rollout forward and one backward from the first frame of test
// video i. For a model with more than one coordinate it shows the first, with the others held at 0, and constants at
// those of the video. The note names the units of energy.
func (r *Run) Landscape(i int, dt float64, steps int) (p *plots.Picture, note string, err error) {
	m, _, fit, err := r.fitted()
	if err != nil {
		return nil, "", err
	}
	start, err := r.InitialState(i)
	if err != nil {
		return nil, "", err
	}
	own := *fit
	own.held = held(m, start)
	field, rest, err := landscape(m, &own, r.circle())
	if err != nil {
		return nil, "", err
	}
	var groups []plots.Orbits
	for _, direction := range directions {
		o, err := r.Rollout(i, direction.sign*dt, steps)
		if err != nil {
			return nil, "", err
		}
		q, p := orbit(o.States, 0, rest)
		groups = append(groups, plots.Orbits{Name: direction.name, Q: [][]float64{q}, P: [][]float64{p}})
	}
	phase := plots.Phase{Title: "Learned H(q, p)", Circle: r.circle(), Field: field, Width: 560, Height: 430}
	phase.X, phase.Y = r.axes()
	p, err = plots.EnergyLandscape(phase, groups...)
	return p, fit.energySentence(), err
}

// angular tells whether a known system has a single coordinate that is an angle.
func angular(system string) bool {
	s, err := physics.ByName(system)
	return err == nil && s.Dim() == 1 && s.Topology()[0] == physics.Circle
}

// latent returns the topology of an HGN's latent space.
func (r *Run) latent() (hgn.Latent, error) {
	p, err := r.HGN()
	if err != nil {
		return hgn.Latent{}, err
	}
	return hgn.ParseLatent(p.Latent)
}

// circle tells whether the first learned coordinate is an angle.
func (r *Run) circle() bool {
	l, err := r.latent()
	return err == nil && l.Circle[0]
}

// axes names the coordinates that are drawn.
func (r *Run) axes() (x, y string) {
	if l, err := r.latent(); err == nil && l.Dim() > 1 {
		return fmt.Sprintf("learned q₁ of %d", l.Dim()), fmt.Sprintf("learned p₁ of %d", l.Dim())
	}
	if r.circle() {
		return "learned q, from the minimum of V", "learned p"
	}
	return "learned q", "learned p"
}

// orbit returns the first coordinate of trajectory i along states, with q counted from rest.
func orbit(states []video.States, i int, rest float64) (q, p []float64) {
	for _, s := range states {
		q, p = append(q, float64(s.Q[i*s.D])-rest), append(p, float64(s.P[i*s.D]))
	}
	return q, p
}

// gridPoints is the number of points of a landscape in each direction.
const gridPoints = 120

// landscape evaluates the learned H, in the true energy's units if these are known, over the part of phase space
// where the test videos are. An angle is shown all round and counted from rest, the minimum of V, because a learned
// circle begins at an arbitrary angle. Coordinates after the first are held, see calibration.
func landscape(m video.Model, fit *calibration, circle bool) (f *plots.Field, rest float64, err error) {
	qLo, qHi, pLo, pHi := extent(fit.states)
	if circle {
		qLo, qHi = -math.Pi, math.Pi
	}
	if circle {
		if rest, err = restAngle(m, fit.held); err != nil {
			return nil, 0, err
		}
	}
	q, p := linspace(qLo, qHi, gridPoints), linspace(pLo, pHi, gridPoints)
	f = &plots.Field{Q: q, P: p}
	for _, y := range p {
		k, v, err := energies(m, fit.held, affine{1, rest}.all(q), constant(y, len(q)))
		if err != nil {
			return nil, 0, err
		}
		for i := range v {
			v[i] += k[i]
		}
		f.H = append(f.H, fit.energy.all(v))
	}
	return f, rest, nil
}

// restAngle returns the angle at which V of the first coordinate is least.
func restAngle(m video.Model, held []float32) (float64, error) {
	q := linspace(-math.Pi, math.Pi, 1000)
	_, v, err := energies(m, held, q, constant(0, len(q)))
	if err != nil {
		return 0, err
	}
	return q[slices.Index(v, slices.Min(v))], nil
}

func constant(x float64, n int) []float64 { return slices.Repeat([]float64{x}, n) }

// energies evaluates K and V at the points (q, p) of the first coordinate; the others are held, with momenta of 0.
func energies(m video.Model, held []float32, q, p []float64) (k, v []float64, err error) {
	s := video.NewStates(len(q), len(held))
	for i := range q {
		copy(s.Q[i*s.D:], held)
		s.Q[i*s.D], s.P[i*s.D] = float32(q[i]), float32(p[i])
	}
	k32, v32, err := m.Energies(s)
	if err != nil {
		return nil, nil, err
	}
	for i := range q {
		k, v = append(k, float64(k32[i])), append(v, float64(v32[i]))
	}
	return k, v, nil
}

// extent returns the range of the first coordinates of states, with a margin; the range of p is symmetric about 0.
func extent(states []video.States) (qLo, qHi, pLo, pHi float64) {
	qLo, qHi = math.Inf(1), math.Inf(-1)
	for _, s := range states {
		for i := range s.N {
			q, p := float64(s.Q[i*s.D]), float64(s.P[i*s.D])
			qLo, qHi, pHi = math.Min(qLo, q), math.Max(qHi, q), math.Max(pHi, math.Abs(p))
		}
	}
	margin := 0.1*(qHi-qLo) + 1e-6
	pHi = 1.1*pHi + 1e-6
	return qLo - margin, qHi + margin, -pHi, pHi
}

// linspace returns n evenly spaced values from lo to hi.
func linspace(lo, hi float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = lo + (hi-lo)*float64(i)/float64(n-1)
	}
	return out
}
