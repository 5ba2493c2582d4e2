package plots

import (
	"image/color"
	"math"
	"testing"
)

// twoBodies circle about their centre of mass, in orbits that differ from one trajectory to the next.
func twoBodies(trajectories, n int) (x, y [2][][]float64) {
	for i := range trajectories {
		r, phase := 0.55+0.08*float64(i%5), 1.3*float64(i)
		for b := range 2 {
			var xs, ys []float64
			for t := range n {
				a := phase + 0.11*float64(t)/math.Pow(r, 1.5) + math.Pi*float64(b)
				radius := r * (1 - 0.15*float64(b)) * (1 + 0.08*math.Cos(2*a))
				xs, ys = append(xs, radius*math.Cos(a)), append(ys, radius*math.Sin(a))
			}
			x[b], y[b] = append(x[b], xs), append(y[b], ys)
		}
	}
	return x, y
}

func TestBodyPaths(t *testing.T) {
	x, y := twoBodies(6, 30)
	red, teal := color.NRGBA{0xe6, 0x4b, 0x35, 0xff}, color.NRGBA{0x1a, 0x9c, 0x8a, 0xff}
	p, err := BodyPaths(Plane{Title: "Two bodies"},
		Body{Name: "body 1", X: x[0], Y: y[0], Color: red}, Body{Name: "body 2", X: x[1], Y: y[1], Color: teal})
	checked(t, "bodies", p, err)
	if count(p.Image(), red) < 500 || count(p.Image(), teal) < 500 || count(p.Image(), faded(teal, 0.3)) < 100 {
		t.Error("a body hardly appears")
	}
	free, err := BodyPaths(Plane{}, Body{Name: "one", X: [][]float64{{0, 1, 4}}, Y: [][]float64{{0, 0.3, 1}}})
	checked(t, "bodies_free", free, err)
}

// A circle is as wide as it is high, whatever the room for labels.
func TestBodyPathsAspect(t *testing.T) {
	var xs, ys []float64
	for i := range 201 {
		a := math.Pi/4 + float64(i)*math.Pi/100 // the marks of start and end do not stick out at the sides
		xs, ys = append(xs, 3+math.Cos(a)), append(ys, math.Sin(a))
	}
	for _, c := range []Plane{{Title: "A title that is long", Height: 300}, {}} {
		p, err := BodyPaths(c, Body{X: [][]float64{xs}, Y: [][]float64{ys}})
		if err != nil {
			t.Fatal(err)
		}
		x, y := noExtent(), noExtent()
		b := p.still.Rect
		for i := range b.Dy() {
			for j := range b.Dx() {
				if p.still.RGBAAt(j, i) == (color.RGBA{blue.R, blue.G, blue.B, 255}) {
					x.add(float64(j))
					y.add(float64(i))
				}
			}
		}
		if ratio := (x.hi - x.lo) / (y.hi - y.lo); math.Abs(ratio-1) > 0.015 {
			t.Errorf("the circle is %.3f times as wide as it is high", ratio)
		}
	}
}

func TestBodyPathsErrors(t *testing.T) {
	path := [][]float64{{1, 2}}
	for want, f := range map[string]func() (*Picture, error){
		"at least one body":       func() (*Picture, error) { return BodyPaths(Plane{}) },
		"has 0 trajectories and":  func() (*Picture, error) { return BodyPaths(Plane{}, Body{X: path, Y: path}, Body{Name: "b"}) },
		"1 trajectories of q and": func() (*Picture, error) { return BodyPaths(Plane{}, Body{X: path}) },
		"no value that is finite": func() (*Picture, error) {
			return BodyPaths(Plane{}, Body{X: path, Y: [][]float64{{math.NaN(), math.NaN()}}})
		},
	} {
		wantError(t, want, f)
	}
}
