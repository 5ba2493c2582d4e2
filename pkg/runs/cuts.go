package runs

import (
	"fmt"
	"path/filepath"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
)

// FilmCut is a place at which a film jumps, see metrics.Cuts.
type FilmCut struct {
	Film  string  `json:"film,omitempty"` // its file or folder
	Video int     `json:"video"`          // its number
	Frame int     `json:"frame"`          // the first frame after the jump, counted from 0
	Jump  float64 `json:"jump"`           // in units of the film's usual unsteadiness
}

// String names the place.
func (c FilmCut) String() string {
	name := fmt.Sprintf("video %d", c.Video)
	if c.Film != "" {
		name = filepath.Base(c.Film)
	}
	return fmt.Sprintf("frame %d of %s", c.Frame, name)
}

// pictureCodes returns the codes of all frames, [video][frame][function], see metrics.PictureCode.
func pictureCodes(s *dataset.Dataset) [][][]float64 {
	out := make([][][]float64, s.N)
	video.Parallel(s.N, func(i int) {
		for t := range s.T {
			out[i] = append(out[i], metrics.PictureCode(s.Frame(i, t), s.Size))
		}
	})
	return out
}

// cutsIn returns the places at which the videos of a set jump, each once if clips of one film share it, and the number
// of trajectories with such a place. Videos that are no clips have numbers from first on.
func cutsIn(s *dataset.Dataset, codes [][][]float64, first int) (cuts []FilmCut, cut int) {
	seen, last := map[[2]int]bool{}, -1
	for _, c := range metrics.Cuts(codes) {
		if c.Video != last {
			cut, last = cut+1, c.Video
		}
		f, film := FilmCut{Video: first + c.Video, Frame: c.Frame, Jump: c.Jump}, c.Video
		if s.Clips != nil {
			film = s.Clips[c.Video].Video
			f.Video, f.Frame = film, s.Clips[c.Video].Start+c.Frame
		}
		if film < len(s.Films) {
			f.Film = s.Films[film]
		}
		if at := [2]int{f.Video, f.Frame}; !seen[at] {
			seen[at] = true
			cuts = append(cuts, f)
		}
	}
	return cuts, cut
}

// named lists the first of some cuts.
func named(cuts []FilmCut) string {
	const most = 5
	text := ""
	for i, c := range cuts[:min(most, len(cuts))] {
		switch {
		case i > 0 && i == len(cuts)-1:
			text += " and "
		case i > 0:
			text += ", "
		}
		text += c.String()
	}
	if len(cuts) > most {
		text += fmt.Sprintf(" and %d more", len(cuts)-most)
	}
	return text
}

// mostLookedAt bounds the number of frames among which cuts are looked for before a training, to some seconds.
const mostLookedAt = 200_000

// warnOfCuts says where films jump on which a training is about to begin.
func warnOfCuts(s *dataset.Dataset, say func(format string, args ...any)) {
	s = s.Subset(0, mostLookedAt/s.T+1)
	cuts, cut := cutsIn(s, pictureCodes(s), 0)
	if len(cuts) > 0 {
		say("the film seems to be cut at %s (frames are counted from 0), in %d of %d videos: no motion goes through a cut, so divide the film there, or leave these videos out", named(cuts), cut, s.N)
	}
}
