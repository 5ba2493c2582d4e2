package table

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"hgn.local/pkg/metrics"
	"hgn.local/pkg/runs"
)

// Beyond lists what the paper shows in pictures only, or not at all, run by run.
type Beyond struct {
	Title string   `json:"title"`
	Runs  []Extras `json:"runs"`
	Notes []string `json:"notes"`
}

// Extras are further measures of one run; see runs.Report. What needs the true system is nil for videos of the user's own.
type Extras struct {
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
	SyMetric          *metrics.SyMetric `json:"symetric"`
	ReversalError     *float64          `json:"reversal_error"`
	EnergyCorrelation *float64          `json:"energy_correlation"`
}

func beyond(entries []labelled) Beyond {
	b := Beyond{
		Title: "Beyond the paper: other directions and speeds of time, and the learned phase space",
		Notes: []string{
			"forward, backward, double and half speed: the error of rollouts from the first frame against the clean true trajectory, as a share of the mean frame's. " +
				"VPT: the valid prediction time of these rollouts, in frames, at most the length of a video.",
			"SyMetric: whether the learned states are the true ones in other canonical coordinates; R² of the best polynomial map, and its deviation from symplectic " +
				"(0 is symplectic). reversal: relative error of the state after as many steps back as forward. energy: rank correlation of the learned with the true one.",
		},
	}
	marked := false
	for _, l := range entries {
		r := l.Report
		marked = marked || l.short
		b.Runs = append(b.Runs, Extras{
			Run: l.Name, Model: l.model, Setting: l.setting, System: l.column.name, Seed: seedOf(l),
			Steps: r.Steps, Planned: r.Planned, Seconds: r.Seconds, Short: l.short,
			RolloutShare: r.RolloutShare, VPT: r.VPT, SyMetric: r.SyMetric,
			ReversalError: r.ReversalError, EnergyCorrelation: r.EnergyCorrelation,
		})
	}
	if marked {
		b.Notes = append(b.Notes, shortNote)
	}
	return b
}

// Text draws the list for a terminal, and Markdown as GitHub's Markdown.
func (b Beyond) Text() string     { return b.sheet().text() }
func (b Beyond) Markdown() string { return b.sheet().markdown() }

// sheet is how it looks: shares with the VPT below.
func (b Beyond) sheet() sheet {
	s := sheet{
		title:  b.Title,
		header: []string{"run", "model", "system", "seed", "trained", "forward", "backward", "double", "half", "SyMetric", "reversal", "energy"},
		left:   3, notes: b.Notes,
	}
	for _, e := range b.Runs {
		row := []string{e.Run, e.Model + "\n" + e.Setting, titles([]string{e.System})[0], strconv.FormatUint(e.Seed, 10), trained(e.Steps, e.Planned, e.Seconds, e.Short)}
		for _, of := range []func(*runs.Directions) float64{
			func(d *runs.Directions) float64 { return d.Forward },
			func(d *runs.Directions) float64 { return d.Backward },
			func(d *runs.Directions) float64 { return d.Double },
			func(d *runs.Directions) float64 { return d.Half },
		} {
			var lines []string
			if e.RolloutShare != nil {
				lines = append(lines, fmt.Sprintf("%.1f%%", 100*of(e.RolloutShare)))
			}
			if e.VPT != nil {
				lines = append(lines, fmt.Sprintf("VPT %.1f", of(e.VPT)))
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
