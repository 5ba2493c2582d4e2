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
	b.WriteString("| measure | value | compare with |\n|:--|--:|:--|\n")
	row := func(name, value, yardstick string) { fmt.Fprintf(&b, "| %s | %s | %s |\n", name, value, yardstick) }
	mse := func(x float64) string { return fmt.Sprintf("%.2f", x*perMSE) }
	share := func(x float64) string { return fmt.Sprintf("%.1f%%", 100*x) }

	yardstick := fmt.Sprintf("mean frame %s", mse(r.MeanFrameMSE))
	if r.NoiseFloorMSE != nil {
		yardstick = fmt.Sprintf("noise floor %s (the true states, drawn), mean frame %s", mse(*r.NoiseFloorMSE), mse(r.MeanFrameMSE))
	}
	row("pixel MSE × 10⁴, test videos", mse(r.MSETest), yardstick)
	if !short {
		row("pixel MSE × 10⁴, training videos", mse(r.MSETrain), "the same as on test videos: no overfitting")
		if r.Excess != nil {
			row("of the way from the noise floor to the mean frame", share(*r.Excess), "0%")
		}
	}
	if s := r.RolloutShare; s != nil {
		const against = "of the mean frame's error, against the clean truth; 0%"
		row("rollout forward, $dt$", share(s.Forward), against)
		row("rollout backward, $-dt$", share(s.Backward), "the same; never seen in training: it is the past of frame 0")
		if !short {
			row("rollout at double speed, $2\\,dt$", share(s.Double), "the same; half of it lies after the video's end")
			row("rollout at half speed, $dt/2$", share(s.Half), "the same")
		}
	}
	row("variance of $H$ along trajectories / across", fmt.Sprintf("%.1e", r.EnergyVarianceRatio), "0: conserved; 1: as different along one as between two")
	if r.EnergyCorrelation != nil {
		row("rank correlation of learned and true energy", fmt.Sprintf("%.4f", *r.EnergyCorrelation), "1")
	}
	if !short {
		row("forward and back again, relative error", fmt.Sprintf("%.0e", r.ReversalError), "about 1e-6: the rounding of float32")
		fmt.Fprintf(&b, "\n%d parameters, latent %s, K %s, %s; %d steps in %s on %s", r.Parameters, r.Latent, r.Kinetic, r.Integrator, r.Steps, brief(seconds(r.Seconds)), r.Backend)
		if r.Restarts > 0 {
			fmt.Fprintf(&b, ", %d restarts", r.Restarts)
		}
		b.WriteString(".\n")
	}
	return b.String()
}
