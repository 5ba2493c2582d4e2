package fit

import (
	"errors"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/graphtest"
)

var ok = graphtest.OK

// line is a line a x + b that is fitted to y = 3x - 2.
func line(b compute.Backend) Objective {
	return Objective{
		Backend: b, Store: NewStore(1), DType: dtypes.Float32, Seed: 7, Steps: 400, Batch: 8,
		Adam: Adam{LearningRate: 0.1, WarmUp: 0.05, Beta2: 0.99},
		Draw: func(seed uint64, step int) ([]any, error) {
			x, y := make([]float64, 8), make([]float64, 8)
			for i := range x {
				x[i] = float64(ShuffledIndex(seed, 8*step+i, 100))/50 - 1
				y[i] = 3*x[i] - 2
			}
			return []any{nets.Tensor(dtypes.Float32, x, 8), nets.Tensor(dtypes.Float32, y, 8)}, nil
		},
		Axes:  []int{0, 0},
		Names: []string{"loss", "far"},
		Loss: func(scope *model.Scope, in []*Node, _ any) []*Node {
			g := in[0].Graph()
			w := nets.WeightWithValues(scope, g, in[0].DType(), "w", []float64{0, 0}, 2)
			at := func(i int) *Node { return Reshape(Slice(w, AxisElem(i))) }
			off := Sub(Add(Mul(in[0], at(0)), at(1)), in[1])
			return []*Node{ReduceAllMean(Square(off)), ReduceAllMax(Abs(off))}
		},
	}
}

func weights(t *testing.T, store *model.Store) []float64 {
	t.Helper()
	for v := range store.IterVariables() {
		if v.Trainable {
			return nets.Float64s(v.MustValue())
		}
	}
	t.Fatal("there are no weights")
	return nil
}

// A training finds the minimum, in single and in double precision, and says its losses by name.
func TestLearns(t *testing.T) {
	for _, dtype := range []dtypes.DType{dtypes.Float32, dtypes.Float64} {
		o := line(graphtest.Backend(t))
		o.Offset = 10
		l := New(o).WithDType(dtype)
		var last Losses
		for step := range o.Steps {
			var err error
			last, err = l.Step(step)
			ok(t, err)
		}
		w := weights(t, o.Store)
		if math.Abs(w[0]-3) > 1e-3 || math.Abs(w[1]+2) > 1e-3 || math.Abs(last["loss"]-10) > 1e-5 || !(last["far"] < 1e-2) {
			t.Errorf("%s: the line is %v, the losses %v", dtype, w, last)
		}
		if l.CompileTime() <= 0 || Parameters(o.Store) != 2 || !slices.Equal(last.Names(), []string{"loss", "far", "gradient"}) {
			t.Errorf("compiling took %v, there are %d parameters and the losses %v", l.CompileTime(), Parameters(o.Store), last.Names())
		}
	}
}

// An evaluation gives the losses of a step before the step changes the weights, on the batches of the learner's own seed, and
// changes nothing.
func TestEvaluate(t *testing.T) {
	o := line(graphtest.Backend(t))
	o.Offset = 10
	l, other := New(o), New(o)
	for step := range 3 { // batch 0 at step 0 is the training's own
		held, err := other.Evaluate(step, 1)
		ok(t, err)
		again, err := other.Evaluate(step, 1)
		ok(t, err)
		two, err := other.Evaluate(step, 2)
		ok(t, err)
		l.Reseed(7)
		losses, err := l.Step(step)
		ok(t, err)
		if !maps.Equal(held, again) || held["loss"] == two["loss"] {
			t.Errorf("step %d: %v, then %v, on two batches %v", step, held, again, two)
		}
		if step == 0 && (math.Abs(held["loss"]-losses["loss"]) > 1e-6 || math.Abs(held["far"]-losses["far"]) > 1e-6) {
			t.Errorf("an evaluation gives %v, the step itself %v", held, losses)
		}
		if step > 0 && !(held["loss"] > 10) {
			t.Errorf("step %d: %v", step, held)
		}
	}
	if !l.Compiled(3) || other.Compiled(3) {
		t.Error("an evaluation is no step, and a step compiles its program")
	}
}

// The store and the number of the step are all there is to a training: another learner goes on as if nothing had happened.
func TestGoesOn(t *testing.T) {
	train := func(l *Learner, from, to int) (all []Losses) {
		for step := from; step < to; step++ {
			losses, err := l.Step(step)
			ok(t, err)
			all = append(all, losses)
		}
		return all
	}
	o := line(graphtest.Backend(t))
	whole := train(New(o), 0, 6)
	o.Store = NewStore(1)
	parts := append(train(New(o), 0, 2), train(New(o), 2, 6)...)
	if !slices.EqualFunc(whole, parts, maps.Equal) {
		t.Errorf("in two parts a training has the losses\n%v, at once\n%v", parts, whole)
	}
}

// Steps out of order, and after another seed, get the batch of their own number and seed.
func TestBatchDrawnAhead(t *testing.T) {
	none := errors.New("no batch")
	l := New(Objective{Seed: 1, Draw: func(seed uint64, step int) ([]any, error) {
		if step == 6 {
			return nil, none
		}
		return []any{seed, step}, nil
	}})
	for i, step := range []int{0, 1, 2, 9, 9, 5, 6, 7, 8, 9} {
		seed := uint64(1)
		if i > 7 {
			seed = 2
			l.Reseed(seed)
		}
		batch, err := l.batch(step)
		if step == 6 {
			if !errors.Is(err, none) {
				t.Errorf("a batch that could not be drawn has the error %v", err)
			}
			continue
		}
		ok(t, err)
		if batch[0] != seed || batch[1] != step {
			t.Errorf("step %d of seed %d has the batch of step %v of seed %v", step, seed, batch[1], batch[0])
		}
	}
}

// Each variant has a graph of its own, which is built once.
func TestVariants(t *testing.T) {
	o, built := line(graphtest.Backend(t)), map[any]int{}
	plain := o.Loss
	o.Variant = func(step int) any { return step%3 == 2 }
	o.Loss = func(scope *model.Scope, in []*Node, variant any) []*Node {
		built[variant]++
		losses := plain(scope, in, variant)
		if variant == true {
			losses[1] = MulScalar(losses[1], -1)
		}
		return losses
	}
	l := New(o)
	for step := range 6 {
		losses, err := l.Step(step)
		ok(t, err)
		if (losses["far"] < 0) != (step%3 == 2) {
			t.Errorf("step %d is of the wrong variant: %v", step, losses)
		}
	}
	if built[true] != 1 || built[false] != 1 {
		t.Errorf("the graphs were built %v times", built)
	}
	build, compile, err := l.BuildTime(2)
	ok(t, err)
	if build <= 0 || compile <= 0 || built[true] != 2 {
		t.Errorf("building takes %v, compiling %v, and it was built %d times", build, compile, built[true])
	}
}

// The rate rises from nearly nothing, has its peak where the warm-up ends, and falls to nearly nothing, or stays.
func TestRate(t *testing.T) {
	const steps = 100
	a := Adam{LearningRate: 0.2, WarmUp: 0.1}
	peak := 0
	for step := range steps {
		if a.Rate(step, steps) <= 0 || a.Rate(step, steps) > 1.01*a.LearningRate {
			t.Errorf("the rate of step %d is %g", step, a.Rate(step, steps))
		}
		if a.Rate(step, steps) > a.Rate(peak, steps) {
			peak = step
		}
	}
	if peak < 8 || peak > 11 || a.Rate(peak, steps) < 0.9*a.LearningRate {
		t.Errorf("the peak of %g is at step %d, want %g at about 10", a.Rate(peak, steps), peak, a.LearningRate)
	}
	for step := range steps - 1 {
		if rises := a.Rate(step+1, steps) > a.Rate(step, steps); rises != (step < peak) {
			t.Errorf("the rate goes from %g at step %d to %g", a.Rate(step, steps), step, a.Rate(step+1, steps))
		}
	}
	if a.Rate(0, steps) > 0.15*a.LearningRate || a.Rate(steps-1, steps) > 0.02*a.LearningRate {
		t.Errorf("the rate begins with %g and ends with %g", a.Rate(0, steps), a.Rate(steps-1, steps))
	}
	a.WarmUp = 0
	if first := a.Rate(0, steps); math.Abs(first/a.LearningRate-1) > 0.01 {
		t.Errorf("without a warm-up the first rate is %g", first)
	}
	a.Constant = true
	if a.Rate(0, steps) != a.LearningRate || a.Rate(steps-1, steps) != a.LearningRate {
		t.Errorf("a constant rate goes from %g to %g", a.Rate(0, steps), a.Rate(steps-1, steps))
	}
}

// A gradient of large norm is cut down to it as a whole, which leaves its direction; Adam's step minimises.
func TestClip(t *testing.T) {
	backend := graphtest.Backend(t)
	norms := map[float64]float64{}
	for _, clip := range []float64{0, 0.5} {
		store := NewStore(1)
		exec, err := model.NewExec(backend, store, func(scope *model.Scope, rate *Node) []*Node {
			w := nets.WeightWithValues(scope, rate.Graph(), dtypes.Float64, "w", []float64{3, 4}, 2)
			loss := MulScalar(ReduceAllSum(Square(w)), 0.5)
			return []*Node{loss, Adam{LearningRate: 1e-3, Beta2: 0.9, ClipNorm: clip}.update(scope, loss, rate)}
		})
		ok(t, err)
		var last float64
		for step := range 300 {
			out, err := exec.Call(0.05)
			ok(t, err)
			if last = nets.Float64s(out[0])[0]; step == 0 {
				norms[clip] = nets.Float64s(out[1])[0]
			}
		}
		if !(last < 0.01) {
			t.Errorf("clip %g: the loss ends at %g", clip, last)
		}
	}
	if math.Abs(norms[0]-5) > 1e-12 || math.Abs(norms[0.5]-5) > 1e-12 {
		t.Errorf("the gradient's norms are %v", norms)
	}
}
