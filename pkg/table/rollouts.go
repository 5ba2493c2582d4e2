package table

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"hgn.local/pkg/metrics"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/sheet"
)

// RolloutTable lists, run by run, measures that the paper shows only in pictures, or not at all.
type RolloutTable struct {
	Title string       `json:"title"`
	Runs  []RolloutRow `json:"runs"`
	Notes []string     `json:"notes"`
}

// RolloutRow holds further measures of one run; see runs.Report. Measures that need the true system are nil for a
// user's own videos.
type RolloutRow struct {
	Run               string            `json:"run"`
	Model             string            `json:"model"`
	Setting           string            `json:"setting"`
	System            string            `json:"system"`
	Seed              uint64            `json:"seed"`
	Steps             int               `json:"steps"`
	Planned           int               `json:"planned_steps"`
	Seconds           float64           `json:"seconds"` // duration of training
	Short             bool              `json:"short"`
	RolloutShare      *runs.Directions  `json:"rollout_share"` // as a share of mean_frame_mse, against the clean truth
	VPT               *runs.Directions  `json:"vpt"`           // in frames
	RolloutInterval   *runs.Intervals   `json:"rollout_share_interval"`
	VPTInterval       *runs.Intervals   `json:"vpt_interval"`
	SyMetric          *metrics.SyMetric `json:"symetric"`
	ReversalError     *float64          `json:"reversal_error"`
	EnergyCorrelation *float64          `json:"energy_correlation"`
}

func beyond(entries []labelled) RolloutTable {
	b := RolloutTable{
		Title: "Beyond the paper: other directions and speeds of time, and the learned phase space",
		Notes: []string{
			"forward, backward, double and half speed: the error of rollouts from the first frame against the clean true trajectory, as a share of the mean frame's. " +
				"VPT: the valid prediction time of these rollouts, in frames, at most the length of a video. ±: half of the 95% interval of the mean over trajectories.",
			"SyMetric: whether the learned states are the true ones in other canonical coordinates; R² of the best polynomial map, and its deviation from symplectic " +
				"(0 is symplectic). reversal: relative error of the state after as many steps back as forward. energy: rank correlation of the learned with the true one.",
		},
	}
	marked := false
	for _, l := range entries {
		r := l.Report
		if r == nil { // the run failed
			continue
		}
		marked = marked || l.short
		b.Runs = append(b.Runs, RolloutRow{
			Run: l.Name, Model: l.model, Setting: l.setting, System: l.column.name, Seed: seedOf(l),
			Steps: r.Steps, Planned: r.Planned, Seconds: r.Seconds, Short: l.short,
			RolloutShare: r.RolloutShare, VPT: r.VPT, RolloutInterval: r.RolloutShareInterval, VPTInterval: r.VPTInterval, SyMetric: r.SyMetric,
			ReversalError: r.ReversalError, EnergyCorrelation: r.EnergyCorrelation,
		})
	}
	if marked {
		b.Notes = append(b.Notes, shortNote)
	}
	return b
}

// Text draws the list for a terminal, and Markdown as GitHub's Markdown.
func (b RolloutTable) Text() string     { return b.sheet().Text() }
func (b RolloutTable) Markdown() string { return b.sheet().Markdown() }

// sheet lays the list out as text: shares with the VPT below.
func (b RolloutTable) sheet() sheet.Sheet {
	s := sheet.Sheet{
		Title:  b.Title,
		Header: []string{"run", "model", "system", "seed", "trained", "forward", "backward", "double", "half", "SyMetric", "reversal", "energy"},
		Left:   3, Notes: b.Notes,
	}
	for _, e := range b.Runs {
		row := []string{e.Run, e.Model + "\n" + e.Setting, titles([]string{e.System})[0], strconv.FormatUint(e.Seed, 10), trained(e.Steps, e.Planned, e.Seconds, e.Short)}
		measured := labelled{Entry: Entry{Report: &runs.Report{RolloutShare: e.RolloutShare, RolloutShareInterval: e.RolloutInterval, VPT: e.VPT, VPTInterval: e.VPTInterval}}}
		for _, way := range []string{"forward", "backward", "double", "half"} {
			var lines []string
			if m := measured.measure("rollout_share." + way); m.Key != "" {
				lines = append(lines, m.Text()+m.Unit.Name)
			}
			if m := measured.measure("vpt." + way); m.Key != "" {
				lines = append(lines, "VPT "+m.Text())
			}
			row = append(row, strings.Join(lines, "\n"))
		}
		symetric, correlation := "", ""
		if y := e.SyMetric; y != nil {
			symetric = fmt.Sprintf("%s\nR² %.3f, %.4f", verdict(y), y.R2, y.Symplecticity)
		}
		if e.EnergyCorrelation != nil {
			correlation = fmt.Sprintf("%.3f", *e.EnergyCorrelation)
		}
		s.Rows = append(s.Rows, append(row, symetric, scientific(e.ReversalError), correlation))
	}
	return s
}

// verdict returns SyMetric's result in one word.
func verdict(s *metrics.SyMetric) string {
	switch {
	case s.Vacuous:
		return "vacuous"
	case s.Holds:
		return "holds"
	}
	return "fails"
}

// trained says how long a training took.
func trained(steps, planned int, seconds float64, short bool) string {
	text := fmt.Sprintf("%d steps", steps)
	if steps < planned {
		text = fmt.Sprintf("%d of %d steps", steps, planned)
	}
	if short {
		text += " " + shortMark
	}
	return text + "\n" + (time.Duration(seconds * float64(time.Second))).Round(time.Second).String()
}

// scientific writes a small number, or "" for nil.
func scientific(x *float64) string {
	if x == nil {
		return ""
	}
	return fmt.Sprintf("%.1e", *x)
}
