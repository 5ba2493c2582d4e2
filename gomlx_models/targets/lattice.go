package targets

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/gomlx_models/nets"
)

const side = 8 // of the lattices

// lattice is the energy φᵀAφ/2 + λ Σφ⁴ of a field on a torus, A = m² - Δ, its numbers row by row.
func lattice(name string, m2, lambda, reach float64) Energy {
	const n = side * side
	a := make([]float64, n*n)
	for i := range n {
		row, column := i/side, i%side
		a[i*n+i] = m2 + 4
		for _, j := range []int{(row+1)%side*side + column, (row+side-1)%side*side + column, row*side + (column+1)%side, row*side + (column+side-1)%side} {
			a[i*n+j]--
		}
	}
	mean, scale := make([]float64, n), make([]float64, n)
	for i := range scale {
		scale[i] = reach
	}
	return Energy{
		Name: name, Dim: n, LogZ: math.NaN(), Frame: frame(mean, scale),
		U: func(x *Node) *Node {
			slope := Dot(x, Const(x.Graph(), nets.Tensor(x.DType(), a, n, n))).Product()
			u := MulScalar(ReduceSum(Mul(x, slope), -1), 0.5)
			if lambda != 0 {
				u = Add(u, MulScalar(ReduceSum(Square(Square(x)), -1), lambda))
			}
			return u
		},
	}
}

// freeField is a normal density, whose integral is a product over the waves of the lattice.
func freeField() Energy {
	e := lattice("free_field", 1, 0, 0.5)
	e.LogZ = 0
	for i := range side {
		for j := range side {
			wave := func(k int) float64 { return 2 - 2*math.Cos(2*math.Pi*float64(k)/side) }
			e.LogZ += 0.5 * math.Log(2*math.Pi/(1+wave(i)+wave(j)))
		}
	}
	return e
}

func phi4() Energy { return lattice("phi4", -1, 0.5, 0.5) }
