// Package pointstest holds points whose density given a condition is known, and what every model of them shall be able to.
package pointstest

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"hgn.local/gomlx_models/points"
	"hgn.local/kernels_xla/graphtest"
)

// CondDim is the numbers of a condition of Given: a number far from the origin, and one of two classes.
const CondDim = 3

// Given draws n points in the plane, normal given a condition: their mean follows from a number and changes its sign with a
// class, and their width follows from the number. It returns their true log-densities as well.
func Given(seed uint64, n int) (x points.Points, logP []float64) {
	r := rand.New(rand.NewPCG(seed, 11))
	x = points.New(n, 2)
	var cond []float64
	for i := range n {
		c, class := 2*r.Float64()-1, r.IntN(2)
		sign := float64(2*class - 1)
		width := 0.3 * math.Exp(c)
		e1, e2 := r.NormFloat64(), r.NormFloat64()
		x.At(i)[0], x.At(i)[1] = 50+sign*2*math.Sin(2*c)+width*e1, c+0.5*width*e2
		cond = append(cond, 1000+20*c, float64(1-class), float64(class))
		logP = append(logP, -math.Log(2*math.Pi)-math.Log(width)-math.Log(0.5*width)-(e1*e1+e2*e2)/2)
	}
	return x.Given(cond, CondDim), logP
}

// Mean returns the mean of numbers.
func Mean(x []float64) (sum float64) {
	for _, v := range x {
		sum += v / float64(len(x))
	}
	return sum
}

// CheckGiven fails unless a model that was trained on Given knows the density at conditions, within so many nats, draws
// points that lie there, refuses what is no condition, and gives the same at fixed conditions as beside the points.
func CheckGiven(t *testing.T, m points.Conditional, within float64) {
	t.Helper()
	test, truth := Given(2, 2000)
	logP, err := m.LogProb(test)
	graphtest.OK(t, err)
	short := Mean(truth) - Mean(logP)
	t.Logf("log p(x|c) is %.3f nats below the truth, %.3f", short, Mean(truth))
	if !(math.Abs(short) <= within) {
		t.Errorf("log p(x|c) is %.3f nats below the truth", short)
	}
	at, err := m.At([]float64{1010, 0, 1}) // c = 0.5
	graphtest.OK(t, err)
	x, err := at.Sample(3, 4000)
	graphtest.OK(t, err)
	var first, second, squares float64
	for i := range x.N() {
		first, second = first+x.At(i)[0]/4000, second+x.At(i)[1]/4000
		squares += math.Pow(x.At(i)[0]-50-2*math.Sin(1), 2) / 4000
	}
	if width := 0.3 * math.Exp(0.5); math.Abs(first-50-2*math.Sin(1)) > 0.1 || math.Abs(second-0.5) > 0.1 || math.Abs(math.Sqrt(squares)-width) > 0.12 {
		t.Errorf("given 0.5 and the second class, points lie at %.3f ± %.3f and %.3f", first, math.Sqrt(squares), second)
	}
	one := test.Part(7, 1)
	fixed, err := m.At(one.Cond)
	graphtest.OK(t, err)
	again, err := fixed.LogProb(points.Points{X: one.X, Dim: 2})
	graphtest.OK(t, err)
	if again[0] != logP[7] {
		t.Errorf("at a fixed condition log p is %g, and beside the point %g", again[0], logP[7])
	}
	if back, ok := at.(interface {
		ReversalError(seed uint64, n int) (float64, error)
	}); ok {
		e, err := back.ReversalError(1, 100)
		graphtest.OK(t, err)
		if !(e < 1e-4) {
			t.Errorf("there and back at a condition ends %g away", e)
		}
	}
	refused := func(err error, says string) {
		t.Helper()
		var bad interface{ BadInput() bool }
		if err == nil || !strings.Contains(err.Error(), says) || !errors.As(err, &bad) {
			t.Errorf("the error is %v, which does not say %q", err, says)
		}
	}
	_, err = m.LogProb(points.Points{X: one.X, Dim: 2})
	refused(err, "a condition of 3 numbers: say at which")
	_, err = m.Sample(1, 2)
	refused(err, "say at which")
	_, err = m.LogProb(points.Points{X: one.X, Dim: 2, Cond: []float64{1}, CondDim: 1})
	refused(err, "conditions of 1 numbers, and the model with conditions of 3")
	_, err = m.LogProb(points.Points{X: one.X, Dim: 2, Cond: []float64{1, math.NaN(), 0}, CondDim: 3})
	refused(err, "condition of point 0 is NaN")
	_, err = m.At([]float64{1, 2})
	refused(err, "do not make conditions")
}
