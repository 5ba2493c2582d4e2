package figures

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"hgn.local/pkg/dataset"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/plots"
)

// Orbits is the default number of trajectories in the picture of a system.
const Orbits = 12

const (
	systemHeight = 340 // height of both halves of the picture
	framesBeside = 8
	systemVideos = 6
	finePerFrame = 5    // points of a path for each frame, so that it looks round
	roomAround   = 1.15 // room around the trajectories in the landscape
	fieldPoints  = 120  // points of the landscape in each direction
)

// System shows the system that a model is going to watch (Toth et al. 2020, Figure 5): for a system with one degree
// of freedom the true Hamiltonian H(q, p) with trajectories over it, for any other the paths of its bodies in the
// plane; and beside it the first videos of the set, to which the trajectories belong.
func System(system physics.System, set *dataset.Dataset) (*plots.Picture, error) {
	var q, p [][][]float64 // [trajectory][time][coordinate]
	for i := range set.N {
		q0, p0 := set.State(i, 0)
		qs, ps, err := physics.Trajectory(system, q0, p0, set.Dt/finePerFrame, finePerFrame*(set.T-1)+1)
		if err != nil {
			return nil, err
		}
		q, p = append(q, qs), append(p, ps)
	}
	draw := bodyPaths
	if system.Dim() == 1 {
		draw = trueLandscape
	}
	motion, err := draw(system, q, p)
	if err != nil {
		return nil, err
	}
	var films []plots.Film
	for i := range min(systemVideos, set.N) {
		films = append(films, plots.Film{Label: fmt.Sprintf("video %d", i), Frames: Frames(set, i)})
	}
	title := fmt.Sprintf("%d × %d pixels, noise %.3g", set.Size, set.Size, set.Noise)
	strip, err := plots.FilmStrip(plots.Strip{Title: title, Size: set.Size, Times: Times(set.T, set.Dt), MaxFrames: framesBeside}, films...)
	if err != nil {
		return nil, err
	}
	return plots.Grid(2, motion, strip)
}

// caption names a system and the constants that are not the defaults.
func caption(system physics.System) string {
	name := Capital(strings.ReplaceAll(system.Name(), "_", " "))
	changed, err := dataset.ConstantsOf(system)
	if err != nil || changed == "" {
		return name
	}
	return name + ", " + strings.NewReplacer("{", "", "}", "", `"`, "", ":", " = ", ",", ", ", "_", " ").Replace(string(changed))
}

// trueLandscape draws H(q, p) of a system with one degree of freedom, and trajectories on it.
func trueLandscape(system physics.System, q, p [][][]float64) (*plots.Picture, error) {
	orbits := plots.Orbits{Style: plots.Style{Color: color.NRGBA{0, 0, 0, 0xff}, Width: 1.2}}
	var qHi, pHi float64
	for i := range q {
		var qs, ps []float64
		for t := range q[i] {
			qs, ps = append(qs, q[i][t][0]), append(ps, p[i][t][0])
			qHi, pHi = math.Max(qHi, math.Abs(q[i][t][0])), math.Max(pHi, math.Abs(p[i][t][0]))
		}
		orbits.Q, orbits.P = append(orbits.Q, qs), append(orbits.P, ps)
	}
	qHi, pHi = roomAround*qHi, roomAround*pHi
	circle := system.Topology()[0] == physics.Circle
	if circle {
		qHi = math.Pi
	}
	h := func(q, p float64) float64 { return system.Energy([]float64{q}, []float64{p}) }
	return plots.EnergyLandscape(plots.Phase{
		Title: caption(system) + ": H(q, p)", Circle: circle, Width: 420, Height: systemHeight,
		Field: plots.FieldOf(h, -qHi, qHi, -pHi, pHi, fieldPoints),
	}, orbits)
}

// bodyPaths draws the paths of the bodies of any system, in the colours of its frames.
func bodyPaths(system physics.System, q, _ [][][]float64) (*plots.Picture, error) {
	var bodies []plots.Body
	for _, disk := range system.Disks(q[0][0]) {
		c := disk.Color
		bodies = append(bodies, plots.Body{Color: color.NRGBA{c[0], c[1], c[2], 0xff}})
	}
	for _, states := range q {
		xs, ys := make([][]float64, len(bodies)), make([][]float64, len(bodies))
		for _, state := range states {
			for i, disk := range system.Disks(state) {
				xs[i], ys[i] = append(xs[i], disk.X), append(ys[i], disk.Y)
			}
		}
		for i := range bodies {
			bodies[i].X, bodies[i].Y = append(bodies[i].X, xs[i]), append(bodies[i].Y, ys[i])
		}
	}
	return plots.BodyPaths(plots.Plane{Title: caption(system), Height: systemHeight}, bodies...)
}
