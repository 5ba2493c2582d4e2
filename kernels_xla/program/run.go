package program

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// Run computes a program once. The inputs are tensors, or values that GoMLX makes tensors of.
func (p Program) Run(backend compute.Backend, store *model.Store, inputs ...any) ([]*tensors.Tensor, error) {
	exec, err := model.NewExec(backend, store, p.Build)
	if err != nil {
		return nil, err
	}
	defer exec.Finalize()
	out, err := exec.Call(inputs...)
	if err != nil {
		return nil, fmt.Errorf("running %s: %w", p.Name, err)
	}
	return out, nil
}

// Find returns the program with a name, and panics if there is none.
func Find(all []Program, name string) Program {
	i := slices.IndexFunc(all, func(p Program) bool { return p.Name == name })
	if i < 0 {
		panic("there is no program " + name)
	}
	return all[i]
}
