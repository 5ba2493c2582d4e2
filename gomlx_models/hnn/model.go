package hnn

import (
	"fmt"
	"math"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/refine"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/convops"
	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// Model is an HNN of videos with its parameters, of variant "pixels" or "conv". New makes one and the learner of
// NewLearner trains it. It implements video.Model.
type Model struct {
	Params Params
	Video  video.Shape

	backend   compute.Backend
	store     *model.Store
	dim       int        // coordinates of q
	latent    hgn.Latent // their topology in "pixels"
	meanFrame []float32  // mean frame of the training data, in [0, 1], which an untrained decoder draws

	encodeExec, drawExec, energyExec, objectiveExec *model.Exec
	trajectory                                      *integrate.Trajectory
}

// chunk is the batch size of the programs that encode, draw and compute energies. The last chunk of a request is
// padded, so that no other size is compiled. A trajectory is compiled for every requested batch size, trajectoryChunk
// steps long.
const (
	chunk           = 50
	trajectoryChunk = 10
)

// New makes an untrained model of videos like shape. meanFrame is the mean of the training data's frames in [0, 1],
// which the untrained decoder draws; nil means mid-grey.
func New(backend compute.Backend, p Params, shape video.Shape, meanFrame []float32) (*Model, error) {
	if err := p.Validate(shape); err != nil {
		return nil, err
	}
	if !p.OfVideos() {
		return nil, params.Errorf("variant %s learns from states: for a model of videos choose %s or %s", p.Variant, Pixels, Conv)
	}
	if meanFrame != nil && len(meanFrame) != shape.Pixels() {
		return nil, fmt.Errorf("a mean frame of %d values does not fit %s", len(meanFrame), shape)
	}
	m := &Model{Params: p, Video: shape, backend: backend, store: fit.NewStore(p.Seed), meanFrame: meanFrame}
	if p.Variant == Conv {
		_, side := m.sides()
		m.dim = side * side * p.Channels
	} else {
		var err error
		if m.latent, err = p.latent(); err != nil {
			return nil, err
		}
		m.dim = m.latent.Dim()
	}
	return m, m.compile()
}

// compile prepares the model's programs.
func (m *Model) compile() (err error) {
	if m.encodeExec, err = model.NewExec(m.backend, m.store, func(scope *model.Scope, frames *Node) (q, p *Node) {
		frames = Squeeze(video.Seen(frames), -1)
		s := m.encoder(scope.At("encoder"), pairs(frames, frames.Shape().Dim(1)/2))
		return s.Q, s.P
	}); err != nil {
		return err
	}
	if m.drawExec, err = model.NewExec(m.backend, m.store, func(scope *model.Scope, q, p *Node) *Node {
		frame, _ := m.decoder(scope.At("decoder"), phase.State{Q: q, P: p})
		return convops.AlgebraicSigmoid(frame)
	}); err != nil {
		return err
	}
	if m.energyExec, err = model.NewExec(m.backend, m.store, func(scope *model.Scope, q, p *Node) (k, v *Node) {
		return parts(m.hamiltonian(scope), phase.State{Q: q, P: p})
	}); err != nil {
		return err
	}
	if m.objectiveExec, err = model.NewExec(m.backend, m.store, func(scope *model.Scope, in []*Node) *Node {
		in = unpack(in)
		loss, _, _, _ := m.objective(scope, Squeeze(in[0], -1), in[1], in[2])
		return loss
	}); err != nil {
		return err
	}
	in, err := integrate.ByName(m.Params.Integrator)
	if err != nil {
		return err
	}
	m.trajectory, err = integrate.NewTrajectory(m.backend, m.store, in, func(scope *model.Scope) phase.Dynamics { return m.hamiltonian(scope) }, trajectoryChunk)
	return err
}

// hamiltonian builds the learned H(q, p).
func (m *Model) hamiltonian(scope *model.Scope) phase.Hamiltonian {
	scope = scope.At("hamiltonian")
	if m.Params.Variant == Conv {
		h := nets.ConvEnergy(scope, m.Params.Filters)
		return phase.Joint(func(s phase.State) *Node { return h(m.maps(s)) })
	}
	return perceptron(scope, m.latent.Embed, m.Params.EnergyHidden)
}

// Store returns the store that holds the parameters; package training saves and loads it.
func (m *Model) Store() *model.Store { return m.store }

// Latent returns the number of coordinates of q, which p has too.
func (m *Model) Latent() int { return m.dim }

// Check fails unless the store holds every variable that the model's parameters ask for, in its shape. It detects a
// store loaded from another model.
func (m *Model) Check() error {
	return fit.CheckVariables(m.store, m.build)
}

// build computes the objective of a black video, which makes the missing variables.
func (m *Model) build() error {
	black := video.Clips{Shape: m.Video, N: 1, Pixels: make([]uint8, m.Video.Frames*m.Video.Pixels())}
	p := m.Params
	p.Batch, p.Pairs = 1, 1
	batch, err := draw(p, black, nil, p.Seed, 0)
	if err != nil {
		return err
	}
	_, err = m.objectiveExec.Call(batch...)
	return err
}

// Parameters counts the trainable numbers of a model that has been built or trained.
func (m *Model) Parameters() int { return fit.Parameters(m.store) }

// InferInitial infers the state of each video's first pair of frames: by the encoder, and by Params.Refine steps that
// fit it to all frames of the video, see refine.Fit.
func (m *Model) InferInitial(v video.Clips) (video.States, error) {
	s, err := m.Encode(v, 0)
	if err != nil || m.Params.Refine == 0 {
		return s, err
	}
	out := video.NewStates(s.N, s.D)
	return out, fit.Chunks(v.N, chunk, func(from, n int) error {
		r, err := refine.Fit{Model: m, End: v.Frames}.Refine(v.Part(from, n), s.Part(from, n), m.Params.Refine)
		copy(out.Q[from*s.D:], r.Q)
		copy(out.P[from*s.D:], r.P)
		return err
	})
}

// Encode infers the state of frames t and t+1 of each video.
func (m *Model) Encode(v video.Clips, t int) (video.States, error) {
	if err := v.Check(m.Video); err != nil {
		return video.States{}, err
	}
	if t < 0 || t > v.Frames-2 {
		return video.States{}, params.Errorf("a state is that of two consecutive frames, and frame %d of %d has none after it", t, v.Frames)
	}
	out := video.NewStates(v.N, m.dim)
	return out, fit.Chunks(v.N, chunk, func(from, n int) error {
		some, which, at := make([]int, n), make([]int, chunk), make([]int, chunk)
		for i := range some {
			some[i] = from + i
		}
		for i := range which {
			which[i], at[i] = min(i, n-1), t
		}
		loaded, err := v.Load(some...)
		if err != nil {
			return err
		}
		r, err := m.encodeExec.Call(see(consecutive(loaded, which, at, 2), m.Params.Pool))
		if err != nil {
			return err
		}
		copy(out.Q[from*out.D:(from+n)*out.D], tensors.MustCopyFlatData[float32](r[0]))
		copy(out.P[from*out.D:(from+n)*out.D], tensors.MustCopyFlatData[float32](r[1]))
		return nil
	})
}

// Rollout integrates the learned H from s over steps intervals of dt and returns the steps+1 states, s first. A
// negative dt runs time backwards. If |dt| exceeds the interval between the training frames, Rollout splits each
// interval so that no step is longer than that.
func (m *Model) Rollout(s video.States, dt float64, steps int) ([]video.States, error) {
	return rollout(m.trajectory, s, dt, steps, max(1, int(math.Ceil(math.Abs(dt)/m.Video.Dt-1e-9))))
}

// Draw decodes each state to the first frame of its pair: [N, Size, Size, 3] in (0, 1).
func (m *Model) Draw(s video.States) ([]float32, error) {
	pixels := m.Video.Pixels()
	out := make([]float32, s.N*pixels)
	return out, fit.Chunks(s.N, chunk, func(from, n int) error {
		r, err := m.drawExec.Call(padded(s, from, n)...)
		if err != nil {
			return err
		}
		copy(out[from*pixels:(from+n)*pixels], tensors.MustCopyFlatData[float32](r[0]))
		return nil
	})
}

// Energies returns the learned energy at rest V = H(q, 0) of each state, and K = H - V, in the model's own units.
func (m *Model) Energies(s video.States) (k, v []float32, err error) {
	return energies(m.energyExec, s)
}
