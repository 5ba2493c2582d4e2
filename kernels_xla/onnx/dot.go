//go:build cgo && !noonnx && (linux || darwin) && (amd64 || arm64)

package onnx

import (
	"slices"

	"github.com/gomlx/compute"
)

// DotGeneral builds the general product. compute-onnx builds a MatMul for every product that contracts the last axis
// of lhs with the last but one of rhs over the same batch axes; that is right only for a matrix times a matrix, or
// for a batch of matrices each. For all others DotGeneral moves the contracted axis of rhs to the end, which makes
// compute-onnx build an Einsum.
func (f *function) DotGeneral(lhs compute.Value, lhsContracting, lhsBatch []int, rhs compute.Value, rhsContracting, rhsBatch []int,
	config compute.DotGeneralConfig) (compute.Value, error) {
	left, err := f.Shape(lhs)
	if err != nil {
		return nil, err
	}
	right, err := f.Shape(rhs)
	if err != nil {
		return nil, err
	}
	m, n := left.Rank(), right.Rank()
	taken := slices.Equal(lhsBatch, rhsBatch) && slices.Equal(lhsContracting, []int{m - 1}) && slices.Equal(rhsContracting, []int{n - 2})
	k := len(lhsBatch)
	matrices := n == k+2 && (m == k+2 || k == 0 && m >= 2)
	for i, axis := range lhsBatch {
		matrices = matrices && axis == i
	}
	if taken && !matrices {
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		order[n-2], order[n-1] = n-1, n-2
		if rhs, err = f.Transpose(rhs, order...); err != nil {
			return nil, err
		}
		rhsContracting, rhsBatch = []int{n - 1}, slices.Clone(rhsBatch)
		for i, axis := range rhsBatch {
			rhsBatch[i] = order[axis]
		}
	}
	return f.Function.DotGeneral(lhs, lhsContracting, lhsBatch, rhs, rhsContracting, rhsBatch, config)
}
