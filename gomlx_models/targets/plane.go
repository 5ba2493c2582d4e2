package targets

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/convops"
	"hgn.local/kernels_xla/scalar"
)

// column returns coordinate k of points, [n, d] -> [n].
func column(x *Node, k int) *Node {
	pick := make([]float64, x.Shape().Dim(-1))
	pick[k] = 1
	return ReduceSum(Mul(x, Const(x.Graph(), nets.Tensor(x.DType(), pick, 1, len(pick)))), -1)
}

func doubleWell() Energy {
	u := func(x float64) float64 { return x*x*x*x/4 - 3*x*x + x }
	const low, high, n = -6.0, 6.0, 4000 // beyond, exp(-u) is below 1e-90 of its largest value
	sum := 0.0
	for i := range n + 1 {
		sum += scalar.Exp(-u(low+(high-low)*float64(i)/n)) * (high - low) / n
	}
	return Energy{
		Name: "double_well", Dim: 2, LogZ: math.Log(sum) + 0.5*math.Log(2*math.Pi), Frame: frame([]float64{0, 0}, []float64{2, 1}),
		U: func(x *Node) *Node {
			a, b := column(x, 0), column(x, 1)
			a2 := Square(a)
			return Add(Add(Sub(MulScalar(Square(a2), 0.25), MulScalar(a2, 3)), a), MulScalar(Square(b), 0.5))
		},
	}
}

// mullers are the terms height·exp(a(x-x₀)² + b(x-x₀)(y-y₀) + c(y-y₀)²) of the potential.
var mullers = []struct{ height, a, b, c, x, y float64 }{
	{-200, -1, 0, -10, 1, 0}, {-100, -1, 0, -10, 0, 0.5}, {-170, -6.5, 11, -6.5, -0.5, 1.5}, {15, 0.7, 0.6, 0.7, -1, 1},
}

// mullerScale is the factor of the potential.
const mullerScale = 0.1

// steepest bounds the exponents, which float32 could not hold far away, where the energy is huge in any case.
const steepest = 12

func mullerBrown() Energy {
	at := func(x, y float64) (u float64) {
		for _, m := range mullers {
			dx, dy := x-m.x, y-m.y
			u += mullerScale * m.height * scalar.Exp(math.Min(m.a*dx*dx+m.b*dx*dy+m.c*dy*dy, steepest))
		}
		return u
	}
	const lowX, highX, lowY, highY, n = -3.0, 2.5, -2.0, 3.5, 800
	sum := 0.0
	for i := range n {
		for j := range n {
			sum += scalar.Exp(-at(lowX+(highX-lowX)*(float64(i)+0.5)/n, lowY+(highY-lowY)*(float64(j)+0.5)/n))
		}
	}
	return Energy{
		Name: "muller_brown", Dim: 2, LogZ: math.Log(sum * (highX - lowX) * (highY - lowY) / (n * n)), Frame: frame([]float64{-0.3, 0.8}, []float64{0.7, 0.6}),
		U: func(x *Node) (u *Node) {
			for _, m := range mullers {
				dx, dy := AddScalar(column(x, 0), -m.x), AddScalar(column(x, 1), -m.y)
				exponent := Add(Add(MulScalar(Square(dx), m.a), MulScalar(Mul(dx, dy), m.b)), MulScalar(Square(dy), m.c))
				term := MulScalar(convops.Exp(MinScalar(exponent, steepest)), mullerScale*m.height)
				if u == nil {
					u = term
				} else {
					u = Add(u, term)
				}
			}
			return u
		},
	}
}
