package hgn

import (
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/refine"
	"hgn.local/gomlx_models/video"
)

// Refine improves states at the anchor by fitting each to the frames that the encoder sees, see refine.Fit.
func (m *Model) Refine(v video.Clips, s video.States, iterations int) (video.States, error) {
	return m.fitted().Refine(v, s, iterations)
}

// RefineTo is Refine to the frames first..end-1 alone, whatever the encoder sees. The states are still those at the
// anchor.
func (m *Model) RefineTo(v video.Clips, s video.States, first, end, iterations int) (video.States, error) {
	if first < 0 || end > v.Frames || first >= end {
		return video.States{}, params.Errorf("states cannot be fitted to the frames %d to %d of videos of %d", first+1, end, v.Frames)
	}
	f := m.fitted()
	f.First, f.End = first, end
	return f.Refine(v, s, iterations)
}

// fitted is the fit to the frames that the encoder sees.
func (m *Model) fitted() refine.Fit {
	return refine.Fit{Model: m, Anchor: m.Anchor(), End: m.Params.framesIn(m.Video), Fixed: m.fixed()}
}

// linearise predicts every frame from the states and from states displaced along each coordinate.
func (m *Model) linearise(v video.Clips, s video.States) ([]refine.Normal, error) {
	return m.fitted().Linearise(v, s)
}
