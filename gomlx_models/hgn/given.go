package hgn

import (
	"math/rand/v2"
	"slices"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/phase"
)

// The constants of a latent are inferred from each video by the encoder, in coordinates that it finds itself; or they
// are given with the videos (video.Clips.Given), as prior knowledge, and take the place of what the encoder says.
// Refinement leaves them as they are given.
const inferredConstant, givenConstant = "inferred", "given"

// given tells whether the model is told the constants of videos.
func (m *Model) given() bool { return m.Params.Constant == givenConstant }

// fixed returns which coordinates refinement leaves alone.
func (m *Model) fixed() []bool {
	if !m.given() {
		return nil
	}
	return m.latent.Constant
}

// Give replaces the constants in states, one for each video, by those that are given with the videos, if the model is
// told them.
func (m *Model) Give(v video.Clips, s video.States) (video.States, error) {
	if !m.given() {
		return s, nil
	}
	if err := m.checkGiven(v); err != nil {
		return s, err
	}
	out, k := s.Clone(), m.latent.Constants()
	for i := range s.N {
		q, _ := out.At(i)
		m.setConstants(q, v.Given[i*k:][:k])
	}
	return out, nil
}

func (m *Model) setConstants(q, values []float32) {
	n := 0
	for j, constant := range m.latent.Constant {
		if constant {
			q[j] = values[n]
			n++
		}
	}
}

// checkGiven returns an error if the model is told the constants of videos, and the videos do not say them.
func (m *Model) checkGiven(v video.Clips) error {
	if k := m.latent.Constants(); m.given() && len(v.Given) != v.N*k {
		return params.Errorf("constant=given needs videos of which %d constants are known, as of simulated ones in which they differ (--constant length=0.6..1.4): of these, %d are", k, v.Constants())
	}
	return nil
}

// sampled draws constants, uniformly from the range of those given, for states of the model's prior.
func (m *Model) sampled(s video.States) video.States {
	if !m.given() {
		return s
	}
	r, values := rand.New(rand.NewPCG(uint64(s.N), 0x676976)), make([]float32, m.latent.Constants())
	for i := range s.N {
		for k := range values {
			values[k] = 2*r.Float32() - 1
		}
		q, _ := s.At(i)
		m.setConstants(q, values)
	}
	return s
}

// tell puts constants, [batch, k], into a state and its place, see architecture.state. Nil leaves both as they are.
func (m *Model) tell(s phase.State, place, constants *Node) (phase.State, *Node) {
	if constants == nil {
		return s, place
	}
	s.Q = replaced(s.Q, constants, m.latent.Constant)
	if place != nil {
		var lines []bool // the features of a place are the lines and then the circles
		for j, constant := range m.latent.Constant {
			if !m.latent.Circle[j] {
				lines = append(lines, constant)
			}
		}
		place = replaced(place, constants, append(lines, make([]bool, place.Shape().Dim(1)-len(lines))...))
	}
	return s, place
}

// replaced replaces the chosen columns of x [batch, n] by those of values.
func replaced(x, values *Node, chosen []bool) *Node {
	keep, put := make([]float64, len(chosen)), make([][]float64, values.Shape().Dim(1))
	for k := range put {
		put[k] = make([]float64, len(chosen))
	}
	n := 0
	for j, c := range chosen {
		if keep[j] = 1; c {
			keep[j], put[n][j] = 0, 1
			n++
		}
	}
	like := func(value any) *Node { return ConvertDType(Const(x.Graph(), value), x.DType()) }
	return Add(Mul(x, like([][]float64{keep})), Dot(values, like(slices.Clone(put))).Product())
}

// constants returns the given constants of some videos as a batch, [len(rows), k].
func (b *batcher) constants(v video.Clips, rows []int) *tensors.Tensor {
	k, flat := v.Constants(), []float32(nil)
	for _, i := range rows {
		flat = append(flat, v.Given[i*k:][:k]...)
	}
	return tensors.FromFlatDataAndDimensions(flat, len(rows), k)
}
