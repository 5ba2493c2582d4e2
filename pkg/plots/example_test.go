package plots_test

import (
	"fmt"
	"math"

	"hgn.local/pkg/plots"
)

func ExampleCurves() {
	loss := make([]float64, 500)
	for i := range loss {
		loss[i] = 70*math.Exp(-float64(i)/80) + 7.5
	}
	p, err := plots.Curves(plots.Chart{
		Title: "Training", X: "step", Y: "pixel MSE × 10⁴", LogY: true,
		Markers:    []plots.Mark{{At: 200, Label: "15 frames"}},
		References: []plots.Mark{{At: 7.26, Label: "noise floor"}},
	}, plots.Series{Name: "training", Y: loss, Smooth: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Size())
	// Output: 780 380
}

func ExampleEnergyLandscape() {
	pendulum := func(q, p float64) float64 { return p*p + 1.5*(1-math.Cos(q)) }
	p, err := plots.EnergyLandscape(plots.Phase{
		Title: "H(q, p)", Circle: true, Field: plots.FieldOf(pendulum, -math.Pi, math.Pi, -2.5, 2.5, 60),
	}, plots.Orbits{Name: "forward", Q: [][]float64{{0, 0.1, 0.2}}, P: [][]float64{{0.5, 0.5, 0.49}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Size())
	// Output: 620 500
}

func ExampleBodyPaths() {
	p, err := plots.BodyPaths(plots.Plane{Title: "Two bodies"},
		plots.Body{Name: "body 1", X: [][]float64{{0.8, 0.7, 0.5}}, Y: [][]float64{{0, 0.4, 0.6}}},
		plots.Body{Name: "body 2", X: [][]float64{{-0.8, -0.7, -0.5}}, Y: [][]float64{{0, -0.4, -0.6}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, height := p.Size()
	fmt.Println(height)
	// Output: 440
}

func ExampleAnimateGIF() {
	dark, light := make([]uint8, 8*8*3), make([]uint8, 8*8*3)
	for i := range light {
		light[i] = 200
	}
	p, err := plots.AnimateGIF(plots.Animation{Size: 8}, plots.Film{Label: "blink", Frames: [][]uint8{dark, light}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Animated())
	// Output: true
}

// The density of a flow beside its target's, and where the flow takes points of the prior.
func ExampleFlowFigure() {
	gauss := func(x, y float64) float64 { return math.Exp(-(x*x+y*y)/2) / (2 * math.Pi) }
	p, err := plots.FlowFigure{
		Title:  "A flow that widens",
		Target: plots.FieldOf(gauss, -3, 3, -3, 3, 60),
		Flow:   &plots.Flow{At: [][]float64{{0.5, 0, 0, -0.5}, {1, 0, 0, -1}}, Times: []float64{0, 0.5}},
	}.Picture()
	if err != nil {
		fmt.Println(err)
		return
	}
	width, height := p.Size()
	fmt.Println(width > height)
	// Output: true
}
