package runs

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"hgn.local/pkg/density"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/sheet"
)

// Measured is a *Report or a *DensityReport.
type Measured interface {
	Measures() []metrics.Measure
	about() Header
	notes() []string
}

func (h Header) about() Header { return h }

// nameWidth is the width of the longest name of a measure.
const nameWidth = 60

// Sheet returns a table of the measures, each beside the best possible value and the value of a model that knows
// nothing. A short sheet has the headlines only.
func Sheet(of Measured, short bool) sheet.Sheet {
	s := sheet.Sheet{Header: []string{"measure", "value", "unit", "best", "knows nothing"}, Left: 1, Words: nameWidth, Notes: of.notes()}
	for _, m := range of.Measures() {
		if short && !m.Headline {
			continue
		}
		unit := m.Unit.Name
		if !m.Known() && m.Missing != "" {
			unit = ""
		}
		s.Rows = append(s.Rows, []string{indented(m.Name), m.Text(), unit, yardstick(m.Unit, m.Best), yardstick(m.Unit, m.Trivial)})
	}
	if short {
		s.Notes = s.Notes[:1]
	}
	if o, ok := of.(*Report); ok && o.Verdict != "" {
		s.Notes = append(s.Notes, o.Verdict)
	}
	return s
}

// SideBySide returns a table with a column for each of several models, with the given names, and a row for each of
// their measures.
func SideBySide(names []string, all ...Measured) sheet.Sheet {
	s := sheet.Sheet{Header: append([]string{"measure"}, names...), Left: 1, Words: nameWidth}
	rows := map[string]int{}
	row := func(key, name string) []string {
		if _, ok := rows[key]; !ok {
			rows[key] = len(s.Rows)
			s.Rows = append(s.Rows, append([]string{indented(name)}, make([]string, len(all))...))
		}
		return s.Rows[rows[key]][1:]
	}
	order := make([]int, len(all)) // the one with the most measures lays out the rows
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(all[b].Measures()) - len(all[a].Measures()) })
	for _, i := range order {
		of := all[i]
		h := of.about()
		row("model", "model")[i] = strings.ToUpper(h.Model)
		if d, ok := of.(*DensityReport); ok {
			row("target", "target")[i] = density.ShortName(d.Target)
		}
		for _, m := range of.Measures() {
			name := m.Name
			if m.Unit.Name != "" {
				name += ", " + m.Unit.Name
			}
			row(m.Key, name)[i] = m.Text()
			if m.Key == "nll" && !math.IsNaN(m.Best) {
				row("entropy", "  of the target itself, "+m.Unit.Name)[i] = m.Unit.Format(m.Best)
			}
		}
	}
	for i, of := range all {
		row("parameters", "parameters")[i] = fmt.Sprint(of.about().Parameters)
		row("training", "training")[i] = seconds(of.about().Seconds)
	}
	s.Notes = all[order[0]].notes()[:1]
	return s
}

// indented keeps the indentation of a name in Markdown.
func indented(name string) string {
	rest := strings.TrimLeft(name, " ")
	return strings.Repeat("\u00a0", len(name)-len(rest)) + rest
}

// yardstick formats the number with which a measure is compared.
func yardstick(u metrics.Unit, x float64) string {
	switch v := u.Scale * x; {
	case math.IsNaN(v):
		return ""
	case v == math.Trunc(v):
		return fmt.Sprint(v)
	}
	return u.Format(x)
}

func seconds(s float64) string {
	return time.Duration(s * float64(time.Second)).Round(time.Second).String()
}

// About says in a line which model was trained and for how long.
func (h Header) About() string {
	parts := []string{h.Model, "preset " + h.Preset}
	for _, p := range []struct{ name, value string }{{"latent ", h.Latent}, {"K ", h.Kinetic}, {"", h.Integrator}} {
		if p.value != "" {
			parts = append(parts, p.name+p.value)
		}
	}
	trained := fmt.Sprintf("%d of %d steps in %s on %s", h.Steps, h.Planned, seconds(h.Seconds), h.Backend)
	if h.Ended > 0 {
		trained += fmt.Sprintf(", chosen of %d by held-out data, which are among those that are measured here: the figures are a little too good", h.Ended)
	}
	if h.StepSeconds > 0 {
		trained += fmt.Sprintf(", of which steps %s", seconds(h.StepSeconds))
	}
	if h.Restarts > 0 {
		trained += fmt.Sprintf(", after %d restarts", h.Restarts)
	}
	return fmt.Sprintf("%s, seed %d, %d parameters; %s", strings.Join(parts, ", "), h.Seed, h.Parameters, trained)
}

func (o *Report) notes() []string {
	if o.States != nil {
		return []string{fmt.Sprintf("Rollouts of %d test trajectories from their true first states.", o.TestTrajectories), o.About() + "."}
	}
	first := fmt.Sprintf("%d test and %d training trajectories. Pixel errors are mean squares of values in [0, 1]; what knows nothing shows the mean frame always. "+
		"±: half of the 95%% interval over the test trajectories.", o.TestTrajectories, o.TrainTrajectories)
	if o.NoiseFloorMSE != nil && o.IrreducibleMSE != nil {
		first += fmt.Sprintf(" Best is what the true states reach when the noise cannot be predicted, with the blur that it makes of a disc; drawn sharp they give %s, the noise floor.",
			metrics.PixelError.Format(*o.NoiseFloorMSE))
	}
	var more string
	if o.Rollout != nil {
		more = fmt.Sprintf("Rollouts start at the first frame, forecasts at the last (of %d trajectories), and both are compared with the true trajectory without noise, as shares of the mean frame's error. "+
			"Best is who knows the physics and has fitted a state to equally noisy positions in the frames that the model sees; for a time, what knows nothing is the first frame for ever. ", min(o.TestTrajectories, forecastTrajectories))
	}
	if o.RolloutShareEncoder != nil {
		more += "By the encoder alone: with states as it infers them in one pass, which is the paper's inference; otherwise each state is refined by fitting it to its video, with the model as it is. "
	}
	if o.Formula != nil {
		more += fmt.Sprintf("The learned potential: %s (%s). ", o.Formula.Text, o.Formula.Form)
	}
	return []string{first, more + o.About() + "."}
}

func (o *DensityReport) notes() []string {
	if o.WeightedPoints > 0 && o.TestPoints == 0 {
		return []string{"Best is the right value, if it is known; ±: half of the 95% interval.", o.About() + "."}
	}
	text := fmt.Sprintf("Over %d points that no training has seen; ±: half of the 95%% interval.", o.TestPoints)
	if o.Momenta > 0 {
		text += fmt.Sprintf(" The likelihood of an NHF is estimated from %d momenta a point, which makes the NLL too high rather than too low.", o.Momenta)
	}
	if o.Entropy != nil {
		text += " Best is the mean of −log p of the target itself over these points: no model can be expected to have less."
	}
	return []string{text, o.About() + "."}
}
