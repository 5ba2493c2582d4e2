package table

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"hgn.local/pkg/metrics"
	"hgn.local/pkg/runs"
)

// RolloutTable lists what the paper shows in pictures only, or not at all, run by run.
type RolloutTable struct {
	Title string       `json:"title"`
	Runs  []RolloutRow `json:"runs"`
	Notes []string     `json:"notes"`
}

// RolloutRow are further measures of one run; see runs.Report. What needs the true system is nil for videos of the user's own.
type RolloutRow struct {
	Run               string            `json:"run"`
	Model             string            `json:"model"`
	Setting           string            `json:"setting"`
	System            string            `json:"system"`
	Seed              uint64            `json:"seed"`
	Steps             int               `json:"steps"`
	Planned           int               `json:"planned_steps"`
	Seconds           float64           `json:"seconds"` // of training
	Short             bool              `json:"short"`
	RolloutShare      *runs.Directions  `json:"rollout_share"` // of mean_frame_mse, against the clean truth
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
		if r == nil { // it failed
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
func (b RolloutTable) Text() string     { return b.sheet().text() }
func (b RolloutTable) Markdown() string { return b.sheet().markdown() }

// sheet is how it looks: shares with the VPT below.
func (b RolloutTable) sheet() sheet {
	s := sheet{
		title:  b.Title,
		header: []string{"run", "model", "system", "seed", "trained", "forward", "backward", "double", "half", "SyMetric", "reversal", "energy"},
		left:   3, notes: b.Notes,
	}
	for _, e := range b.Runs {
		row := []string{e.Run, e.Model + "\n" + e.Setting, titles([]string{e.System})[0], strconv.FormatUint(e.Seed, 10), trained(e.Steps, e.Planned, e.Seconds, e.Short)}
		for _, way := range []struct {
			of  func(*runs.Directions) float64
			off func(*runs.Intervals) metrics.Estimate
		}{
			{func(d *runs.Directions) float64 { return d.Forward }, func(i *runs.Intervals) metrics.Estimate { return i.Forward }},
			{func(d *runs.Directions) float64 { return d.Backward }, func(i *runs.Intervals) metrics.Estimate { return i.Backward }},
			{func(d *runs.Directions) float64 { return d.Double }, func(i *runs.Intervals) metrics.Estimate { return i.Double }},
			{func(d *runs.Directions) float64 { return d.Half }, func(i *runs.Intervals) metrics.Estimate { return i.Half }},
		} {
			half := func(in *runs.Intervals, scale float64) string {
				if in == nil {
					return ""
				}
				e := way.off(in).Times(scale)
				if s := interval(&e, format('f', 1)); s != "" {
					return " " + s
				}
				return ""
			}
			var lines []string
			if e.RolloutShare != nil {
				lines = append(lines, fmt.Sprintf("%.1f%s%%", 100*way.of(e.RolloutShare), half(e.RolloutInterval, 100)))
			}
			if e.VPT != nil {
				lines = append(lines, fmt.Sprintf("VPT %.1f%s", way.of(e.VPT), half(e.VPTInterval, 1)))
			}
			row = append(row, strings.Join(lines, "\n"))
		}
		symetric, correlation := "", ""
		if y := e.SyMetric; y != nil {
			symetric = fmt.Sprintf("%s\nR² %.3f, %.4f", map[bool]string{true: "holds", false: "fails"}[y.Holds], y.R2, y.Symplecticity)
		}
		if e.EnergyCorrelation != nil {
			correlation = fmt.Sprintf("%.3f", *e.EnergyCorrelation)
		}
		s.rows = append(s.rows, append(row, symetric, scientific(e.ReversalError), correlation))
	}
	return s
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

// scientific writes a small number, or nothing where there is none.
func scientific(x *float64) string {
	if x == nil {
		return ""
	}
	return fmt.Sprintf("%.1e", *x)
}
