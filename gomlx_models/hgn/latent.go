package hgn

import (
	"strconv"
	"strings"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/params"
)

// Latent is the topology of the learned configuration space: each coordinate of q is an angle on a circle, in
// radians, a position on a line, or a constant. The momenta are always real.
//
// A circle is prior knowledge: it turns the configurations that a rotating body visits into a closed curve, so that
// an orbit cannot leave the configurations that the decoder has seen. "line*d" is the generic choice.
//
// A constant is a line along which nothing moves, since K does not depend on its momentum. V and the decoder see it.
// It holds a quantity that differs between videos but not within one, such as the length of a pendulum.
type Latent struct {
	Circle   []bool
	Constant []bool
}

// ParseLatent reads a comma-separated list of "circle", "line" and "constant", each with an optional count: "circle",
// "line*8", "circle,line*2", "circle,constant". At least one coordinate must move.
func ParseLatent(s string) (Latent, error) {
	var l Latent
	for part := range strings.SplitSeq(s, ",") {
		kind, count, counted := strings.Cut(strings.TrimSpace(part), "*")
		n := 1
		if counted {
			var err error
			if n, err = strconv.Atoi(count); err != nil || n < 1 || n > 4096 {
				return Latent{}, params.Errorf("latent %q: %q is not a number of coordinates", s, count)
			}
		}
		if kind != circleKind && kind != lineKind && kind != constantKind {
			return Latent{}, params.Errorf("unknown latent %q: list circle and line, for example circle, line*8 or circle,line, and constant for what differs between videos only", s)
		}
		for range n {
			l.Circle = append(l.Circle, kind == circleKind)
			l.Constant = append(l.Constant, kind == constantKind)
		}
	}
	if l.Constants() == l.Dim() {
		return Latent{}, params.Errorf("latent %q has nothing that moves: add circle or line", s)
	}
	return l, nil
}

// Kinds of coordinates.
const circleKind, lineKind, constantKind = "circle", "line", "constant"

// FormatLatent writes the topology of each coordinate, "line", "circle" or "constant", the way ParseLatent reads it.
func FormatLatent(coordinates []string) string {
	l := Latent{make([]bool, len(coordinates)), make([]bool, len(coordinates))}
	for i, c := range coordinates {
		l.Circle[i], l.Constant[i] = c == circleKind, c == constantKind
	}
	return l.String()
}

// kind returns the kind of coordinate i.
func (l Latent) kind(i int) string {
	switch {
	case l.Circle[i]:
		return circleKind
	case l.Constant[i]:
		return constantKind
	}
	return lineKind
}

// Constants returns the number of constant coordinates.
func (l Latent) Constants() (n int) {
	for _, c := range l.Constant {
		if c {
			n++
		}
	}
	return n
}

// String writes the latent the way ParseLatent reads it.
func (l Latent) String() string {
	var parts []string
	for i := 0; i < len(l.Circle); {
		n := 1
		for i+n < len(l.Circle) && l.kind(i+n) == l.kind(i) {
			n++
		}
		part := l.kind(i)
		if n > 1 {
			part += "*" + strconv.Itoa(n)
		}
		parts, i = append(parts, part), i+n
	}
	return strings.Join(parts, ",")
}

// Dim returns the number of coordinates of q, which is also that of p.
func (l Latent) Dim() int { return len(l.Circle) }

// Circles returns the number of coordinates that are angles.
func (l Latent) Circles() (n int) {
	for _, c := range l.Circle {
		if c {
			n++
		}
	}
	return n
}

// Embed maps q [batch, d] to features [batch, lines + 2·circles] that are the same for the same point: the lines'
// coordinates, then the cosines and the sines of the circles'. V and the decoder see q only through Embed.
func (l Latent) Embed(q *Node) *Node {
	nc := l.Circles()
	if nc == 0 {
		return q
	}
	angles := l.pick(q, true)
	parts := []*Node{Cos(angles), Sin(angles)}
	if nc < l.Dim() {
		parts = append([]*Node{l.pick(q, false)}, parts...)
	}
	return Concatenate(parts, -1)
}

// FromFeatures is a left inverse of Embed: from lines [batch, lines] and the points (c, s), each [batch, circles],
// scaled to the unit circle, it makes q [batch, d]. An operand without coordinates may be nil.
func (l Latent) FromFeatures(lines, c, s *Node) *Node {
	nc := l.Circles()
	if nc == 0 {
		return lines
	}
	angles := angle(c, s)
	if nc == l.Dim() {
		return angles
	}
	return Add(l.place(lines, false), l.place(angles, true))
}

// offCircle returns the mean squared distance from 1 of the squared radii of features [batch, lines + 2·circles],
// laid out as by Embed.
func (l Latent) offCircle(features *Node) *Node {
	nc := l.Circles()
	lines := l.Dim() - nc
	squares := make([]float64, (lines+2*nc)*nc) // [features, circles]: selects the squares that sum to a radius
	for k := range nc {
		squares[(lines+k)*nc+k], squares[(lines+nc+k)*nc+k] = 1, 1
	}
	sum := Reshape(Const(features.Graph(), squares), lines+2*nc, nc)
	radii := Dot(Square(features), ConvertDType(sum, features.DType())).Product()
	return ReduceAllMean(Square(AddScalar(radii, -1)))
}

// angle returns atan2(s, c), with its gradient (c·∂s - s·∂c)/(c²+s²) written by hand, since GoMLX has no derivative
// for Atan2.
func angle(c, s *Node) *Node {
	scale := Reciprocal(Sqrt(AddScalar(Add(Square(c), Square(s)), 1e-6)))
	c, s = Mul(c, scale), Mul(s, scale)
	c0, s0 := StopGradient(c), StopGradient(s)
	return Add(StopGradient(Atan2(s0, c0)), Sub(Mul(c0, s), Mul(s0, c)))
}

// pick extracts the coordinates of one kind from q by a constant matrix. A Slice could not be differentiated twice,
// which V needs.
func (l Latent) pick(q *Node, circle bool) *Node {
	if n := l.Circles(); circle && n == l.Dim() {
		return q
	}
	return Dot(q, Transpose(l.selection(q, circle), 0, 1)).Product()
}

// moving keeps the momenta p [batch, d] of moving coordinates, and sets those of constants to 0.
func (l Latent) moving(p *Node) *Node {
	if l.Constants() == 0 {
		return p
	}
	keep := make([]float64, l.Dim())
	for i, c := range l.Constant {
		if !c {
			keep[i] = 1
		}
	}
	return Mul(p, ConvertDType(Const(p.Graph(), [][]float64{keep}), p.DType()))
}

// withConstants appends to features laid out as by Embed their products with the constants among them: if the scale
// of a picture is a constant, the places in it are such products.
func (l Latent) withConstants(features *Node) *Node {
	if l.Constants() == 0 {
		return features
	}
	parts, line := []*Node{features}, 0
	for i := range l.Circle {
		if l.Circle[i] {
			continue
		}
		if l.Constant[i] {
			parts = append(parts, Mul(features, Slice(features, AxisRange(), AxisRange(line, line+1))))
		}
		line++
	}
	return Concatenate(parts, -1)
}

func (l Latent) place(x *Node, circle bool) *Node { return Dot(x, l.selection(x, circle)).Product() }

// selection returns the 0-1 matrix [coordinates of that kind, d].
func (l Latent) selection(like *Node, circle bool) *Node {
	var rows []float64
	n := 0
	for i, c := range l.Circle {
		if c == circle {
			row := make([]float64, l.Dim())
			row[i] = 1
			rows, n = append(rows, row...), n+1
		}
	}
	return ConvertDType(Const(like.Graph(), tensors.FromFlatDataAndDimensions(rows, n, l.Dim())), like.DType())
}
