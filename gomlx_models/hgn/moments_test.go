package hgn

import (
	"context"
	"math"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/mat"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/physics"
)

// The first moments of the pictures of every system are linear in its positions, or in the cosines and sines of its angles:
// what moments asks for is possible. A picture's total brightness, for one, is not.
func TestMomentsAreLinearInPlaces(t *testing.T) {
	for _, name := range physics.Names() {
		system, err := physics.ByName(name)
		ok(t, err)
		set, err := dataset.Recipe{System: name, Trajectories: 60, Frames: 5, Size: 32, Dt: 0.5, Noise: 0, Seed: 1}.Generate(context.Background(), nil)
		ok(t, err)
		weights := mat.NewDense(32*32*3, 6, momentWeights(32))
		n := set.N * set.T
		pixels := mat.NewDense(n, 32*32*3, nil)
		var places [][]float64
		for k := range n {
			for j, v := range set.Frame(k/set.T, k%set.T) {
				pixels.Set(k, j, float64(v)/255)
			}
			q, _ := set.State(k/set.T, k%set.T)
			place := []float64{1}
			for i, topology := range system.Topology() {
				if topology == physics.Circle {
					place = append(place, math.Cos(q[i]), math.Sin(q[i]))
				} else {
					place = append(place, q[i])
				}
			}
			places = append(places, place)
		}
		x := mat.NewDense(n, len(places[0]), nil)
		for k, place := range places {
			x.SetRow(k, place)
		}
		var moments, fit, guess mat.Dense
		moments.Mul(pixels, weights)
		if err := fit.Solve(x, &moments); err != nil {
			if _, singular := err.(mat.Condition); !singular { // two bodies: one position tells the other
				t.Fatal(err)
			}
		}
		guess.Mul(x, &fit)
		off, all := 0.0, 0.0
		for j := range 6 {
			column := mat.Col(nil, j, &moments)
			mean := 0.0
			for _, v := range column {
				mean += v / float64(n)
			}
			for k, v := range column {
				off += math.Pow(v-guess.At(k, j), 2)
				all += math.Pow(v-mean, 2)
			}
		}
		t.Logf("%s: a share of %.1e of the moments' variance is not linear", name, off/all)
		if off/all > 0.01 {
			t.Errorf("%s: a share of %.3f of the moments' variance is not linear in the places", name, off/all)
		}
	}
}

// The share that the best linear function leaves is that of a least-squares fit, and nothing for places that are linear.
func TestMomentsLeaveWhatIsNotLinear(t *testing.T) {
	const n, size = 50, 4
	frames := noise(video.Shape{Frames: 1, Size: size, Dt: 1}, n, 1)
	pixels, place := mat.NewDense(n, size*size*3, nil), mat.NewDense(n, 3, draw(5, 3*n))
	for i := range n {
		for j, v := range frames.Frame(i, 0) {
			pixels.Set(i, j, float64(v)/255)
		}
	}
	var seen mat.Dense
	seen.Mul(pixels, mat.NewDense(size*size*3, 6, momentWeights(size)))
	run := compile(t, model.NewStore(), func(_ *model.Scope, in []*Node) []*Node { return []*Node{moments(in[0], in[1])} })
	share := func(place mat.Matrix) float64 {
		_, f := place.Dims()
		x := mat.NewDense(n, f, nil)
		x.Copy(place)
		return run(matrix(x.RawMatrix().Data, n, f), matrix(pixels.RawMatrix().Data, n, size*size*3))[0][0]
	}
	centre := func(x *mat.Dense) *mat.Dense {
		r, c := x.Dims()
		out := mat.NewDense(r, c, nil)
		for j := range c {
			mean := mat.Sum(x.ColView(j)) / float64(r)
			for i := range r {
				out.Set(i, j, x.At(i, j)-mean)
			}
		}
		return out
	}
	x, y := centre(place), centre(&seen)
	var w, off mat.Dense
	ok(t, w.Solve(x, y))
	off.Mul(x, &w)
	off.Sub(y, &off)
	want := math.Pow(mat.Norm(&off, 2)/mat.Norm(y, 2), 2)
	if got := share(place); math.Abs(got-want) > 0.01 || want > 0.99 {
		t.Errorf("the share left is %.4f, by least squares %.4f", got, want)
	}
	var turned mat.Dense // any other coordinates that are linear in these leave as much
	turned.Mul(place, mat.NewDense(3, 3, []float64{2, 1, 0, -1, 1, 0.5, 0, 0.3, 1}))
	if got := share(&turned); math.Abs(got-want) > 0.01 {
		t.Errorf("in other linear coordinates the share left is %.4f, not %.4f", got, want)
	}
	if got := share(seen.Slice(0, n, 0, 6)); got > 0.01 {
		t.Errorf("of places that are the moments themselves a share of %.4f is left", got)
	}
}

// The derivative by the places is that of finite differences, in which the linear function follows.
func TestMomentsGradient(t *testing.T) {
	const n, size = 20, 4
	frames := noise(video.Shape{Frames: 1, Size: size, Dt: 1}, n, 2)
	pixels := make([]float64, n*size*size*3)
	for i, v := range frames.Pixels {
		pixels[i] = float64(v) / 255
	}
	image := matrix(pixels, n, size*size*3)
	share := compile(t, model.NewStore(), func(_ *model.Scope, in []*Node) []*Node { return []*Node{moments(in[0], in[1])} })
	gradient := compile(t, model.NewStore(), func(_ *model.Scope, in []*Node) []*Node { return Gradient(moments(in[0], in[1]), in[0]) })
	place := draw(7, 3*n)
	want := differences(func(x []float64) float64 { return share(matrix(x, n, 3), image)[0][0] }, place)
	near(t, "derivative by the places", gradient(matrix(place, n, 3), image)[0], want, 2e-5)
}
