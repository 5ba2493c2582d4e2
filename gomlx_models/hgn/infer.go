package hgn

import (
	"slices"

	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/video"
)

// Anchor returns the index of the frame whose state Infer returns.
func (m *Model) Anchor() int { return m.Params.anchor(m.Video) }

// Infer returns the state at the anchor of each video: the encoder's estimate, improved by Params.Refine steps.
func (m *Model) Infer(v video.Clips) (video.States, error) {
	s, err := m.Encode(v)
	if err != nil || m.Params.Refine == 0 {
		return s, err
	}
	out := video.NewStates(s.N, s.D)
	return out, fit.Chunks(v.N, inferChunk, func(from, n int) error {
		r, err := m.Refine(v.Part(from, n), s.Part(from, n), m.Params.Refine)
		copy(out.Q[from*s.D:], r.Q)
		copy(out.P[from*s.D:], r.P)
		return err
	})
}

// Encode returns the state at the anchor of each video by the encoder and f_psi, without refinement: f_psi of the
// mean of q(z|x) or, for a convolutional model, the mean of f_psi over q(z|x), see expected.
func (m *Model) Encode(v video.Clips) (video.States, error) {
	if !m.nets.wide() || m.Params.Deterministic {
		z, err := m.latents(v)
		if err != nil {
			return video.States{}, err
		}
		s, err := m.anchored(z, v.N)
		if err != nil {
			return video.States{}, err
		}
		return m.Give(v, s)
	}
	out := video.NewStates(v.N, m.latent.Dim())
	inputs := []any{nil}
	for _, noise := range m.inferenceNoise() {
		inputs = append(inputs, noise)
	}
	return out, m.eachChunk(v, func(from, n int, seen *tensors.Tensor) error {
		inputs[0] = seen
		r, err := m.inferExec.Call(inputs...)
		if err != nil {
			return err
		}
		copy(out.Q[from*out.D:(from+n)*out.D], tensors.MustCopyFlatData[float32](r[0]))
		copy(out.P[from*out.D:(from+n)*out.D], tensors.MustCopyFlatData[float32](r[1]))
		return nil
	})
}

// latents returns the means of q(z|x), a flat [v.N, zDim].
func (m *Model) latents(v video.Clips) ([]float32, error) {
	d := m.nets.zDim()
	out := make([]float32, v.N*d)
	return out, m.eachChunk(v, func(from, n int, seen *tensors.Tensor) error {
		r, err := m.encodeExec.Call(seen)
		if err != nil {
			return err
		}
		copy(out[from*d:(from+n)*d], tensors.MustCopyFlatData[float32](r[0]))
		return nil
	})
}

// eachChunk calls f with the encoder's view of inferChunk videos at a time; only the first n, from index from on,
// count.
func (m *Model) eachChunk(v video.Clips, f func(from, n int, seen *tensors.Tensor) error) error {
	if err := v.Check(m.Video); err != nil {
		return err
	}
	return fit.Chunks(v.N, inferChunk, func(from, n int) error {
		some, rows := make([]int, n), make([]int, inferChunk)
		for i := range some {
			some[i] = from + i
		}
		for i := range rows {
			rows[i] = min(i, n-1)
		}
		loaded, err := v.Load(some...)
		if err != nil {
			return err
		}
		return f(from, n, video.Pool(loaded, m.Params.Pool).Tensor(rows, nil, m.Params.framesIn(m.Video)))
	})
}

// anchored maps z [n, zDim] through f_psi.
func (m *Model) anchored(z []float32, n int) (video.States, error) {
	out := video.NewStates(n, m.latent.Dim())
	return out, fit.Chunks(n, inferChunk, func(from, n int) error {
		r, err := m.stateExec.Call(padded(z, from, n, m.nets.zDim(), inferChunk))
		if err != nil {
			return err
		}
		copy(out.Q[from*out.D:(from+n)*out.D], tensors.MustCopyFlatData[float32](r[0]))
		copy(out.P[from*out.D:(from+n)*out.D], tensors.MustCopyFlatData[float32](r[1]))
		return nil
	})
}

// InferInitial is Infer, then RewindToFirst.
func (m *Model) InferInitial(v video.Clips) (video.States, error) {
	middle, err := m.Infer(v)
	if err != nil {
		return video.States{}, err
	}
	return m.RewindToFirst(middle)
}

// RewindToFirst integrates states at the anchor back to the first frame.
func (m *Model) RewindToFirst(anchored video.States) (video.States, error) {
	if m.Anchor() == 0 {
		return anchored, nil
	}
	back, err := m.Rollout(anchored, -m.Video.Dt, m.Anchor())
	if err != nil {
		return video.States{}, err
	}
	return back[m.Anchor()], nil
}

// RolloutFromAnchor integrates states at the anchor through every frame of their videos, both ways in time as in
// training, and returns the states at the first frame, the second, and so on. With a symmetric integrator this equals
// a rollout from the first of them; an integrator that time does not undo, such as Euler's, would err twice on the
// way back and forth.
func (m *Model) RolloutFromAnchor(anchored video.States) ([]video.States, error) {
	var states []video.States
	if anchor := m.Anchor(); anchor > 0 {
		back, err := m.Rollout(anchored, -m.Video.Dt, anchor)
		if err != nil {
			return nil, err
		}
		slices.Reverse(back)
		states = back[:anchor]
	}
	ahead := m.Video.Frames - 1 - m.Anchor()
	if ahead == 0 {
		return append(states, anchored), nil
	}
	forward, err := m.Rollout(anchored, m.Video.Dt, ahead)
	return append(states, forward...), err
}
