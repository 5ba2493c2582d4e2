package fit

import (
	"maps"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Objective describes what a training minimises, on which batches, and how.
type Objective struct {
	Backend compute.Backend
	Store   *model.Store // holds the model's variables
	DType   dtypes.DType // type of the inputs and of the losses

	Seed  uint64
	Steps int // in the whole training
	Batch int // examples per step, which several devices divide among them
	Adam  Adam

	// Draw makes the inputs of a step. It is called ahead of time, on its own goroutine.
	Draw func(seed uint64, step int) ([]any, error)
	// Axes gives the batch axis of each input, or parallel.Replicated.
	Axes []int
	// Cut returns the inputs of part k of n equal parts of a batch, for [Learner.Accumulate]. Nil cuts every input along its
	// batch axis. The losses must be means over the examples of a batch; Whole says why they are not, or is empty.
	Cut   func(batch []any, k, n int) ([]any, error)
	Whole string
	// Unpack converts the inputs as they arrive on the device, such as bytes, into the inputs of Loss. Nil leaves them
	// as they are.
	Unpack func(in []*Node) []*Node
	// Names lists the names of the losses, in the order of Loss. The first is "loss", which is minimised.
	Names []string
	// Loss builds the losses of a step, scalars, from the inputs. Its argument variant is the result of Variant for
	// the step.
	Loss func(scope *model.Scope, in []*Node, variant any) []*Node
	// Variant returns a comparable value that is equal for steps with the same graph. Nil means that all steps have
	// the same graph.
	Variant func(step int) any
	// Offset is a constant, independent of the model, that is added to the first loss.
	Offset float64
}

// Losses maps the names of one step's losses to their values. "loss" is minimised; the others are its parts and
// further measures.
type Losses map[string]float64

// Names lists the losses: "loss" first, the others in alphabetical order.
func (l Losses) Names() []string {
	names := slices.Sorted(maps.Keys(l))
	if i := slices.Index(names, "loss"); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, "loss")
	}
	return names
}

// GradientNorm is the name of the gradient's global norm, before clipping, among the losses of a step.
const GradientNorm = "gradient"
