package hgn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/image"
	"hgn.local/kernels_xla/phase"
)

// encoder is q(z|x), a Gaussian with independent components (paper, Sec. 3.2): from a whole video
// [features, batch, frames] to mean and standard deviation, [batch, Z] each; there is none of the latter where the
// model is deterministic. A first layer is shared
// by all frames; what it finds in them is put side by side, which keeps their order.
//
// The video comes feature-major because then neither the layer nor its weight gradient has to
// transpose it.
func (m *Model) encoder(scope *model.Scope, video *Node) (mean, std *Node) {
	features, batch, frames := video.Shape().Dim(0), video.Shape().Dim(1), video.Shape().Dim(2)
	p := m.Params
	g, dtype := video.Graph(), video.DType()
	frame := scope.At("frame")
	w := nets.Weight(frame, g, dtype, "weights", nets.He(features), p.FrameFeatures, features)
	b := nets.Weight(frame, g, dtype, "biases", 0, 1, p.FrameFeatures)
	x := Dot(w, Reshape(video, features, batch*frames)).Product() // [FrameFeatures, batch·frames]
	x = nets.Relu(Add(Transpose(x, 0, 1), b))
	x = nets.MLP(scope, Reshape(x, batch, frames*p.FrameFeatures), p.EncoderHidden...)
	mean = nets.Linear(scope.At("mean"), x, p.zDim(), 1, nil)
	if p.Deterministic {
		return mean, nil
	}
	std = image.Squareplus(AddScalar(nets.Linear(scope.At("std"), x, p.zDim(), 0.1, nil), -5))
	return mean, std
}

// zDim is the dimension of z: without f_psi that of the state.
func (p Params) zDim() int {
	if p.FPsi {
		return p.Z
	}
	l, err := ParseLatent(p.Latent)
	if err != nil {
		return 0
	}
	return 2 * l.Dim()
}

// state is f_psi (paper, Sec. 3.2): z [batch, Z] to the phase-space state at the anchor. Without f_psi the first
// half of z is q and the second p; a circle's coordinate is then the angle itself.
func (m *Model) state(scope *model.Scope, z *Node) phase.State {
	if !m.Params.FPsi {
		d := m.latent.Dim()
		return phase.State{Q: Slice(z, AxisRange(), AxisRange(0, d)), P: Slice(z, AxisRange(), AxisRange(d, 2*d))}
	}
	z = nets.MLP(scope, z, m.Params.StateHidden...)
	head := func(name string, n int) *Node {
		if n == 0 {
			return nil
		}
		return nets.Linear(scope.At("%s", name), z, n, 1, nil)
	}
	nc := m.latent.circles()
	q := m.latent.FromFeatures(head("line", m.latent.Dim()-nc), head("cos", nc), head("sin", nc))
	return phase.State{Q: q, P: head("p", m.latent.Dim())}
}

// decoder draws the frame that a configuration looks like: q [n, d] to pixels [n, Size·Size·3] in
// (0, 1). It sees q alone (paper, Sec. 3.2): momentum is not visible.
func (m *Model) decoder(scope *model.Scope, q *Node) *Node {
	return image.AlgebraicSigmoid(m.logits(scope, q))
}

// logits is the decoder before its sigmoid.
func (m *Model) logits(scope *model.Scope, q *Node) *Node {
	x := nets.MLP(scope, m.latent.Embed(q), m.Params.DecoderHidden...)
	return nets.Linear(scope.At("frame"), x, m.Video.Pixels(), 0.5, m.meanLogits())
}
