package plots_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"

	"hgn.local/pkg/plots"
)

// saved writes a picture as a notebook's output folder would get it, and tells
// its size.
func saved(name string, p *plots.Picture, err error) {
	if err != nil {
		fmt.Println(err)
		return
	}
	dir, err := os.MkdirTemp("", "plots")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	save := p.SavePNG
	if p.Animated() {
		save = p.SaveGIF
	}
	if err := save(filepath.Join(dir, name)); err != nil {
		fmt.Println(err)
		return
	}
	width, height := p.Size()
	fmt.Printf("%s: %d x %d\n", name, width, height)
}

// A training loss on a logarithmic axis: the values faded, their moving average
// over them, and lines that mark a stage of the training and a level to reach.
func ExampleCurves() {
	loss := make([]float64, 500)
	for i := range loss {
		loss[i] = 70*math.Exp(-float64(i)/80) + 7.5 + math.Sin(float64(40*i))
	}
	p, err := plots.Curves(plots.Chart{
		Title: "Training", X: "step", Y: "pixel MSE × 10⁴", LogY: true,
		Markers:    []plots.Mark{{At: 200, Label: "15 frames"}},
		References: []plots.Mark{{At: 7.26, Label: "noise floor"}},
	}, plots.Series{Name: "training", Y: loss, Smooth: true})
	saved("training.png", p, err)
	// Output: training.png: 780 x 380
}

// Values that cannot be drawn leave a gap. A series without any other is a
// mistake, and the error names it.
func ExampleCurves_missing() {
	p, err := plots.Curves(plots.Chart{}, plots.Series{Name: "gap", Y: []float64{3, 2, math.NaN(), 2, 1}})
	saved("gap.png", p, err)
	_, err = plots.Curves(plots.Chart{LogY: true}, plots.Series{Name: "loss", Y: []float64{0, -1}})
	fmt.Println(err)
	// Output:
	// gap.png: 780 x 380
	// plots: series "loss" has no value that is finite and, on the logarithmic axis, positive
}

// A rollout into the future and one into the past, over the energy of a
// pendulum. Their names choose the colours.
func ExampleEnergyLandscape() {
	pendulum := func(q, p float64) float64 { return p*p + 1.5*(1-math.Cos(q)) }
	roll := func(name string, dt float64) plots.Orbits {
		q, p := 1.4, 0.2
		var qs, ps []float64
		for range 30 {
			qs, ps = append(qs, q), append(ps, p)
			p -= dt * 1.5 * math.Sin(q)
			q += dt * 2 * p
		}
		return plots.Orbits{Name: name, Q: [][]float64{qs}, P: [][]float64{ps}}
	}
	p, err := plots.EnergyLandscape(plots.Phase{
		Title: "H(q, p)", Circle: true, Field: plots.FieldOf(pendulum, -math.Pi, math.Pi, -2.5, 2.5, 100),
	}, roll("forward", 0.05), roll("backward", -0.05))
	saved("landscape.png", p, err)
	for _, name := range []string{"forward", "backward"} {
		style, _ := plots.StyleOf(name)
		fmt.Println(name, style.Color)
	}
	// Output:
	// landscape.png: 620 x 500
	// forward {0 114 178 255}
	// backward {213 94 0 255}
}

// Two bodies on circles. A unit is as long on both axes, so that the width
// follows from the height: what is left for the title and the labels of the axes
// is not the same in both directions.
func ExampleBodyPaths() {
	circle := func(name string, radius, phase float64) plots.Body {
		var xs, ys []float64
		for i := range 40 {
			a := phase + 0.1*float64(i)
			xs, ys = append(xs, radius*math.Cos(a)), append(ys, radius*math.Sin(a))
		}
		return plots.Body{Name: name, X: [][]float64{xs}, Y: [][]float64{ys}}
	}
	p, err := plots.BodyPaths(plots.Plane{Title: "Two bodies", Height: 400}, circle("body 1", 0.8, 0), circle("body 2", 0.5, math.Pi))
	saved("bodies.png", p, err)
	// Output: bodies.png: 429 x 400
}

// A film of two frames becomes a GIF. The frames of 8 x 8 pixels are enlarged to
// 96 x 96 without blending.
func ExampleAnimateGIF() {
	dark, light := make([]uint8, 8*8*3), make([]uint8, 8*8*3)
	for i := range light {
		light[i] = 200
	}
	p, err := plots.AnimateGIF(plots.Animation{Size: 8}, plots.Film{Label: "blink", Frames: [][]uint8{dark, light}})
	saved("blink.gif", p, err)
	// Output: blink.gif: 112 x 148
}

// The density that a flow is to learn, and where it takes points of the prior.
// Panels are added for what is given, here two of six.
func ExampleFlowFigure() {
	gauss := func(x, y float64) float64 { return math.Exp(-(x*x+y*y)/2) / (2 * math.Pi) }
	p, err := plots.FlowFigure{
		Title:      "A flow that widens",
		Target:     plots.FieldOf(gauss, -3, 3, -3, 3, 60),
		TargetKind: "exact",
		Flow:       &plots.Flow{At: [][]float64{{0.5, 0, 0, -0.5}, {1, 0, 0, -1}}, Times: []float64{0, 0.5}},
	}.Picture()
	saved("flow.png", p, err)
	// Output: flow.png: 735 x 343
}
