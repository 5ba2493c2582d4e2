package points

import (
	"errors"
	"fmt"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
)

const standardScope = "standard"

// Stored returns the standardisation kept in store beside the model's weights, in float64 and not trainable. If the
// store has none, Stored puts initial there.
func Stored(store *model.Store, initial Standardizer) (Standardizer, error) {
	mean, err1 := stored(store, "mean", initial.Mean)
	scale, err2 := stored(store, "scale", initial.Scale)
	s := Standardizer{Mean: mean, Scale: scale}
	if err := errors.Join(err1, err2); err != nil || initial.Cond == nil {
		return s, err
	}
	mean, err1 = stored(store, "condition_mean", initial.Cond.Mean)
	scale, err2 = stored(store, "condition_scale", initial.Cond.Scale)
	s.Cond = &Standardizer{Mean: mean, Scale: scale}
	return s, errors.Join(err1, err2)
}

func stored(store *model.Store, name string, initial []float64) ([]float64, error) {
	scope := store.RootScope().At(standardScope)
	v := scope.GetVariable(name)
	if v == nil {
		scope.VariableWithValue(name, tensors.FromFlatDataAndDimensions(initial, len(initial))).SetTrainable(false)
		return initial, nil
	}
	value, err := v.Value()
	if err != nil {
		return nil, err
	}
	if value.DType() != dtypes.Float64 || value.Size() != len(initial) {
		return nil, fmt.Errorf("the %s of the data is stored as %s where the model has %d coordinates", name, value.Shape(), len(initial))
	}
	return tensors.MustCopyFlatData[float64](value), nil
}

// Tensor returns x as a tensor [n, Dim] in the given precision. Rows that x lacks are zero.
func (x Points) Tensor(dtype dtypes.DType, n int) *tensors.Tensor {
	values := x.X
	if len(values) != n*x.Dim {
		values = make([]float64, n*x.Dim)
		copy(values, x.X)
	}
	return nets.Tensor(dtype, values, n, x.Dim)
}
