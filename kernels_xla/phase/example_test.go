package phase_test

import (
	"fmt"
	"io"
	"log"

	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/kernels_xla/device"
	"hgn.local/kernels_xla/phase"
)

// Hamilton's equations of H = p²/2 + q⁴/4: the velocity is p, and the force -q³.
func ExampleField() {
	d, err := device.OpenGo(device.Options{Notice: io.Discard})
	if err != nil {
		log.Fatal(err)
	}
	defer d.Close()
	h := phase.Sum{
		K: func(p *Node) *Node { return ReduceSum(MulScalar(Square(p), 0.5), -1) },
		V: func(q *Node) *Node { return ReduceSum(MulScalar(Square(Square(q)), 0.25), -1) },
	}
	out, err := CallOnceN(d.Backend, func(q, p *Node) []*Node {
		dq, dp := phase.Field(h, phase.State{Q: q, P: p})
		return []*Node{dq, dp}
	}, [][]float64{{2}}, [][]float64{{0.5}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out[0].Value(), out[1].Value())
	// Output: [[0.5]] [[-8]]
}
