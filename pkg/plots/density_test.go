package plots

import (
	"bytes"
	"image/gif"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// fourModes is the density of four equal Gaussians at the corners of a square.
func fourModes(x, y float64) float64 {
	const s = 0.4
	sum := 0.0
	for _, c := range [4][2]float64{{1.4, 1.4}, {1.4, -1.4}, {-1.4, 1.4}, {-1.4, -1.4}} {
		sum += math.Exp(-((x-c[0])*(x-c[0])+(y-c[1])*(y-c[1]))/(2*s*s)) / (8 * math.Pi * s * s)
	}
	return sum
}

// basin is a potential with a minimum at each mode.
func basin(x, y float64) float64 {
	return 0.12 * ((x*x-1.96)*(x*x-1.96) + (y*y-1.96)*(y*y-1.96))
}

// descent moves points from a square towards the minima of basin.
func descent(n, steps int) *Flow {
	r := rand.New(rand.NewPCG(2, 3))
	x := make([]float64, 2*n)
	for i := range x {
		x[i] = 2.6 * (2*r.Float64() - 1)
	}
	f := &Flow{}
	v := make([]float64, 2*n)
	for t := range steps + 1 {
		f.At = append(f.At, append([]float64(nil), x...))
		f.Times = append(f.Times, 0.1*float64(t))
		for i := range x {
			v[i] = 0.8*v[i] - 0.06*4*0.12*x[i]*(x[i]*x[i]-1.96)
			x[i] += v[i] + 0.05*v[i^1]
		}
	}
	return f
}

func flowFigure() FlowFigure {
	target := FieldOf(fourModes, -3.4, 3.4, -3.4, 3.4, 121)
	learned := FieldOf(func(x, y float64) float64 { return 0.8*fourModes(x*0.97, y*1.02) + 0.003 }, -3.4, 3.4, -3.4, 3.4, 121)
	flow := descent(150, 40)
	return FlowFigure{
		Title: "What the flow has learned: gaussians4", Target: target, Learned: learned,
		Kinetic:   FieldOf(func(x, y float64) float64 { return math.Sqrt(1+x*x+0.5*y*y+0.3*x*y) - 1 }, -3, 3, -3, 3, 101),
		Potential: FieldOf(basin, -3.4, 3.4, -3.4, 3.4, 101),
		Step:      &Steps{From: flow.At[0], To: flow.At[6]},
		Flow:      flow,
	}
}

func TestFlowFigure(t *testing.T) {
	fig := flowFigure()
	p, err := fig.Picture()
	if err != nil {
		t.Fatal(err)
	}
	look(t, "flow_figure", p)
	if n := count(p.Image(), blue); n < 300 {
		t.Errorf("arrows of %d pixels", n)
	}
	start, end := timeRamp(timeShades)[0], timeRamp(timeShades)[timeShades-1]
	if a, b := count(p.Image(), start), count(p.Image(), end); a < 100 || b < 100 {
		t.Errorf("the flow's start has %d pixels, its end %d", a, b)
	}
	// Both densities share a scale: only the target, which is higher, reaches the darkest shade.
	dark := densityRamp(densityShades)[densityShades-1]
	w, h := p.Image().Bounds().Dx(), p.Image().Bounds().Dy()/2
	left, middle := 0, 0
	for y := range h {
		for x := range w * 58 / 100 { // the colour bar, which has the shade, is further right
			if c := p.still.RGBAAt(x, y); c.R == dark.R && c.G == dark.G && c.B == dark.B {
				if x < w/3 {
					left++
				} else {
					middle++
				}
			}
		}
	}
	if left < 100 || middle > 0 {
		t.Errorf("darkest pixels: %d in the target, %d in the learned density", left, middle)
	}
	fig.Flow, fig.Kinetic, fig.Step = nil, nil, nil
	if q, err := fig.Picture(); err != nil || q.Image().Bounds().Dy() >= p.Image().Bounds().Dy() {
		t.Errorf("without three panels: %v", err)
	}
}

// Samples, and contours over a density.
func TestPanels(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	points := make([]float64, 6000)
	for i := range points {
		points[i] = r.NormFloat64()
	}
	points[17] = math.NaN() // left out
	target := FieldOf(fourModes, -4, 4, -4, 4, 101)
	p, err := Panels("", 0,
		Panel{Title: "samples", Points: points, Low: [2]float64{-4, -4}, High: [2]float64{4, 4}},
		Panel{Title: "learned, with the target's contours", Density: FieldOf(func(x, y float64) float64 { return math.Exp(-(x*x + y*y) / 4) }, -4, 4, -4, 4, 101), Contours: target},
		Panel{Title: "a wide plane", Density: FieldOf(fourModes, -4, 4, -2, 2, 101)})
	if err != nil {
		t.Fatal(err)
	}
	look(t, "panels", p)
}

func TestMassLevels(t *testing.T) {
	// Of a Gaussian, the share s lies within r² = -2 log(1-s), where the density is (1-s) of its top.
	f := FieldOf(func(x, y float64) float64 { return math.Exp(-(x*x + y*y) / 2) }, -6, 6, -6, 6, 241)
	levels := massLevels(f, 0.95, 0.5)
	if len(levels) != 2 || math.Abs(levels[0]-0.05) > 0.003 || math.Abs(levels[1]-0.5) > 0.01 {
		t.Errorf("levels %v, want 0.05 and 0.5", levels)
	}
	if flat := massLevels(FieldOf(func(x, y float64) float64 {
		if x > 0 {
			return 1
		}
		return 0
	}, -1, 1, -1, 1, 20), 0.95, 0.5); len(flat) != 1 || flat[0] != 0.5 {
		t.Errorf("levels of a flat density: %v, want its edge", flat)
	}
	if got := massLevels(FieldOf(func(_, _ float64) float64 { return 0 }, 0, 1, 0, 1, 3), 0.5); got != nil {
		t.Errorf("levels of nothing: %v", got)
	}
}

func TestAnimateFlow(t *testing.T) {
	fig := flowFigure()
	p, err := AnimateFlow(Animation{Title: "From the prior to the modes"}, Panel{Contours: fig.Target, Flow: descent(60, 14)}, 8)
	if err != nil {
		t.Fatal(err)
	}
	look(t, "flow", p)
	data, err := p.GIF()
	if err != nil {
		t.Fatal(err)
	}
	anim, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if len(anim.Image) != 15 || anim.Delay[14] != 108 || len(data) > 1<<20 {
		t.Errorf("%d frames in %d bytes", len(anim.Image), len(data))
	}
}

func TestFieldOfValues(t *testing.T) {
	low, high := [2]float64{-1, 2}, [2]float64{3, 4}
	points := GridPoints(low, high, 5)
	values := make([]float64, 25)
	for i := range values {
		values[i] = points[2*i] + 100*points[2*i+1]
	}
	f, err := FieldOfValues(low, high, values)
	if err != nil {
		t.Fatal(err)
	}
	for i, y := range f.P {
		for j, x := range f.Q {
			if f.H[i][j] != x+100*y {
				t.Fatalf("at (%v, %v): %v", x, y, f.H[i][j])
			}
		}
	}
	if _, err := FieldOfValues(low, high, values[:7]); err == nil {
		t.Error("7 values were taken for a square")
	}
}

// The heights of a potential far from the data do not flatten its valleys.
func TestFlowFigureShowsValleys(t *testing.T) {
	steep := func(x, y float64) float64 { return basin(x, y) + 1e-3*math.Pow(x*x+y*y, 4) }
	v, target := FieldOf(steep, -3.4, 3.4, -3.4, 3.4, 61), FieldOf(fourModes, -3.4, 3.4, -3.4, 3.4, 61)
	whole, err := v.check()
	if err != nil {
		t.Fatal(err)
	}
	top := heightOfData(v, target)
	if at := steep(1.4+0.9, 1.4+0.2); top < at || top > 0.3*whole.hi {
		t.Errorf("the colours end at %v; the data reach about %v and the field %v", top, at, whole.hi)
	}
	if got := heightOfData(v, FieldOf(fourModes, 20, 21, 20, 21, 5)); got != 0 {
		t.Errorf("data beside the potential: %v", got)
	}
}

func TestPanelErrors(t *testing.T) {
	nan := math.NaN()
	for what, p := range map[string]Panel{
		"nothing":      {Title: "empty"},
		"odd points":   {Points: []float64{1, 2, 3}},
		"NaN points":   {Points: []float64{nan, 1}},
		"steps":        {Steps: &Steps{From: []float64{1, 2}, To: []float64{1}}},
		"NaN step":     {Steps: &Steps{From: []float64{1, 2}, To: []float64{1, nan}}},
		"empty flow":   {Flow: &Flow{}},
		"ragged flow":  {Flow: &Flow{At: [][]float64{{1, 2}, {1, 2, 3, 4}}}},
		"times":        {Flow: &Flow{At: [][]float64{{1, 2}, {1, 2}}, Times: []float64{1}}},
		"falling time": {Flow: &Flow{At: [][]float64{{1, 2}, {1, 2}}, Times: []float64{1, 0}}},
		"corners":      {Points: []float64{1, 2}, Low: [2]float64{1, 1}, High: [2]float64{0, 2}},
		"NaN density":  {Density: &Field{Q: []float64{0, 1}, P: []float64{0, 1}, H: [][]float64{{nan, nan}, {nan, nan}}}},
	} {
		if _, err := Panels("", 1, p); err == nil || !strings.HasPrefix(err.Error(), "plots: ") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Panels("", 1); err == nil {
		t.Error("no panels were drawn")
	}
	// A flow of which some points leave the finite numbers, and a density of zero, are drawn.
	if _, err := Panels("", 0, Panel{Flow: &Flow{At: [][]float64{{0, 0, 1, 1}, {1, 0, nan, 1}}}},
		Panel{Density: FieldOf(func(_, _ float64) float64 { return 0 }, 0, 1, 0, 1, 3)}); err != nil {
		t.Error(err)
	}
}

func TestLikelihoods(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	model := func(name string, rate, gap, cost float64) Learning {
		l := Learning{Name: name}
		for s := 1.0; s < 6000; s *= 1.15 {
			l.Steps, l.Seconds = append(l.Steps, s), append(l.Seconds, 0.5+cost*s)
			l.NLL = append(l.NLL, 2.39+gap+3/(1+math.Pow(s/rate, 1.3))+0.012*r.NormFloat64())
		}
		return l
	}
	models := []Learning{model("RNVP, 2 layers", 60, 0.16, 0.008), model("RNVP, 3 layers", 70, 0.06, 0.012),
		model("NHF, 1 leapfrog step", 50, 0.12, 0.006), model("NHF, 2 leapfrog steps", 55, 0.05, 0.011), model("NHF, 3 leapfrog steps", 58, 0.03, 0.016)}
	p, err := Likelihoods(Comparison{Title: "Gaussian mixture", Entropy: 2.39}, models...)
	if err != nil {
		t.Fatal(err)
	}
	look(t, "likelihoods", p)
	models[0].Seconds = nil
	if _, err := Likelihoods(Comparison{Entropy: math.NaN()}, models[0]); err != nil {
		t.Error(err)
	}
	models[1].Steps = models[1].Steps[1:]
	for what, ms := range map[string][]Learning{"none": nil, "lengths": models, "nothing finite": {{Name: "x", Steps: []float64{1}, NLL: []float64{math.NaN()}}}} {
		if _, err := Likelihoods(Comparison{}, ms...); err == nil {
			t.Errorf("%s: drawn", what)
		}
	}
}
