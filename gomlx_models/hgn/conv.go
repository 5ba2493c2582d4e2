package hgn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/convops"
	"hgn.local/kernels_xla/phase"
)

// Channels of the paper's architecture, for the maps q, p and z.
const (
	mapChannels = 16
	zChannels   = 48
)

// conv is the paper's architecture: z, q and p are maps. A row holds a configuration of S·S·16 numbers, channels
// last, as lines; S = 4 for frames of 32 and 64 pixels.
type conv struct{ *Model }

func (m conv) sides() (encoder, state int) {
	encoder, state, err := nets.ConvSides(m.Video.Size)
	if err != nil {
		panic(err)
	}
	return encoder, state
}

func (m conv) zDim() int {
	encoder, state := m.sides()
	if m.Params.FPsi {
		return encoder * encoder * zChannels
	}
	return state * state * 2 * mapChannels
}

func (m conv) encoder(scope *model.Scope, video *Node) (mean, std *Node) {
	size, batch, frames := m.Video.Size, video.Shape().Dim(1), video.Shape().Dim(2)
	x := Reshape(Transpose(video, 0, 1), batch, size, size, 3*frames)
	side, state := m.sides()
	channels := zChannels
	if !m.Params.FPsi {
		side, channels = state, 2*mapChannels
	}
	filters := nets.EncoderFilters(m.Params.Filters)
	if m.Params.Deterministic {
		return Reshape(nets.ConvMean(scope, x, side, channels, filters...), batch, -1), nil
	}
	mean, std = nets.ConvEncoder(scope, x, side, channels, filters...)
	return Reshape(mean, batch, -1), Reshape(std, batch, -1)
}

func (m conv) state(scope *model.Scope, z *Node) (s phase.State, place *Node) {
	batch := z.Shape().Dim(0)
	side, state := m.sides()
	if !m.Params.FPsi {
		z = Reshape(z, batch, state*state, 2*mapChannels)
		half := func(from int) *Node {
			return Reshape(Slice(z, AxisRange(), AxisRange(), AxisRange(from, from+mapChannels)), batch, -1)
		}
		return phase.State{Q: half(0), P: half(mapChannels)}, nil
	}
	q, p := nets.ConvState(scope, Reshape(z, batch, side, side, zChannels), mapChannels, m.Params.Filters)
	return phase.State{Q: Reshape(q, batch, -1), P: Reshape(p, batch, -1)}, nil
}

// square turns a row into a map.
func (m conv) square(x *Node) *Node {
	_, side := m.sides()
	return Reshape(x, x.Shape().Dim(0), side, side, mapChannels)
}

func (m conv) energy(scope *model.Scope, name string) func(q, p *Node) *Node {
	f := nets.ConvEnergy(scope.At("%s", name), m.Params.Filters)
	return func(q, p *Node) *Node {
		switch {
		case p == nil:
			return f(m.square(q))
		case q == nil:
			return f(m.square(p))
		}
		return f(Concatenate([]*Node{m.square(q), m.square(p)}, -1))
	}
}

func (m conv) logits(scope *model.Scope, q *Node) *Node {
	return nets.ConvDecoder(scope, m.square(q), m.Video.Size, m.Params.Filters, nets.Logits(m.meanFrame, m.Video.Pixels()))
}

func (m conv) draw(scope *model.Scope, q *Node) *Node {
	return convops.AlgebraicSigmoid(m.logits(scope, q))
}

// wide is true if there is an f_psi; without one z is the state, and its mean is the mean state.
func (m conv) wide() bool { return m.Params.FPsi }

// pixelError draws the frames one after the other if that is faster: their feature maps take 80 times the memory of
// the frames.
func (m conv) pixelError(scope *model.Scope, q, target *Node) *Node {
	return convops.InTurn(q, target, m.Video.Size*m.Video.Size,
		func(q, target *Node) *Node { return convops.ReconstructionMSE(m.logits(scope, q), target) },
		func() (weights []*Node) {
			for v := range scope.IterVariables() {
				if v.Trainable && v.InUseByGraph(q.Graph()) {
					weights = append(weights, v.NodeValue(q.Graph()))
				}
			}
			return weights
		})
}

// validateConv checks the requirements of the convolutional architecture.
func (p Params) validateConv(v video.Shape) error {
	_, side, err := nets.ConvSides(v.Size)
	if err != nil {
		return err
	}
	l, err := ParseLatent(p.Latent)
	if err != nil {
		return err
	}
	switch d := side * side * mapChannels; {
	case l.Dim() != d || l.Circles() > 0:
		return params.Errorf("the convolutional architecture has the latent line*%d for frames of %d pixels, not %s", d, v.Size, p.Latent)
	case p.Pool != 1:
		return params.Errorf("the convolutional encoder sees whole frames: pool must be 1, not %d", p.Pool)
	case p.Refine > 0 || p.Sharpen > 0:
		return params.Errorf("refine and sharpen differentiate by every coordinate, and the convolutional latent has %d: both must be 0", d)
	case p.Hamiltonian == "metric" || p.Kinetic == "even":
		return params.Errorf("the convolutional architecture has no hamiltonian %q with kinetic %q: choose separable or joint, quadratic or mlp", p.Hamiltonian, p.Kinetic)
	case p.Filters < 1:
		return params.Errorf("filters must be at least 1, not %d", p.Filters)
	}
	return nil
}

// ConvLatent returns the latent of the convolutional architecture for frames of size pixels along an edge.
func ConvLatent(size int) (string, error) {
	_, side, err := nets.ConvSides(size)
	return FormatLatent(make([]string, side*side*mapChannels)), err
}
