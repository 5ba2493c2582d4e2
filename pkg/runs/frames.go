package runs

import "hgn.local/gomlx_models/video"

// atOneCall is how many states a model draws in one call of its program, which pads fewer to about as many.
const atOneCall = 256

// stepFrames draws the states of a rollout, those of several steps at once where they are few.
type stepFrames struct {
	model  video.Model
	states []video.States
	from   int         // step of the first of frames
	frames [][]float32 // of the steps from from on
}

// at returns the frames of the states at a step. Steps are asked for in order.
func (d *stepFrames) at(step int) ([]float32, error) {
	if step < d.from+len(d.frames) {
		return d.frames[step-d.from], nil
	}
	end := min(step+max(1, atOneCall/d.states[0].N), len(d.states))
	all := video.States{D: d.states[0].D}
	for _, s := range d.states[step:end] {
		all.N += s.N
		all.Q, all.P = append(all.Q, s.Q...), append(all.P, s.P...)
	}
	pixels, err := d.model.Draw(all)
	if err != nil {
		return nil, err
	}
	d.from, d.frames = step, nil
	size := len(pixels) / (end - step)
	for k := range end - step {
		d.frames = append(d.frames, pixels[k*size:][:size])
	}
	return d.frames[0], nil
}
