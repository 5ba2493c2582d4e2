package hgn

import (
	"errors"
	"math"
	"slices"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/video"
)

var topologies = []string{"line", "circle", "line*3", "circle*2", "circle,line", "circle,line*2,circle", "line,circle*2,line"}

func parse(t *testing.T, s string) Latent {
	t.Helper()
	l, err := ParseLatent(s)
	ok(t, err)
	return l
}

func TestParseLatent(t *testing.T) {
	for s, want := range map[string][]bool{
		"line":                   {false},
		"circle":                 {true},
		"line*3":                 {false, false, false},
		"circle,line*2,circle":   {true, false, false, true},
		" circle , line*2 ":      {true, false, false},
		"circle*1,circle*2,line": {true, true, true, false},
	} {
		if l := parse(t, s); !slices.Equal(l.Circle, want) || l.Dim() != len(want) {
			t.Errorf("%q is %v, want %v", s, l.Circle, want)
		}
	}
	for _, s := range []string{"", ",", "line,", "sphere", "Line", "auto", "line*0", "line*-1", "line*x", "line*", "line*1e3", "line*99999999999", "line 2"} {
		_, err := ParseLatent(s)
		if err == nil {
			t.Errorf("%q is accepted", s)
			continue
		}
		var bad interface{ BadInput() bool }
		if !errors.As(err, &bad) || !bad.BadInput() {
			t.Errorf("%q: the error %q is not marked as bad input", s, err)
		}
	}
}

func TestFormatLatentIsReadBack(t *testing.T) {
	for _, coordinates := range [][]string{{"line"}, {"circle"}, {"circle", "line", "line", "circle"}} {
		for i, circle := range parse(t, FormatLatent(coordinates)).Circle {
			if circle != (coordinates[i] == "circle") {
				t.Errorf("%v is read back as %q with coordinate %d on a circle: %t", coordinates, FormatLatent(coordinates), i, circle)
			}
		}
	}
}

// features are those of q in the order of Embed, apart: lines, cosines and sines, each row by row.
func features(l Latent, q []float64) (lines, c, s []float64) {
	for i, v := range q {
		if l.Circle[i%l.Dim()] {
			c, s = append(c, math.Cos(v)), append(s, math.Sin(v))
		} else {
			lines = append(lines, v)
		}
	}
	return lines, c, s
}

const rows = 6

// wide makes coordinates far beyond one turn, in both directions.
func wide(seed uint64, n int) []float64 {
	q := draw(seed, n)
	for i := range q {
		q[i] *= 5
	}
	return q
}

func TestEmbed(t *testing.T) {
	for _, topology := range topologies {
		t.Run(topology, func(t *testing.T) {
			l := parse(t, topology)
			q, nc := wide(1, rows*l.Dim()), l.Circles()
			nl := l.Dim() - nc
			got := compile(t, model.NewStore(), func(_ *model.Scope, in []*Node) []*Node {
				return []*Node{AddScalar(l.Embed(in[0]), 0)}
			})(matrix(q, rows, l.Dim()))[0]
			lines, c, s := features(l, q)
			var want []float64
			for r := range rows {
				want = append(want, lines[r*nl:][:nl]...)
				want = append(want, c[r*nc:][:nc]...)
				want = append(want, s[r*nc:][:nc]...)
			}
			near(t, "features", got, want, 1e-12)
		})
	}
}

// FromFeatures undoes Embed up to whole turns, whatever the distance of (c, s) from the origin.
func TestFromFeaturesUndoesEmbed(t *testing.T) {
	for _, topology := range topologies {
		t.Run(topology, func(t *testing.T) {
			l := parse(t, topology)
			q, nc := wide(1, rows*l.Dim()), l.Circles()
			nl := l.Dim() - nc
			lines, c, s := features(l, q)
			for i := range c {
				radius := 0.1 + 3*float64(i)
				c[i], s[i] = radius*c[i], radius*s[i]
			}
			run := compile(t, model.NewStore(), func(_ *model.Scope, in []*Node) []*Node {
				var parts [3]*Node // those without coordinates stay nil
				if nl > 0 {
					parts[0], in = in[0], in[1:]
				}
				if nc > 0 {
					parts[1], parts[2] = in[0], in[1]
				}
				back := l.FromFeatures(parts[0], parts[1], parts[2])
				return []*Node{AddScalar(back, 0), AddScalar(l.Embed(back), 0)}
			})
			var inputs []any
			if nl > 0 {
				inputs = append(inputs, matrix(lines, rows, nl))
			}
			if nc > 0 {
				inputs = append(inputs, matrix(c, rows, nc), matrix(s, rows, nc))
			}
			got := run(inputs...)
			for i, v := range got[0] {
				want := q[i]
				if l.Circle[i%l.Dim()] {
					want = math.Remainder(want, 2*math.Pi)
				}
				if math.Abs(v-want) > 1e-12 {
					t.Errorf("coordinate %d of row %d is %.9g, want %.9g", i%l.Dim(), i/l.Dim(), v, want)
				}
			}
		})
	}
}

// The gradient written by hand is that of the arctangent, on both sides of its cut as elsewhere.
func TestAngleGradient(t *testing.T) {
	weighted := func(in []*Node) *Node {
		a := angle(in[0], in[1])
		return ReduceAllSum(Add(Sin(a), Mul(a, in[2])))
	}
	run := compile(t, model.NewStore(), func(_ *model.Scope, in []*Node) []*Node {
		return append([]*Node{weighted(in), angle(in[0], in[1])}, Gradient(weighted(in), in[0], in[1])...)
	})
	c := []float64{1, 0.3, -0.8, -2, -1.1, 0.4, 0.01, -3, -3}
	s := []float64{0.2, 1.5, 0.9, -0.1, -4, -0.7, -0.02, 0.02, -0.02}
	weights, n := draw(1, len(c)), len(c)
	value := func(c, s []float64) float64 {
		sum := 0.0
		for i := range c {
			a := math.Atan2(s[i], c[i])
			sum += math.Sin(a) + a*weights[i]
		}
		return sum
	}
	got := run(matrix(c, n, 1), matrix(s, n, 1), matrix(weights, n, 1))
	near(t, "value", got[0], []float64{value(c, s)}, 1e-12)
	// What keeps the gradient finite at the origin, 1e-6 beside the squared radius, is its error.
	for i := range n {
		radius := c[i]*c[i] + s[i]*s[i]
		slope := math.Cos(math.Atan2(s[i], c[i])) + weights[i]
		wantC, wantS := -slope*s[i]/radius, slope*c[i]/radius
		tolerance := 1e-6/radius*math.Hypot(wantC, wantS) + 1e-12
		near(t, "∂/∂c", got[2][i:i+1], []float64{wantC}, tolerance)
		near(t, "∂/∂s", got[3][i:i+1], []float64{wantS}, tolerance)
	}
	if n = 1; true {
		g := run(matrix([]float64{0}, 1, 1), matrix([]float64{0}, 1, 1), matrix([]float64{1}, 1, 1))
		for _, v := range append(g[2], g[3]...) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("the gradient at the origin is %g", v)
			}
		}
	}
}

// A potential sees q through Embed, and the training differentiates the force: Embed is
// differentiable twice.
func TestEmbedIsDifferentiableTwice(t *testing.T) {
	for _, topology := range topologies {
		t.Run(topology, func(t *testing.T) {
			l := parse(t, topology)
			loss := func(q *Node) *Node {
				x := l.Embed(q)
				energy := ReduceAllSum(Mul(Square(x), AddScalar(Sin(x), 2)))
				return ReduceAllSum(Square(Gradient(energy, q)[0]))
			}
			run := compile(t, model.NewStore(), func(_ *model.Scope, in []*Node) []*Node {
				l := loss(in[0])
				return []*Node{l, Gradient(l, in[0])[0]}
			})
			q := draw(1, rows*l.Dim())
			at := func(q []float64) float64 { return run(matrix(q, rows, l.Dim()))[0][0] }
			near(t, "gradient", run(matrix(q, rows, l.Dim()))[1], differences(at, q), 1e-7)
		})
	}
}

// Nothing moves along a constant, V and the pictures depend on it, and something else has to move.
func TestConstantsOfALatent(t *testing.T) {
	l, err := ParseLatent("circle,constant,line")
	if err != nil || l.String() != "circle,constant,line" || l.Constants() != 1 {
		t.Fatalf("%v, %v", l, err)
	}
	got := compile(t, model.NewStore(), func(_ *model.Scope, in []*Node) []*Node {
		return []*Node{l.moving(in[0]), l.withConstants(l.Embed(in[1]))}
	})([][]float64{{1, 2, 3}}, [][]float64{{0, 5, 7}})
	if want := []float64{1, 0, 3}; !slices.Equal(got[0], want) {
		t.Errorf("the momenta of what moves are %v, want %v", got[0], want)
	}
	if want := []float64{5, 7, 1, 0, 25, 35, 5, 0}; !slices.Equal(got[1], want) { // lines, cos, sin, and all times the constant
		t.Errorf("the features are %v, want %v", got[1], want)
	}
	if _, err := ParseLatent("constant*2"); err == nil {
		t.Error("a latent of constants alone was taken")
	}
	p := Quick()
	p.Latent, p.Kinetic = "circle,constant", "even"
	if err := p.Validate(video.Shape{Frames: 30, Size: 32, Dt: 0.125}); err == nil {
		t.Error("a learned K of a constant's momentum was taken")
	}
}
