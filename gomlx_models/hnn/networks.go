package hnn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/phase"
)

// pairs joins n frames with the frames that follow them: of frames [features, N], the first n come before the last n.
// The result is [2·features, n].
//
// Frames come feature-major, so that neither the encoder's first layer nor its weight gradient has to transpose them.
func pairs(frames *Node, n int) *Node {
	all := frames.Shape().Dim(1)
	return Concatenate([]*Node{Slice(frames, AxisRange(), AxisRange(0, n)), Slice(frames, AxisRange(), AxisRange(all-n, all))}, 0)
}

// encoder maps pairs of frames to the state that they show: [2·features, n] to (q, p), each [n, d].
func (m *Model) encoder(scope *model.Scope, pairs *Node) phase.State {
	features, n := pairs.Shape().Dim(0), pairs.Shape().Dim(1)
	if m.Params.Variant == Conv {
		seen, channels, filters := m.Video.Size/m.Params.Pool, m.Params.Channels, m.Params.Filters
		x := Reshape(Transpose(pairs, 0, 1), n, 2, seen*seen, 3)
		x = Reshape(Transpose(x, 1, 2), n, seen, seen, 6)
		side, _ := m.sides()
		z := nets.ConvMean(scope, x, side, zMaps*channels, nets.EncoderFilters(filters)...)
		q, p := nets.ConvState(scope.At("f_psi"), z, channels, filters)
		return phase.State{Q: Reshape(q, n, -1), P: Reshape(p, n, -1)}
	}
	g, dtype, hidden := pairs.Graph(), pairs.DType(), m.Params.EncoderHidden
	first := scope.At("pair")
	w := nets.Weight(first, g, dtype, "weights", nets.He(features), hidden[0], features)
	b := nets.Weight(first, g, dtype, "biases", 0, 1, hidden[0])
	x := nets.Relu(Add(Transpose(Dot(w, pairs).Product(), 0, 1), b))
	x = nets.MLP(scope, x, hidden[1:]...)
	return phase.State{Q: m.position(scope, x), P: nets.Linear(scope.At("p"), x, m.dim, 1, nil)}
}

// position maps the encoder's last layer to q: of a circle's coordinate it learns a point, of which the angle is taken.
func (m *Model) position(scope *model.Scope, x *Node) *Node {
	head := func(name string, n int) *Node {
		if n == 0 {
			return nil
		}
		return nets.Linear(scope.At("%s", name), x, n, 1, nil)
	}
	circles := m.latent.Circles()
	return m.latent.FromFeatures(head("q", m.dim-circles), head("cos", circles), head("sin", circles))
}

// decoder draws the pair of frames that a state shows, before the sigmoid: two results [n, Size·Size·3].
func (m *Model) decoder(scope *model.Scope, s phase.State) (frame, next *Node) {
	if m.Params.Variant == Conv {
		z := m.maps(s)
		draw := func(name string) *Node {
			return nets.ConvDecoder(scope.At("%s", name), z, m.Video.Size, m.Params.Filters, nets.Logits(m.meanFrame, m.Video.Pixels()))
		}
		return draw("frame"), draw("next")
	}
	x := nets.MLP(scope, Concatenate([]*Node{m.latent.Embed(s.Q), s.P}, -1), m.Params.DecoderHidden...)
	draw := func(name string) *Node {
		return nets.Linear(scope.At("%s", name), x, m.Video.Pixels(), 0.5, nets.Logits(m.meanFrame, m.Video.Pixels()))
	}
	return draw("frame"), draw("next")
}

// maps returns the state of a conv model as feature maps, [n, side, side, 2·Channels].
func (m *Model) maps(s phase.State) *Node {
	_, side := m.sides()
	n, channels := s.Q.Shape().Dim(0), m.Params.Channels
	return Concatenate([]*Node{Reshape(s.Q, n, side, side, channels), Reshape(s.P, n, side, side, channels)}, -1)
}

// zMaps is the number of channels of the map z per channel of q: 48 and 16 in the paper's networks.
const zMaps = 3

// sides returns the sides of a conv model's maps: of z, and of the state.
func (m *Model) sides() (z, state int) {
	z, state, err := nets.ConvSides(m.Video.Size / m.Params.Pool)
	if err != nil {
		panic(err)
	}
	return z, state
}
