package notebook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// Measures shows how good the model is: what `hgn eval` measures, each number beside what it is to be compared with. They
// are computed once for a checkpoint and kept in the run's folder.
func Measures(run *Run) {
	cell(func() error {
		report, err := run.measured()
		if err != nil {
			return err
		}
		showMarkdown(table(report, false))
		return nil
	})
}

// Report is what Measures shows.
func (r *Run) Report() (report *runs.Report) {
	cell(func() (err error) {
		report, err = r.measured()
		return err
	})
	return report
}

// kept is the file of measures.
type kept struct {
	Checkpoint string       `json:"checkpoint"` // SHA-256 of the checkpoint that was measured
	Report     *runs.Report `json:"report"`
}

const measuresFile = "measures.json"

// measured is Report, from the folder or anew.
func (r *Run) measured() (*runs.Report, error) {
	path := filepath.Join(r.Dir, measuresFile)
	id, err := digest(filepath.Join(r.Dir, training.CheckpointFile))
	if err != nil {
		return nil, err
	}
	if text, err := os.ReadFile(path); err == nil {
		var k kept
		if json.Unmarshal(text, &k) == nil && k.Checkpoint == id && k.Report != nil {
			return k.Report, nil
		}
	}
	d, err := openDevice()
	if err != nil {
		return nil, err
	}
	report, err := r.Evaluate(context.Background(), d)
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(kept{id, report}, "", "  ")
	if err != nil { // a measure that is not a number has no JSON form: it is computed again next time
		return report, nil
	}
	return report, replace(path, append(text, '\n'))
}

// digest is the SHA-256 of a file.
func digest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// replace writes a file whole or not at all.
func replace(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err = f.Write(data); err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}

// table writes the measures in Markdown; short has those of a training's end.
func table(r *runs.Report, short bool) string {
	var b strings.Builder
	b.WriteString("| measure | value | perfect | knows nothing |\n|:--|--:|--:|--:|\n")
	row := func(cells ...string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	mse := func(x float64) string { return fmt.Sprintf("%.2f", x*perMSE) }

	floor, nothing := "0", mse(r.MeanFrameMSE)
	if r.NoiseFloorMSE != nil {
		floor = mse(*r.NoiseFloorMSE)
	}
	row("reconstruction of test videos, pixel MSE × 10⁴", mse(r.MSETest), floor, nothing)
	if !short {
		row("reconstruction of training videos", mse(r.MSETrain), floor, nothing)
	}
	if o, s := r.Rollout, r.RolloutShare; o != nil && s != nil {
		rollout := func(name string, mse, share float64) {
			row(name, fmt.Sprintf("%.2f (%.1f%%)", mse*perMSE, 100*share), "0", nothing)
		}
		rollout("rollout forward, $dt$", o.Forward, s.Forward)
		rollout("rollout backward, $-dt$", o.Backward, s.Backward)
		if !short {
			rollout("rollout at double speed, $2\\,dt$", o.Double, s.Double)
			rollout("rollout at half speed, $dt/2$", o.Half, s.Half)
		}
	}
	row("variance of $H$ along trajectories, over that across them", fmt.Sprintf("%.1e", r.EnergyVarianceRatio), "0", "1")
	if r.EnergyCorrelation != nil {
		row("rank correlation of learned and true energy", strings.Replace(fmt.Sprintf("%.4f", *r.EnergyCorrelation), "-", "−", 1), "1", "0")
	}
	if !short {
		row("there and back again, relative error of the state", fmt.Sprintf("%.0e", r.ReversalError), "float32: 1e-7", "1")
	}
	b.WriteString("\n" + footnote(r, short) + "\n")
	return b.String()
}

// footnote says what the yardsticks are, and in the long table what was trained.
func footnote(r *runs.Report, short bool) string {
	text := "All pixel errors are mean squares × 10⁴, of pixels in [0, 1]. *Knows nothing*: always the mean frame."
	if r.NoiseFloorMSE != nil {
		text += " *Perfect* reconstruction: the true states, drawn, against the noisy frames."
	}
	if r.Rollout != nil {
		text += " Rollouts start at the first frame and are compared with the true trajectory without noise; in brackets, the share of the mean frame's error."
	}
	if short {
		return text
	}
	if r.IrreducibleMSE != nil {
		text += fmt.Sprintf(" A prediction that draws the blur which the noise makes of a disc can reach %.2f.", *r.IrreducibleMSE*perMSE)
	}
	text += fmt.Sprintf("\n\n%d parameters, latent %s, K %s, %s; %d steps in %s on %s", r.Parameters, r.Latent, r.Kinetic, r.Integrator, r.Steps, brief(seconds(r.Seconds)), r.Backend)
	if r.Restarts > 0 {
		text += fmt.Sprintf(", after %d restarts", r.Restarts)
	}
	return text + "."
}
