package spline

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/graphtest"
)

var ok = graphtest.OK

const (
	bins  = 5
	bound = 3.0
)

// splines evaluates one random spline at each x, forward or back.
func splines(t *testing.T, scale float64, x []float64, back bool) (y, logSlope []float64) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	values := make([]float64, 3*bins-1)
	for i := range values {
		values[i] = scale * r.NormFloat64()
	}
	n := len(x)
	exec, err := NewExec(graphtest.Backend(t), func(x *Node) []*Node {
		part := func(from, size int) *Node {
			return BroadcastToDims(Const(x.Graph(), nets.Tensor(dtypes.Float64, values[from:from+size], 1, 1, size)), n, 1, size)
		}
		s := New(part(0, bins), part(bins, bins), part(2*bins, bins-1), bound)
		f := s.Forward
		if back {
			f = s.Inverse
		}
		y, l := f(x)
		return []*Node{y, l}
	})
	ok(t, err)
	out, err := exec.Call(tensors.FromFlatDataAndDimensions(x, n, 1))
	ok(t, err)
	return nets.Float64s(out[0]), nets.Float64s(out[1])
}

// grid spans the interval and a little more on both sides, off the knots of the identity.
func grid() []float64 {
	var x []float64
	for v := -bound - 0.51; v < bound+0.6; v += 0.0137 {
		x = append(x, v)
	}
	return x
}

// The inverse undoes the spline, the slopes are those of finite differences, the spline rises, and beyond its bound it
// is the identity.
func TestSpline(t *testing.T) {
	const h = 1e-6
	for _, scale := range []float64{0.1, 1, 3} {
		x := grid()
		y, slopes := splines(t, scale, x, false)
		back, slopesBack := splines(t, scale, y, true)
		var low, high []float64
		for _, v := range x {
			low, high = append(low, v-h), append(high, v+h)
		}
		below, _ := splines(t, scale, low, false)
		above, _ := splines(t, scale, high, false)
		moved := 0.0
		for i := range x {
			if math.Abs(back[i]-x[i]) > 1e-9 || math.Abs(slopes[i]-slopesBack[i]) > 1e-6 {
				t.Fatalf("scale %g: %g goes to %g and back to %g, with log slopes %g and %g", scale, x[i], y[i], back[i], slopes[i], slopesBack[i])
			}
			if want := math.Log((above[i] - below[i]) / (2 * h)); math.Abs(slopes[i]-want) > 1e-4 {
				t.Errorf("scale %g: the log slope at %g is %g, finite differences give %g", scale, x[i], slopes[i], want)
			}
			if i > 0 && y[i] <= y[i-1] {
				t.Errorf("scale %g: the spline falls at %g", scale, x[i])
			}
			if math.Abs(x[i]) >= bound && (y[i] != x[i] || slopes[i] != 0) {
				t.Errorf("scale %g: beyond the bound %g goes to %g with log slope %g", scale, x[i], y[i], slopes[i])
			}
			moved = max(moved, math.Abs(y[i]-x[i]))
		}
		if moved < 0.05*scale {
			t.Errorf("scale %g: the spline moves nothing farther than %g", scale, moved)
		}
	}
}

// Zeros make the identity.
func TestIdentity(t *testing.T) {
	x := grid()
	y, slopes := splines(t, 0, x, false)
	for i := range x {
		if math.Abs(y[i]-x[i]) > 1e-12 || math.Abs(slopes[i]) > 1e-9 {
			t.Errorf("%g goes to %g with log slope %g", x[i], y[i], slopes[i])
		}
	}
}
