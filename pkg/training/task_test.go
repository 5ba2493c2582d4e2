package training

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"hgn.local/pkg/badinput"
)

// regression fits y = x·w + b by Adam, on batches that are drawn from the step's number and with noise from the generator
// whose state is in the store: so its variables are float32, float64, int64 and uint64, of rank 0 to 2.
type regression struct {
	steps   int
	store   *model.Store
	exec    *model.Exec
	attempt int
	before  func(step int) error // called before each step
	spoil   func(step int, l Losses)
}

func newRegression(t testing.TB, steps int) *regression {
	t.Helper()
	r := &regression{steps: steps}
	if err := r.initialise(); err != nil {
		t.Fatal(err)
	}
	return r
}

var backend = func() compute.Backend {
	b, err := gobackend.New("")
	if err != nil {
		panic(err)
	}
	return b
}()

func (r *regression) initialise() (err error) {
	r.store = model.NewStore()
	if err := r.store.SetRNGStateFromSeed(int64(5 + r.attempt)); err != nil {
		return err
	}
	adam := optimizer.Adam().LearningRate(0.01).Done()
	r.exec, err = model.NewExec(backend, r.store, func(scope *model.Scope, x, y *graph.Node) (loss, size *graph.Node) {
		gr := x.Graph()
		layer := scope.At("layer")
		w := layer.VariableWithValue("w", tensors.FromFlatDataAndDimensions([]float32{float32(r.attempt), 0, 0}, 3, 1)).NodeValue(gr)
		b := layer.VariableWithValue("b", float32(0)).NodeValue(gr)
		count := scope.VariableWithValue("count", float64(0)).SetTrainable(false)
		count.SetNodeValue(graph.AddScalar(count.NodeValue(gr), 1))
		noise := graph.MulScalar(scope.RandomNormal(gr, shapes.Make(dtypes.Float32, 8, 1)), 0.01)
		prediction := graph.Add(graph.Add(graph.Dot(x, w).MatMul(), b), noise)
		loss = graph.ReduceAllMean(graph.Square(graph.Sub(prediction, y)))
		size = graph.ReduceAllSum(graph.Square(w))
		adam.UpdateGraph(scope, gr, loss)
		return loss, size
	})
	return err
}

func (r *regression) Steps() int          { return r.steps }
func (r *regression) Store() *model.Store { return r.store }

func (r *regression) Step(step int) (Losses, error) {
	if r.before != nil {
		if err := r.before(step); err != nil {
			return nil, err
		}
	}
	random := rand.New(rand.NewPCG(uint64(r.attempt), uint64(step)))
	x, y := make([]float32, 24), make([]float32, 8)
	for i := range y {
		for j := range 3 {
			x[3*i+j] = float32(random.NormFloat64())
			y[i] += float32(j+1) * x[3*i+j]
		}
		y[i] += 0.5
	}
	out, err := r.exec.Call(tensors.FromFlatDataAndDimensions(x, 8, 3), tensors.FromFlatDataAndDimensions(y, 8, 1))
	if err != nil {
		return nil, err
	}
	l := Losses{"loss": float64(tensors.ToScalar[float32](out[0])), "size": float64(tensors.ToScalar[float32](out[1]))}
	if r.spoil != nil {
		r.spoil(step, l)
	}
	return l, nil
}

// judged is a regression whose first attempts fail at a step.
type judged struct {
	*regression
	failures, at int
}

func (j *judged) Judge(step int, l Losses) string {
	if j.attempt < j.failures && step == j.at {
		return "the loss does not fall"
	}
	return ""
}

func (j *judged) Restart(attempt int) error {
	j.attempt = attempt
	return j.initialise()
}

// values copies the variables of a store.
func values(t testing.TB, store *model.Store) map[string]*tensors.Tensor {
	t.Helper()
	all := map[string]*tensors.Tensor{}
	for v := range store.IterVariables() {
		value, err := v.MustValue().Clone()
		if err != nil {
			t.Fatal(err)
		}
		all[v.Path()] = value
	}
	return all
}

// sameValues compares two stores bit by bit.
func sameValues(t testing.TB, got, want map[string]*tensors.Tensor) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Errorf("%d variables, want %d", len(got), len(want))
	}
	for path, value := range want {
		if got[path] == nil || !got[path].Equal(value) {
			t.Errorf("variable %s is %v, want %v", path, got[path], value)
		}
	}
}

// train runs a task and expects no error.
func train(t testing.TB, task Task, o Options) Summary {
	t.Helper()
	s, err := Run(context.Background(), task, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// interruptAt makes a context that is cancelled, and the observer that cancels it, once step steps are done.
func interruptAt(step int) (context.Context, func(Event)) {
	ctx, cancel := context.WithCancel(context.Background())
	return ctx, func(e Event) {
		if e.Kind == Progress && e.Step == step {
			cancel()
		}
	}
}

// isBad expects an error that is marked as bad input, of one line, with a text in it.
func isBad(t testing.TB, err error, text string) {
	t.Helper()
	if err == nil || !badinput.Is(err) || !strings.Contains(err.Error(), text) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v, want one line, marked as bad input, with %q", err, text)
	}
}

// files lists a folder but for its lock.
func files(t testing.TB, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.Name() != lockFile {
			names = append(names, e.Name())
		}
	}
	return strings.Join(names, " ")
}

func read1(t testing.TB, elements ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write1(t testing.TB, content []byte, elements ...string) string {
	t.Helper()
	path := filepath.Join(elements...)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

var errBroken = errors.New("broken")

var nan64 = math.NaN()
