package hgn

import (
	"fmt"
	"math"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// Model is an HGN with its parameters. New makes it, a Learner trains it, and Infer, Rollout, Decode and Energies use
// it.
type Model struct {
	Params Params
	Video  video.Shape

	backend    compute.Backend
	store      *model.Store
	latent     Latent
	nets       architecture
	integrator integrate.Integrator
	meanFrame  []float32 // mean of the training data's frames, in [0, 1]: an untrained decoder draws it

	encodeExec, stateExec, inferExec, decodeExec, energyExec, frictionExec *model.Exec
	trajectory                                                             *integrate.Trajectory
}

// inferChunk and decodeChunk are the batch sizes of the programs that encode and decode. The last chunk of a request
// is padded, so that no other size is compiled. A trajectory program, trajectoryChunk steps long, is compiled for
// every batch size of the requests.
const (
	inferChunk      = 50
	decodeChunk     = 150 // the states of an inferChunk and their displacements along one q and one p, see Refine
	trajectoryChunk = 30
)

// New makes an untrained model of videos like shape. Its decoder first draws meanFrame, the mean of the training
// data's frames in [0, 1]; nil means mid-grey. p.Latent must name a topology.
func New(backend compute.Backend, p Params, shape video.Shape, meanFrame []float32) (*Model, error) {
	if err := p.Validate(shape); err != nil {
		return nil, err
	}
	if p.Hamiltonian == AutoHamiltonian {
		p.Hamiltonian = "separable"
	}
	latent, err := ParseLatent(p.Latent)
	if err != nil {
		return nil, err
	}
	in, err := integrate.ByName(p.Integrator)
	if err != nil {
		return nil, err
	}
	if meanFrame != nil && len(meanFrame) != shape.Pixels() {
		return nil, fmt.Errorf("a mean frame of %d values does not fit %s", len(meanFrame), shape)
	}
	m := &Model{Params: p, Video: shape, backend: backend, latent: latent, integrator: in, meanFrame: meanFrame}
	m.nets = networks(m)
	if err := m.use(fit.NewStore(p.Seed)); err != nil {
		return nil, err
	}
	return m, nil
}

// use binds the model's programs to a store.
func (m *Model) use(store *model.Store) (err error) {
	m.store = store
	if m.encodeExec, err = model.NewExec(m.backend, store, func(scope *model.Scope, bytes *Node) []*Node {
		mean, std := m.nets.encoder(scope.At("encoder"), video.Seen(bytes))
		if std == nil {
			return []*Node{mean}
		}
		return []*Node{mean, std} // the Go backend fails on a graph that continues after its outputs
	}); err != nil {
		return err
	}
	if m.stateExec, err = model.NewExec(m.backend, store, func(scope *model.Scope, z *Node) (q, p *Node) {
		s, _ := m.nets.state(scope.At("f_psi"), z)
		return s.Q, s.P
	}); err != nil {
		return err
	}
	if m.inferExec, err = model.NewExec(m.backend, store, func(scope *model.Scope, in []*Node) []*Node {
		s := m.expected(scope, video.Seen(in[0]), in[1:])
		return []*Node{s.Q, s.P}
	}); err != nil {
		return err
	}
	if m.decodeExec, err = model.NewExec(m.backend, store, func(scope *model.Scope, q *Node) *Node {
		return m.nets.draw(scope.At("decoder"), q)
	}); err != nil {
		return err
	}
	if m.energyExec, err = model.NewExec(m.backend, store, func(scope *model.Scope, q, p *Node) (k, v *Node) {
		return parts(m.hamiltonian(scope), phase.State{Q: q, P: p})
	}); err != nil {
		return err
	}
	if m.frictionExec, err = model.NewExec(m.backend, store, func(scope *model.Scope, like *Node) *Node { return m.friction(scope, like) }); err != nil {
		return err
	}
	m.trajectory, err = integrate.NewTrajectory(m.backend, store, m.integrator, func(scope *model.Scope) phase.Dynamics { return m.dynamics(scope, nil) }, trajectoryChunk)
	return err
}

// Store holds the parameters; package training saves and loads it.
func (m *Model) Store() *model.Store { return m.store }

// Check fails unless the store holds every variable that the model's parameters need, in its shape: otherwise the
// store was loaded from another model.
func (m *Model) Check() error {
	return fit.CheckVariables(m.store, m.build)
}

// build runs every program once, which creates the missing variables.
func (m *Model) build() error {
	black := video.Clips{Shape: m.Video, N: 1, Pixels: make([]uint8, m.Video.Frames*m.Video.Pixels()), Given: make([]float32, m.latent.Constants())}
	if _, err := m.Encode(black); err != nil {
		return err
	}
	zero := video.NewStates(1, m.latent.Dim())
	if _, err := m.Decode(zero.Q); err != nil {
		return err
	}
	if !m.HasEnergy() {
		_, err := m.Rollout(zero, m.Video.Dt, 1)
		return err
	}
	if _, err := m.Damping(); err != nil {
		return err
	}
	_, _, err := m.Energies(zero)
	return err
}

// Latent returns the topology of the model's configuration space.
func (m *Model) Latent() Latent { return m.latent }

// Parameters returns the number of trainable values of a built or trained model.
func (m *Model) Parameters() int { return fit.Parameters(m.store) }

// reset gives every variable the initial value for seed, and clears the optimizer's variables.
func (m *Model) reset(seed uint64) error {
	fresh := *m
	fresh.nets = networks(&fresh)
	if err := fresh.use(fit.NewStore(seed)); err != nil {
		return err
	}
	if err := fresh.build(); err != nil {
		return err
	}
	m.store.SetParam(nets.SeedParam, seed)
	for v := range m.store.IterVariables() {
		value := tensors.FromShape(v.Shape())
		if initial := fresh.store.GetVariable(v.Path()); initial != nil {
			value = initial.MustValue()
		}
		if err := v.SetValue(value); err != nil {
			return err
		}
	}
	return nil
}

// Rollout integrates the learned H from s over steps intervals of dt and returns the steps+1 states, s first. A
// negative dt runs time backwards. If |dt| is longer than the interval between the training frames, Rollout splits an
// interval, so that no step is longer than in training.
func (m *Model) Rollout(s video.States, dt float64, steps int) ([]video.States, error) {
	if dt == 0 || math.IsNaN(dt) || math.IsInf(dt, 0) {
		return nil, params.Errorf("dt must be a finite number other than 0, not %g", dt)
	}
	if m.Params.Dynamics == "recurrent" && !wholeFrames(dt/m.Video.Dt) {
		return nil, video.NotApplicable(fmt.Sprintf("a model with dynamics=recurrent goes forwards from frame to frame: dt must be %g or a multiple of it, not %g", m.Video.Dt, dt))
	}
	split := max(1, int(math.Ceil(math.Abs(dt)/m.Video.Dt-1e-9)))
	q := tensors.FromFlatDataAndDimensions(append([]float32(nil), s.Q...), s.N, s.D)
	p := tensors.FromFlatDataAndDimensions(append([]float32(nil), s.P...), s.N, s.D)
	qs, ps, err := m.trajectory.Run(q, p, tensors.FromScalar(float32(dt/float64(split))), steps*split)
	if err != nil {
		return nil, err
	}
	allQ, allP := tensors.MustCopyFlatData[float32](qs), tensors.MustCopyFlatData[float32](ps)
	out, row := make([]video.States, steps+1), s.N*s.D
	for i := range out {
		at := i * split * row
		out[i] = video.States{N: s.N, D: s.D, Q: allQ[at:][:row], P: allP[at:][:row]}
	}
	return out, nil
}

// Decode draws the frames of n configurations: it maps q [n, d] to pixels [n, Size, Size, 3] in (0, 1).
func (m *Model) Decode(q []float32) ([]float32, error) {
	d, pixels := m.latent.Dim(), m.Video.Pixels()
	n := len(q) / d
	if len(q) != n*d {
		return nil, fmt.Errorf("%d numbers are no whole configurations of %d coordinates", len(q), d)
	}
	out := make([]float32, n*pixels)
	return out, fit.Chunks(n, decodeChunk, func(from, n int) error {
		r, err := m.decodeExec.Call(padded(q, from, n, d, decodeChunk))
		if err != nil {
			return err
		}
		copy(out[from*pixels:(from+n)*pixels], tensors.MustCopyFlatData[float32](r[0]))
		return nil
	})
}

// Draw decodes the states' positions.
func (m *Model) Draw(s video.States) ([]float32, error) { return m.Decode(s.Q) }

// Energies returns the learned kinetic and potential energy of each state, in the model's own units. For a joint H
// the potential energy is H(q, 0), and the kinetic energy is the rest.
func (m *Model) Energies(s video.States) (k, v []float32, err error) {
	if !m.HasEnergy() {
		return nil, nil, video.NotApplicable("a model with dynamics=" + m.Params.Dynamics + " has no energy: only one with dynamics=hamiltonian has")
	}
	k, v = make([]float32, s.N), make([]float32, s.N)
	return k, v, fit.Chunks(s.N, decodeChunk, func(from, n int) error {
		r, err := m.energyExec.Call(padded(s.Q, from, n, s.D, decodeChunk), padded(s.P, from, n, s.D, decodeChunk))
		if err != nil {
			return err
		}
		copy(k[from:from+n], tensors.MustCopyFlatData[float32](r[0]))
		copy(v[from:from+n], tensors.MustCopyFlatData[float32](r[1]))
		return nil
	})
}

// padded returns a tensor [size, d] with rows from..from+n of flat; the other rows are zero.
func padded(flat []float32, from, n, d, size int) *tensors.Tensor {
	x := make([]float32, size*d)
	copy(x, flat[from*d:(from+n)*d])
	return tensors.FromFlatDataAndDimensions(x, size, d)
}
