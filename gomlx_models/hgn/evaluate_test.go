package hgn

import (
	"maps"
	"slices"
	"testing"

	"hgn.local/gomlx_models/nets"
)

// A learner of held-out videos measures the model of another one at every kind of step, always on the same batch, and leaves
// every variable as it is: GECO's weight too.
func TestEvaluateChangesNothing(t *testing.T) {
	p := tiny()
	p.Geco, p.Steps, p.Sharpen, p.Curriculum = 1e-3, 10, 0.4, []Stage{{Unroll: 1, Until: 0.3}}
	l := newLearner(t, p, noise(tinyVideo, 8, 1))
	held, err := NewLearner(l.model, noise(tinyVideo, 8, 2))
	ok(t, err)
	values := func() (all [][]float64) {
		for v := range l.model.store.IterVariables() {
			if v.DType().IsFloat() {
				all = append(all, nets.Float64s(v.MustValue()))
			}
		}
		return all
	}
	stages := map[any]float64{}
	for step := range p.Steps {
		if _, err := l.Step(step); err != nil {
			t.Fatal(err)
		}
		before := values()
		first, err := held.Evaluate(step, 2)
		ok(t, err)
		again, err := held.Evaluate(step, 2)
		ok(t, err)
		if !maps.Equal(first, again) || !(first["mse"] > 0) {
			t.Errorf("step %d: %v, then %v", step, first, again)
		}
		if !slices.EqualFunc(before, values(), slices.Equal) {
			t.Fatalf("an evaluation at step %d changed the model", step)
		}
		stages[held.Stage(step)] = first["mse"]
	}
	if len(stages) != 3 {
		t.Errorf("the stages are %v, want one of a short unroll, one of a whole and one of single frames", stages)
	}
}
