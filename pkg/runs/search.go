package runs

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/progress"
)

// SearchFile is the file in which a run keeps the search for its latent.
const SearchFile = "search.json"

// The latents that training resolves: by a search, or from the shape of the frames alone.
const (
	searchLatent = "search"
	shapeLatent  = "shape"
)

// candidates lists the latents that a search tries, the smallest first.
var candidates = []string{"line", "circle", "line*2", "circle,line", "circle*2", "line*4"}

// A Search describes how the latent of a run was chosen. Every candidate is trained briefly on the first Frames
// frames of the training videos. Its score is its error in predicting the pixels of the later frames of test videos,
// noise included. Among the candidates whose interval overlaps that of the best, the one with the fewest parameters
// wins. The frames that a candidate saw cannot decide, because any latent that is large enough draws them well.
//
// A brief training favours latents with room to spare, which learn sooner and not better. So the best few, those within
// finalistFactor of the best, are trained for as many steps as the run if there are several, and what they reach then
// decides.
//
// If the latent comes from the shape of the frames, nothing is trained, and it is the only candidate.
type Search struct {
	Frames     int         `json:"frames"`     // number of frames on which candidates are trained, and from which states are inferred
	Of         int         `json:"of"`         // frames of a video
	Steps      int         `json:"steps"`      // of a candidate's training
	Dimension  *float64    `json:"dimension"`  // intrinsic, of the training videos' frames; null if there are too few
	Loops      int         `json:"loops"`      // of the surface that these frames form
	Candidates []Candidate `json:"candidates"` // in the order in which they are tried
	Chosen     string      `json:"chosen,omitempty"`
}

// A Candidate is one latent of a Search.
type Candidate struct {
	Latent     string            `json:"latent"`
	Score      *metrics.Estimate `json:"score"`                // pixel error of the frames after the clip, over test videos; null without a score
	Long       *metrics.Estimate `json:"score_long,omitempty"` // the same after the run's number of steps; of finalists only
	Seconds    float64           `json:"seconds,omitempty"`    // of both trainings
	Parameters int               `json:"parameters,omitempty"`
	Note       string            `json:"note,omitempty"` // why it has no score
}

// done tells whether the candidate needs no more work.
func (c Candidate) done() bool { return c.Score != nil || c.Note != "" }

// Search returns the search that chose or is choosing the run's latent.
func (r *Run) Search() (*Search, error) {
	text, err := os.ReadFile(filepath.Join(r.Dir, SearchFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, badinput.Errorf("no latent was searched for the run in %s: train one with latent=search or latent=shape", r.Dir)
	} else if err != nil {
		return nil, err
	}
	s := &Search{}
	if err := json.Unmarshal(text, s); err != nil {
		return nil, badinput.Errorf("%s in %s is damaged (%v): remove it, and the search is made again", SearchFile, r.Dir, err)
	}
	return s, nil
}

func (r *Run) keepSearch(s *Search) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(filepath.Join(r.Dir, SearchFile), append(text, '\n'))
}

// choose returns the latent that wins by score, or "" if there are no scores. Scores after long trainings decide if
// there are any.
func (s *Search) choose() string {
	score := func(c Candidate) *metrics.Estimate { return c.Score }
	if slices.ContainsFunc(s.Candidates, func(c Candidate) bool { return c.Long != nil }) {
		score = func(c Candidate) *metrics.Estimate { return c.Long }
	}
	best := -1
	for i, c := range s.Candidates {
		if score(c) != nil && (best < 0 || score(c).Mean < score(s.Candidates[best]).Mean) {
			best = i
		}
	}
	if best < 0 {
		return ""
	}
	least := s.Candidates[best]
	reach := score(least).Mean + half(score(least))
	for _, c := range s.Candidates {
		if score(c) != nil && score(c).Mean-half(score(c)) <= reach && c.Parameters < least.Parameters {
			least = c
		}
	}
	return least.Latent
}

// finalistFactor is how many times the error of the best a candidate may have after its brief training to stay in, and
// mostFinalists how many may.
const finalistFactor, mostFinalists = 3, 3

// finalists returns the indices of the best candidates if they are close and a longer training could turn them round,
// and none otherwise. longest is the number of steps of the run.
func (s *Search) finalists(longest int) []int {
	var order []int
	for i, c := range s.Candidates {
		if c.Score != nil {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.Candidates[a].Score.Mean, s.Candidates[b].Score.Mean) })
	if longest <= s.Steps {
		return nil
	}
	n := 0
	for n < min(len(order), mostFinalists) && s.Candidates[order[n]].Score.Mean <= finalistFactor*s.Candidates[order[0]].Score.Mean {
		n++
	}
	if n < 2 {
		return nil
	}
	return order[:n]
}

// half returns half the width of an interval, or 0 if that is unknown.
func half(e *metrics.Estimate) float64 {
	if math.IsNaN(e.Half) {
		return 0
	}
	return e.Half
}

// Table shows the candidates, one a line.
func (s *Search) Table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-12s %22s %18s %12s %8s", "latent", "error after, x 1e4", "in full", "parameters", "time")
	for _, c := range s.Candidates {
		fmt.Fprintf(&b, "\n%-12s ", c.Latent)
		switch {
		case c.Score != nil:
			fmt.Fprintf(&b, "%22s %18s %12d %8s", ErrorText(c.Score), ErrorText(c.Long), c.Parameters, progress.Duration(time.Duration(c.Seconds*float64(time.Second))))
		case c.Note != "":
			b.WriteString(c.Note)
		default:
			b.WriteString("not tried yet")
		}
		if c.Latent == s.Chosen {
			b.WriteString("  <- chosen")
		}
	}
	return b.String()
}

// ErrorText writes a pixel error in units of 1e-4, or nothing if it is nil.
func ErrorText(e *metrics.Estimate) string {
	if e == nil {
		return ""
	}
	return fmt.Sprintf("%.2f ± %.2f", 1e4*e.Mean, 1e4*e.Half)
}

// suggested returns the latent for a surface of m dimensions with that many loops: circles if it is a circle or a
// product of circles, and lines otherwise, since a ring or a tube lies in a space of its own dimension.
func suggested(m, loops int) string {
	if loops >= m {
		return hgn.FormatLatent(slices.Repeat([]string{physics.Circle}, m))
	}
	return hgn.FormatLatent(slices.Repeat([]string{physics.Line}, m))
}

// proposed lists the candidates, first the one that the shape of the frames suggests. A surface of m dimensions fits
// into 2m (Whitney 1944), so larger latents are not tried. Neither are latents of several circles that have more
// circles than there are loops: one circle too many does no harm, as an arc of it is a line.
func proposed(dimension float64, loops int) []Candidate {
	m := wholeDimension(dimension)
	unlike := func(latent string) int {
		if latent == suggested(m, loops) {
			return -1
		}
		dim, circles := coordinates(latent)
		return 4*max(dim-m, m-dim) + max(circles-loops, loops-circles)
	}
	order := slices.Clone(candidates)
	slices.SortStableFunc(order, func(a, b string) int { return unlike(a) - unlike(b) })
	var out []Candidate
	for _, latent := range order {
		c := Candidate{Latent: latent}
		if dim, circles := coordinates(latent); dim > 2*m || circles > max(1, loops) {
			c.Note = fmt.Sprintf("not tried: the frames have %.1f dimensions and %d loops", dimension, loops)
		}
		out = append(out, c)
	}
	return out
}

// mostDimensions bounds the latent from the shape of frames, and unknownDimensions is its size without an estimate.
const mostDimensions, unknownDimensions = 8, 2

// wholeDimension rounds an estimate of the dimension to a whole number.
func wholeDimension(dimension float64) int {
	if math.IsNaN(dimension) {
		return unknownDimensions
	}
	return min(max(1, int(math.Round(dimension))), mostDimensions)
}

// coordinates returns the number of coordinates of a latent, and of circles among them.
func coordinates(latent string) (dim, circles int) {
	l, err := hgn.ParseLatent(latent)
	if err != nil {
		return 0, 0
	}
	return l.Dim(), l.Circles()
}
