package fit

import (
	"maps"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Objective is what a model is trained to minimise, on which batches, and how.
type Objective struct {
	Backend compute.Backend
	Store   *model.Store // of the model's variables
	DType   dtypes.DType // of the inputs and of the losses

	Seed  uint64
	Steps int // of the whole training
	Batch int // what several devices divide among them
	Adam  Adam

	// Draw makes the inputs of a step. It is called ahead of time, on a goroutine of its own.
	Draw func(seed uint64, step int) ([]any, error)
	// Axes are the batch axes of the inputs, or parallel.Replicated.
	Axes []int
	// Unpack turns the inputs as they come to the device, such as bytes, into those of Loss. It is nil where they are the same.
	Unpack func(in []*Node) []*Node
	// Names are those of the losses, in the order of Loss. The first is "loss", which is minimised.
	Names []string
	// Loss builds the losses of a step, scalars, from the inputs; variant is what Variant says of the step.
	Loss func(scope *model.Scope, in []*Node, variant any) []*Node
	// Variant tells steps apart whose graphs differ, by a comparable value. It is nil where all have the same graph.
	Variant func(step int) any
	// Offset is added to the first loss: what does not depend on the model.
	Offset float64
}

// Losses are those of one step by name. "loss" is what is minimised; other names are its parts and measures.
type Losses map[string]float64

// Names lists the losses: "loss" first, the others in alphabetical order.
func (l Losses) Names() []string {
	names := slices.Sorted(maps.Keys(l))
	if i := slices.Index(names, "loss"); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, "loss")
	}
	return names
}

// GradientNorm is the name under which the norm of the gradient is among the losses, where Adam reports or clips it.
const GradientNorm = "gradient"
