package convops

import (
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
)

// Upsample2 doubles height and width by repeating every value (nearest neighbour): [N, H, W, C] to [N, 2H, 2W, C].
func Upsample2(x *graph.Node) *graph.Node {
	n, h, w, c := mapShape("Upsample2", x)
	x = graph.Reshape(x, n, h, 1, w, 1, c)
	return graph.Reshape(graph.BroadcastToDims(x, n, h, 2, w, 2, c), n, 2*h, 2*w, c)
}

// Downsample2 halves height and width by averaging 2x2 blocks: [N, H, W, C] to [N, H/2, W/2, C]. H and W must be
// even. Downsample2(Upsample2(x)) = x.
func Downsample2(x *graph.Node) *graph.Node {
	n, h, w, c := mapShape("Downsample2", x)
	if h%2 != 0 || w%2 != 0 {
		panic(fmt.Errorf("convops.Downsample2: height and width must be even, got %s", x.Shape()))
	}
	return graph.ReduceMean(graph.Reshape(x, n, h/2, 2, w/2, 2, c), 2, 4)
}

func mapShape(name string, x *graph.Node) (n, h, w, c int) {
	if x.Rank() != 4 {
		panic(fmt.Errorf("convops.%s: x must be [batch, height, width, channels], got %s", name, x.Shape()))
	}
	d := x.Shape().Dimensions
	return d[0], d[1], d[2], d[3]
}
