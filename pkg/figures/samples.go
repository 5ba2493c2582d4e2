package figures

import (
	"context"
	"fmt"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// Samples describes states that a model generates and rolls out.
type Samples struct {
	N         int
	Seed      uint64
	Posterior bool    // see DrawStates
	Dt        float64 // time step of the rollouts, negative for backward in time
	Steps     int     // length of the rollouts
}

// DefaultSamples is the default number of samples in a picture.
const DefaultSamples = 6

const mostDreams = 20

// Generative is a model of videos that can draw states.
type Generative interface {
	video.Model
	Prior(n int, seed uint64) (video.States, error)
	Posterior(v video.Clips, n int, seed uint64) (video.States, error)
}

// posteriorVideos is the number of training videos to which the posterior is fitted.
const posteriorVideos = 1000

// DrawStates draws n states from the model's prior, or from the posterior of training videos, a Gaussian fitted to their
// latents. The prior matches the latents only as well as the KL term of the training enforced it.
func DrawStates(ctx context.Context, m Generative, data runs.Source, posterior bool, n int, seed uint64) (video.States, error) {
	if !posterior {
		return m.Prior(n, seed)
	}
	seen, err := data.Sample(ctx, posteriorVideos)
	if err != nil {
		return video.States{}, err
	}
	return m.Posterior(runs.Videos(seen), n, seed)
}

// Samples shows videos that the model generates (Toth et al. 2020, Figure 8), as film strips and as an animation.
func (r *Run) Samples(o Samples) (strip, moving *plots.Picture, err error) {
	m, err := r.generative()
	if err != nil {
		return nil, nil, err
	}
	if o.N < 1 || o.N > mostDreams {
		return nil, nil, mistake("a picture shows 1 to %d samples, not %d", mostDreams, o.N)
	}
	if err := checkSteps(o.Steps, o.N); err != nil {
		return nil, nil, err
	}
	states, err := DrawStates(context.Background(), m, r.Data, o.Posterior, o.N, o.Seed)
	if err != nil {
		return nil, nil, err
	}
	dreamt, err := films(m, states, o.Dt, o.Steps)
	if err != nil {
		return nil, nil, err
	}
	for i := range dreamt {
		dreamt[i].Label = fmt.Sprintf("sample %d", i)
	}
	from := "the prior, N(0, 1)"
	if o.Posterior {
		from = "where the training videos are"
	}
	shape, err := r.Data.Shape()
	if err != nil {
		return nil, nil, err
	}
	title := fmt.Sprintf("Samples from %s; dt = %s", from, Number(o.Dt))
	strip, err = plots.FilmStrip(plots.Strip{Title: title, Size: shape.Size, Times: Times(o.Steps+1, o.Dt), MaxFrames: manyRows}, dreamt...)
	if err != nil {
		return nil, nil, err
	}
	moving, err = plots.AnimateGIF(plots.Animation{
		Size: shape.Size, Columns: columns(o.N), Delay: frameDelay, Colours: 32, Zoom: max(1, 64/shape.Size),
	}, dreamt...)
	return strip, moving, err
}

// columns arranges n films in rows of at most eight, as even as possible.
func columns(n int) int {
	rows := (n + 7) / 8
	return (n + rows - 1) / rows
}
