package notebook

import (
	"fmt"

	"hgn.local/pkg/runs"
	"hgn.local/pkg/sheet"
)

// Search shows how the latent of a run was chosen: every candidate with the error of its predictions of the frames after those
// that it has seen.
func Search(run *Run) {
	cell(func() error {
		if err := run.ofVideos(); err != nil {
			return err
		}
		s, err := run.Run.Search()
		if err != nil {
			return err
		}
		markdownDisplay()(searchSheet(s).Markdown())
		return nil
	})
}

func searchSheet(s *runs.Search) sheet.Sheet {
	out := sheet.Sheet{Header: []string{"latent", "error of the frames after, × 10⁻⁴", "in full", "parameters", "training"}, Left: 1}
	long := false
	for _, c := range s.Candidates {
		row := []string{c.Latent, c.Note, "", "", ""}
		if c.Score != nil {
			row = []string{c.Latent, runs.ErrorText(c.Score), runs.ErrorText(c.Long), fmt.Sprint(c.Parameters), brief(seconds(c.Seconds))}
		}
		long = long || c.Long != nil
		if c.Latent == s.Chosen {
			row[0] += " (chosen)"
		}
		out.Rows = append(out.Rows, row)
	}
	out.Notes = []string{fmt.Sprintf("Each candidate was trained for %d steps on the first %d of %d frames, and predicts the others of test videos. "+
		"Of those whose intervals meet that of the best, the smallest is chosen.", s.Steps, s.Frames, s.Of)}
	if long {
		out.Notes = append(out.Notes, "The best were close, and were trained in full before the choice.")
	}
	return out
}
