package hgn

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/video"
)

// Friction removes momentum at a rate c, the same for every coordinate: dp/dt = -∂H/∂q - c p, see phase.Damped. In
// all coordinates in which K = |p|²/2 this means the same; a rate for each coordinate would not. The model learns a
// root r with
//
//	c = r² / T    T the length of a video
//
// so that r = 1 removes most of the kinetic energy within a video, and r can reach 0. A video shown backwards has -c.
const noFriction = "none"

const (
	initialRoot = 0.5
	rootPath    = "/friction/root" // r
	keptPath    = "/friction/kept" // 1, or 0 if friction=auto has found none
)

// friction returns c as a scalar of the graph and dtype of like, or 0 if the model has none.
func (m *Model) friction(scope *model.Scope, like *Node) *Node {
	g, dtype := like.Graph(), like.DType()
	if m.Params.Friction == noFriction {
		return ScalarZero(g, dtype)
	}
	scope = scope.At("friction")
	root := nets.WeightWithValues(scope, g, dtype, "root", []float64{initialRoot})
	kept := scope.VariableWithValue("kept", float32(1)).SetTrainable(false).NodeValue(g)
	return MulScalar(Mul(Square(root), ConvertDType(kept, dtype)), 1/m.length())
}

// length returns the duration of a video.
func (m *Model) length() float64 { return m.Video.Dt * float64(m.Video.Frames-1) }

// Damping returns the learned rate c of friction, in 1/time, or 0 if the model has none.
func (m *Model) Damping() (float64, error) {
	c, err := m.frictionExec.Call1(float32(0))
	if err != nil {
		return 0, err
	}
	return float64(tensors.ToScalar[float32](c)), nil
}

// setDamping sets the rate to c.
func (m *Model) setDamping(c float64) error {
	return m.store.GetVariable(rootPath).SetValue(nets.Tensor(dtypes.Float32, []float64{math.Sqrt(c * m.length())}))
}

// HasFriction tells whether the model has friction. With friction=auto the training decides that.
func (m *Model) HasFriction() (bool, error) {
	if m.Params.Friction == noFriction {
		return false, nil
	}
	if _, err := m.Damping(); err != nil { // creates the variables
		return false, err
	}
	kept, err := m.store.GetVariable(keptPath).Value()
	return err == nil && tensors.ToScalar[float32](kept) != 0, err
}

// Friction=auto learns a rate, and decides at the share decideAt of the steps whether to keep it, from videos that
// training does not see, so that the rest of the training uses the decision. It keeps the rate if these videos are
// predicted worse without it by leastEvidence standard errors.
const (
	decideAt      = 0.6
	leastEvidence = 3.0
	leastVideos   = 100 // a tenth of them is held out
	mostHeldOut   = 100
)

// holdOut splits off the videos from which friction=auto decides.
func holdOut(v video.Clips) (learnt, held video.Clips, err error) {
	if v.N < leastVideos {
		return v, held, params.Errorf("friction=auto decides by a tenth of the videos, for which %d are too few: give %d, or set friction=learned or none", v.N, leastVideos)
	}
	n := min(mostHeldOut, v.N/10)
	ids := make([]int, n)
	for i := range ids {
		ids[i] = v.N - n + i
	}
	held, err = v.Load(ids...)
	return v.Part(0, v.N-n), held, err
}

// Step does training step number step, counted from 0.
func (l *Learner) Step(step int) (fit.Losses, error) {
	if l.model.Params.Friction == "auto" && step == int(decideAt*float64(l.model.Params.Steps)) {
		if err := l.decide(); err != nil {
			return nil, err
		}
	}
	return l.Learner.Step(step)
}

// decide drops friction if it does not improve the prediction of the held-out videos.
func (l *Learner) decide() error {
	p, err := l.model.ProfileDamping(l.heldOut)
	if err != nil || p.Evidence > leastEvidence {
		return err
	}
	return l.model.store.GetVariable(keptPath).SetValue(tensors.FromScalar(float32(0)))
}

// validateFriction refuses friction with dynamics in which it need not remove energy.
func (p Params) validateFriction() error {
	switch {
	case p.Friction == noFriction:
	case p.Hamiltonian == "joint":
		return params.Errorf("friction=%s needs a kinetic energy that grows with the momentum, which hamiltonian=joint need not have: choose separable or metric", p.Friction)
	case p.Hamiltonian != "metric" && p.Kinetic == "mlp":
		return params.Errorf("friction=%s needs a kinetic energy that grows with the momentum, as kinetic=mlp need not do: choose quadratic or even", p.Friction)
	}
	return nil
}
