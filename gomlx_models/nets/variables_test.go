package nets

import (
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/graphtest"
)

// initial builds weights w in the given scopes, in that order, and returns the store.
func initial(t *testing.T, seed uint64, dtype dtypes.DType, scopes ...string) *model.Store {
	t.Helper()
	store := seeded(seed)
	compile(t, store, func(scope *model.Scope, x []*Node) []*Node {
		sum := x[0]
		for _, s := range scopes {
			w := Weight(scope.At("%s", s), sum.Graph(), dtype, "w", 0.5, 40, 30)
			sum = Add(sum, ConvertDType(ReduceAllSum(w), dtypes.Float64))
		}
		return []*Node{sum}
	})(0.0)
	return store
}

// Initial values follow from the seed and the variable's path alone.
func TestInitialValues(t *testing.T) {
	ab := initial(t, 1, dtypes.Float64, "a", "b")
	a := values(t, ab, "/a/w")
	if mean, std := moments(a); math.Abs(mean) > 0.05 || math.Abs(std-0.5) > 0.05 {
		t.Errorf("mean %.3f and standard deviation %.3f, want 0 and 0.5", mean, std)
	}
	near(t, "a, built after b", values(t, initial(t, 1, dtypes.Float64, "b", "a"), "/a/w"), a, 0)
	near(t, "a, built alone", values(t, initial(t, 1, dtypes.Float64, "a"), "/a/w"), a, 0)
	if slices.Equal(a, values(t, ab, "/b/w")) {
		t.Error("two variables start with the same values")
	}
	if slices.Equal(a, values(t, initial(t, 2, dtypes.Float64, "a"), "/a/w")) {
		t.Error("another seed starts with the same values")
	}
	single := tensors.MustCopyFlatData[float32](initial(t, 1, dtypes.Float32, "a").GetVariable("/a/w").MustValue())
	for i, v := range single {
		if v != float32(a[i]) {
			t.Fatalf("entry %d is %g in float32, %g in float64", i, v, a[i])
		}
	}
}

// A variable that exists is used as it is, in the same graph and in a later one.
func TestWeightsAreReused(t *testing.T) {
	store := seeded(1)
	build := func(scope *model.Scope, x []*Node) []*Node {
		g := x[0].Graph()
		return []*Node{
			Weight(scope, g, dtypes.Float64, "w", 1, 2, 3),
			Weight(scope, g, dtypes.Float64, "w", 1, 2, 3),
			WeightWithValues(scope, g, dtypes.Float64, "w", make([]float64, 6), 2, 3),
		}
	}
	first := compile(t, store, build)(0.0)
	near(t, "second", first[1], first[0], 0)
	near(t, "third", first[2], first[0], 0)
	if n := store.NumVariables(); n != 1 {
		t.Errorf("there are %d variables, want 1", n)
	}
	changed := draw(3, 6)
	ok(t, store.GetVariable("/w").SetValue(matrix(changed, 2, 3)))
	near(t, "after SetValue", compile(t, store, build)(0.0)[0], changed, 0)
}

// A variable of another shape, as a checkpoint of another model brings it, is an error.
func TestReuseInAnotherShapeIsAnError(t *testing.T) {
	backend := graphtest.Backend(t)
	for name, use := range map[string]func(scope *model.Scope, x *Node) *Node{
		"Weight": func(s *model.Scope, x *Node) *Node { return Weight(s, x.Graph(), x.DType(), "weights", 1, 2, 3) },
		"WeightWithValues": func(s *model.Scope, x *Node) *Node {
			return WeightWithValues(s, x.Graph(), x.DType(), "weights", make([]float64, 6), 2, 3)
		},
		"Linear": func(s *model.Scope, x *Node) *Node { return Linear(s, x, 3, 1, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			store := model.NewStore()
			_, err := store.CreateVariable("/weights", tensors.FromFlatDataAndDimensions(make([]float64, 10), 2, 5))
			ok(t, err)
			exec, err := model.NewExec(backend, store, use)
			ok(t, err)
			if out, err := exec.Call(tensors.FromFlatDataAndDimensions(make([]float64, 4), 4, 1)); err == nil {
				t.Errorf("built with a variable of shape [2, 5] where [2, 3] was asked for; the result has shape %s", out[0].Shape())
			}
		})
	}
}
