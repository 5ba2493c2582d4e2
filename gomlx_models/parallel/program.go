package parallel

import (
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/distributed"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/core/tensors/dtensor"
	"github.com/gomlx/gomlx/ml/model"
)

// Replicated replaces the batch axis for an input that every device gets as a whole.
const Replicated = -1

// Program is a compiled training program on some devices.
type Program struct {
	exec    *model.Exec
	layouts []*distributed.ShardingSpec // layouts of the inputs; nil on one device
}

// Program compiles f, which takes one node for each entry of axes: the axis of that input along which the batch lies,
// or Replicated.
//
// It marks the graph as one for training: otherwise GoMLX (0.28.6) treats variables that are not trainable, such as
// Adam's, as constants on a backend that prefers constants, as ONNX Runtime does.
func (d Devices) Program(backend compute.Backend, store *model.Store, axes []int, f func(scope *model.Scope, in []*Node) []*Node) (*Program, error) {
	exec, err := model.NewExec(backend, store, func(scope *model.Scope, in []*Node) []*Node {
		store.SetTraining(in[0].Graph(), true)
		return f(scope, in)
	})
	if err != nil || d.mesh == nil {
		return &Program{exec: exec}, err
	}
	p := &Program{exec: exec}
	for _, a := range axes {
		layout, err := d.layout(a)
		if err != nil {
			return nil, err
		}
		p.layouts = append(p.layouts, layout)
	}
	// The outputs, which include the changed variables, are declared replicated: XLA might leave them in parts
	// otherwise.
	exec.AutoSharding(d.mesh).WithInputShardingSpecs(p.layouts...).WithOutputShardingSpecs(distributed.NewReplicatedShardingSpec(d.mesh))
	return p, nil
}

// Call runs the program on whole inputs, tensors or Go values, and returns its outputs.
func (p *Program) Call(inputs ...any) ([]*tensors.Tensor, error) {
	if p.layouts == nil {
		return p.exec.Call(inputs...)
	}
	if len(inputs) != len(p.layouts) {
		return nil, fmt.Errorf("the program has %d inputs, and was given %d", len(p.layouts), len(inputs))
	}
	parts := make([]any, len(inputs))
	for i, input := range inputs {
		whole, err := tensors.FromAnyValue(input)
		if err != nil {
			return nil, err
		}
		if parts[i], err = dtensor.ShardTensor(p.layouts[i], whole); err != nil {
			return nil, err
		}
	}
	out, err := p.exec.Call(parts...)
	if err != nil {
		return nil, err
	}
	return out[:len(out)/p.exec.NumDevices()], nil // the outputs of the first device
}
