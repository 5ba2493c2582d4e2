package hgn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/phase"
)

// architecture is the form of the networks: dense (dense.go) or convolutional (conv.go).
type architecture interface {
	// zDim is the dimension of z.
	zDim() int
	// wide tells whether z has so many components that f_psi expects their noise, see expected.
	wide() bool
	// encoder is q(z|x), a Gaussian with independent components (paper, Sec. 3.2): it maps a whole video
	// [features, batch, frames] to mean and standard deviation, [batch, zDim] each. For a deterministic model std is
	// nil.
	encoder(scope *model.Scope, video *Node) (mean, std *Node)
	// state is f_psi (paper, Sec. 3.2): it maps z [batch, zDim] to the phase-space state at the anchor. Without f_psi
	// the first half of z is q and the second p; a circle's coordinate is then the angle itself. place is Embed(q)
	// before a circle's point is scaled to the circle, or nil if there is no such point.
	state(scope *model.Scope, z *Node) (s phase.State, place *Node)
	// energy is a learned scalar of a configuration (p is nil), of momenta (q is nil), or of both: [batch, d] ->
	// [batch]. A graph uses the returned function many times.
	energy(scope *model.Scope, name string) func(q, p *Node) *Node
	// draw is the decoder: q [n, d] -> pixels in (0, 1), [n, Size·Size·3]. It sees only q (paper, Sec. 3.2), since
	// momentum is not visible.
	draw(scope *model.Scope, q *Node) *Node
	// pixelError is the MSE of what draw draws and the frames to draw, [n, Size·Size·3] in [0, 1].
	pixelError(scope *model.Scope, q, target *Node) *Node
}

// architectures maps names to architectures.
var architectures = map[string]func(m *Model) architecture{
	"dense": func(m *Model) architecture { return dense{m} },
	"conv":  func(m *Model) architecture { return conv{m} },
}

// networks returns the networks that the model's parameters ask for.
func networks(m *Model) architecture {
	a := architectures[m.Params.Architecture](m)
	if draw, ok := decoderNamed(m.Params.Decoder); ok {
		return ownDecoder{a, m, draw}
	}
	return a
}

// zDim returns the dimension of z in a model of videos like v.
func (p Params) zDim(v video.Shape) int {
	latent, err := ParseLatent(p.Latent)
	if err != nil {
		return 0
	}
	return architectures[p.Architecture](&Model{Params: p, Video: v, latent: latent}).zDim()
}
