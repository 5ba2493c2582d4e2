package nets

import (
	"math"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Along a ray from the origin an untrained MLP is straight, and Spread bends, within the reach of its inputs.
func TestSpreadBends(t *testing.T) {
	for name, c := range map[string]struct {
		network func(*model.Scope, *Node, ...int) *Node
		bends   bool
	}{"MLP": {MLP, false}, "Spread": {Spread, true}} {
		y := compile(t, seeded(3), func(scope *model.Scope, x []*Node) []*Node {
			return []*Node{ReduceSum(c.network(scope, x[0], 20), -1)}
		})(matrix([]float64{0.5, 0.25, 1, 0.5, 1.5, 0.75, 2, 1}, 4, 2))[0]
		bent := math.Abs(y[0]-2*y[1]+y[2]) + math.Abs(y[1]-2*y[2]+y[3])
		if (bent > 0.1) != c.bends {
			t.Errorf("%s bends by %g", name, bent)
		}
	}
	if y := compile(t, seeded(3), func(scope *model.Scope, x []*Node) []*Node { return []*Node{Spread(scope, x[0])} })(matrix([]float64{3, 4}, 1, 2))[0]; y[1] != 4 {
		t.Errorf("without layers the output is %v", y)
	}
}
