package hgn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/convops"
	"hgn.local/kernels_xla/phase"
)

// dense is the architecture of perceptrons on small latents, which learn within minutes on a few cores.
type dense struct{ *Model }

func (m dense) zDim() int {
	if m.Params.FPsi {
		return m.Params.Z
	}
	return 2 * m.latent.Dim()
}

// encoder shares its first layer among all frames and concatenates the features of the frames, which keeps their
// order.
//
// The video comes feature-major, so that neither the layer nor its weight gradient has to transpose it.
func (m dense) encoder(scope *model.Scope, video *Node) (mean, std *Node) {
	features, batch, frames := video.Shape().Dim(0), video.Shape().Dim(1), video.Shape().Dim(2)
	p := m.Params
	g, dtype := video.Graph(), video.DType()
	frame := scope.At("frame")
	w := nets.Weight(frame, g, dtype, "weights", nets.He(features), p.FrameFeatures, features)
	b := nets.Weight(frame, g, dtype, "biases", 0, 1, p.FrameFeatures)
	x := Dot(w, Reshape(video, features, batch*frames)).Product() // [FrameFeatures, batch·frames]
	x = nets.Relu(Add(Transpose(x, 0, 1), b))
	x = nets.MLP(scope, Reshape(x, batch, frames*p.FrameFeatures), p.EncoderHidden...)
	mean = nets.Linear(scope.At("mean"), x, m.zDim(), 1, nil)
	if p.Deterministic {
		return mean, nil
	}
	std = convops.Squareplus(AddScalar(nets.Linear(scope.At("std"), x, m.zDim(), 0.1, nil), -5))
	return mean, std
}

func (m dense) state(scope *model.Scope, z *Node) (s phase.State, place *Node) {
	if !m.Params.FPsi {
		d := m.latent.Dim()
		return phase.State{Q: Slice(z, AxisRange(), AxisRange(0, d)), P: Slice(z, AxisRange(), AxisRange(d, 2*d))}, nil
	}
	z = nets.MLP(scope, z, m.Params.StateHidden...)
	head := func(name string, n int) *Node {
		if n == 0 {
			return nil
		}
		return nets.Linear(scope.At("%s", name), z, n, 1, nil)
	}
	nc := m.latent.Circles()
	lines, cos, sin := head("line", m.latent.Dim()-nc), head("cos", nc), head("sin", nc)
	s = phase.State{Q: m.latent.FromFeatures(lines, cos, sin), P: head("p", m.latent.Dim())}
	if nc == 0 {
		return s, nil
	}
	place = Concatenate([]*Node{cos, sin}, -1)
	if lines != nil {
		place = Concatenate([]*Node{lines, place}, -1)
	}
	return s, place
}

func (m dense) energy(scope *model.Scope, name string) func(q, p *Node) *Node {
	return func(q, p *Node) *Node {
		var x *Node
		switch {
		case p == nil:
			x = m.Place(q)
		case q == nil:
			x = p
		default:
			x = Concatenate([]*Node{m.Place(q), p}, -1)
		}
		return nets.Energy(scope.At("%s", name), x, m.Params.EnergyHidden...)
	}
}

// Place is the input that H gets for a configuration: Embed(q) and, with Products, the products of any two of its
// features. A distance is the root of a linear function of these, and cos(q₁ - q₂) is linear in them. So a small
// network can learn a good potential of bodies that attract each other from them; from coordinates alone that takes
// long.
func (m *Model) Place(q *Node) *Node {
	x := m.latent.Embed(q)
	if !m.Params.Products {
		return x
	}
	batch, f := x.Shape().Dim(0), x.Shape().Dim(1)
	products := Mul(Reshape(x, batch, f, 1), Reshape(x, batch, 1, f))
	return Concatenate([]*Node{x, MulScalar(Reshape(products, batch, f*f), 0.5)}, -1)
}

func (m dense) logits(scope *model.Scope, q *Node) *Node {
	x := nets.MLP(scope, m.latent.Embed(q), m.Params.DecoderHidden...)
	return nets.Linear(scope.At("frame"), x, m.Video.Pixels(), 0.5, nets.Logits(m.meanFrame, m.Video.Pixels()))
}

func (m dense) draw(scope *model.Scope, q *Node) *Node {
	return convops.AlgebraicSigmoid(m.logits(scope, q))
}

func (m dense) pixelError(scope *model.Scope, q, target *Node) *Node {
	return convops.ReconstructionMSE(m.logits(scope, q), target)
}

func (m dense) wide() bool { return false }
