package figures

import (
	"fmt"
	"math"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// Curriculum says in words where the curriculum is at a step, for a line of progress. Until the curriculum unrolls
// whole videos, the error of whole videos is hardly better than that of the mean frame.
func Curriculum(params runs.Params, v video.Shape, step int) string {
	text := ""
	stages := unrolls(params, v)
	whole := stages[len(stages)-1].frames
	for _, s := range stages {
		if step < s.until && s.frames < whole {
			text = fmt.Sprintf("; unrolls ±%d of ±%d frames", s.frames, whole)
			break
		}
	}
	if at, sharpens := sharpening(params); sharpens && step >= at {
		text += "; sharpens"
	}
	return text
}

// stage gives the number of frames unrolled each way until a step.
type stage struct{ frames, until int }

// unrolls returns the curriculum of a run, whose last stage is the whole video. A model other than an HGN has only
// that stage.
func unrolls(params runs.Params, v video.Shape) []stage {
	p, ok := params.(hgn.Params)
	if !ok {
		return []stage{{v.Frames, params.Plan().Steps}}
	}
	all := p.Window(v)
	var out []stage
	for _, s := range p.Curriculum {
		if s.Unroll < all {
			out = append(out, stage{s.Unroll, s.End(p.Steps)})
		}
	}
	return append(out, stage{all, p.Steps})
}

// sharpening returns the step from which the decoder learns to draw single frames instead of their mean over the
// noise.
func sharpening(params runs.Params) (step int, sharpens bool) {
	p, ok := params.(hgn.Params)
	if !ok {
		return 0, false
	}
	return int(math.Ceil((1 - p.Sharpen) * float64(p.Steps))), p.Sharpen > 0
}

// CurriculumMarks marks, on the axis of steps, where a new stage of the curriculum begins.
func CurriculumMarks(params runs.Params, v video.Shape) []plots.Mark {
	stages := unrolls(params, v)
	var out []plots.Mark
	for i, s := range stages[1:] {
		out = append(out, plots.Mark{At: float64(stages[i].until), Label: fmt.Sprintf("±%d frames", s.frames)})
	}
	if at, sharpens := sharpening(params); sharpens && at > 0 {
		out = append(out, plots.Mark{At: float64(at), Label: "sharpens"})
	}
	return out
}
