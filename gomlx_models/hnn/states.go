package hnn

import (
	"math"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// StatesModel is an HNN of true states, of variant "states", or the plain network of the same size, "baseline".
// NewStates makes one and the learner of NewStatesLearner trains it.
type StatesModel struct {
	Params Params
	Dim    int // coordinates of q, and of p

	backend               compute.Backend
	store                 *model.Store
	ratesExec, energyExec *model.Exec
	trajectory            *integrate.Trajectory
}

// NewStates makes an untrained model of a system with dim coordinates.
func NewStates(backend compute.Backend, p Params, dim int) (*StatesModel, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	if p.OfVideos() {
		return nil, params.Errorf("variant %s learns from videos: for a model of states choose %s or %s", p.Variant, States, Baseline)
	}
	if dim < 1 {
		return nil, params.Errorf("a system has at least 1 coordinate, not %d", dim)
	}
	in, err := integrate.ByName(p.Integrator)
	if err != nil {
		return nil, err
	}
	m := &StatesModel{Params: p, Dim: dim, backend: backend, store: fit.NewStore(p.Seed)}
	if m.ratesExec, err = model.NewExec(backend, m.store, func(scope *model.Scope, q, p *Node) (dq, dp *Node) {
		return phase.Field(m.hamiltonian(scope), phase.State{Q: q, P: p})
	}); err != nil {
		return nil, err
	}
	if m.energyExec, err = model.NewExec(backend, m.store, func(scope *model.Scope, q, p *Node) (k, v *Node) {
		return parts(m.hamiltonian(scope), phase.State{Q: q, P: p})
	}); err != nil {
		return nil, err
	}
	m.trajectory, err = integrate.NewTrajectory(backend, m.store, in, func(scope *model.Scope) phase.Dynamics { return m.hamiltonian(scope) }, trajectoryChunk)
	return m, err
}

// hamiltonian builds the learned H(q, p), or the form in which the baseline's field stands for one.
func (m *StatesModel) hamiltonian(scope *model.Scope) phase.Hamiltonian {
	if m.Params.Variant == Baseline {
		return plain(scope.At("field"), m.Params.EnergyHidden)
	}
	return perceptron(scope.At("hamiltonian"), asItIs, m.Params.EnergyHidden)
}

// Store returns the store that holds the parameters; package training saves and loads it.
func (m *StatesModel) Store() *model.Store { return m.store }

// Check fails unless the store holds every variable that the model's parameters ask for, in its shape.
func (m *StatesModel) Check() error {
	return fit.CheckVariables(m.store, func() error {
		_, err := m.Rates(video.NewStates(1, m.Dim))
		return err
	})
}

// Parameters counts the trainable numbers of a model that has been built or trained.
func (m *StatesModel) Parameters() int { return fit.Parameters(m.store) }

// Rates returns the learned (dq/dt, dp/dt) at each state.
func (m *StatesModel) Rates(s video.States) (video.States, error) {
	if err := m.fits(s); err != nil {
		return video.States{}, err
	}
	out := video.NewStates(s.N, s.D)
	return out, fit.Chunks(s.N, chunk, func(from, n int) error {
		r, err := m.ratesExec.Call(padded(s, from, n)...)
		if err != nil {
			return err
		}
		copy(out.Q[from*s.D:(from+n)*s.D], tensors.MustCopyFlatData[float32](r[0]))
		copy(out.P[from*s.D:(from+n)*s.D], tensors.MustCopyFlatData[float32](r[1]))
		return nil
	})
}

// Rollout integrates the learned field from s over steps intervals of dt and returns the steps+1 states, s first. A
// negative dt runs time backwards.
func (m *StatesModel) Rollout(s video.States, dt float64, steps int) ([]video.States, error) {
	if err := m.fits(s); err != nil {
		return nil, err
	}
	return rollout(m.trajectory, s, dt, steps, 1)
}

// Energies returns the learned energy at rest V = H(q, 0) of each state, and K = H - V. It fails for a baseline,
// which has no energy.
func (m *StatesModel) Energies(s video.States) (k, v []float32, err error) {
	if m.Params.Variant == Baseline {
		return nil, nil, params.Errorf("a plain network has no energy: choose variant %s", States)
	}
	if err := m.fits(s); err != nil {
		return nil, nil, err
	}
	return energies(m.energyExec, s)
}

func (m *StatesModel) fits(s video.States) error {
	if s.D != m.Dim {
		return params.Errorf("the model is of states with %d coordinates, these have %d", m.Dim, s.D)
	}
	return nil
}

// rollout integrates a trajectory with every interval of dt split into equal steps.
func rollout(t *integrate.Trajectory, s video.States, dt float64, steps, split int) ([]video.States, error) {
	if dt == 0 || math.IsNaN(dt) || math.IsInf(dt, 0) {
		return nil, params.Errorf("dt must be a finite number other than 0, not %g", dt)
	}
	start := s.Clone()
	q := tensors.FromFlatDataAndDimensions(start.Q, s.N, s.D)
	p := tensors.FromFlatDataAndDimensions(start.P, s.N, s.D)
	qs, ps, err := t.Run(q, p, tensors.FromScalar(float32(dt/float64(split))), steps*split)
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

// energies runs a program that computes parts.
func energies(exec *model.Exec, s video.States) (k, v []float32, err error) {
	k, v = make([]float32, s.N), make([]float32, s.N)
	return k, v, fit.Chunks(s.N, chunk, func(from, n int) error {
		r, err := exec.Call(padded(s, from, n)...)
		if err != nil {
			return err
		}
		copy(k[from:from+n], tensors.MustCopyFlatData[float32](r[0]))
		copy(v[from:from+n], tensors.MustCopyFlatData[float32](r[1]))
		return nil
	})
}

// padded makes tensors [chunk, d] of q and p for n states from number from on; the remaining rows are zero.
func padded(s video.States, from, n int) []any {
	tensor := func(flat []float32) *tensors.Tensor {
		x := make([]float32, chunk*s.D)
		copy(x, flat[from*s.D:(from+n)*s.D])
		return tensors.FromFlatDataAndDimensions(x, chunk, s.D)
	}
	return []any{tensor(s.Q), tensor(s.P)}
}
