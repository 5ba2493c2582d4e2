package runs

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/training"
)

// ReportFile is the file in which a run keeps the last report of Evaluate or EvaluateDensity on the usual number of
// test trajectories or points. Reports on n others are in report_n.json.
const ReportFile = "report.json"

// reportVersion increases when the meaning of a report changes.
const reportVersion = 10

// Report returns the measures of a run of videos or states. It reads the stored report if that belongs to the present
// checkpoint, and measures anew otherwise.
func (r *Run) Report(ctx context.Context, d *device.Device) (*Report, error) {
	return r.ReportOf(ctx, d, 0)
}

// ReportOf is Report on n test trajectories; see Evaluate.
func (r *Run) ReportOf(ctx context.Context, d *device.Device, n int) (*Report, error) {
	if r.OfDensity() {
		return nil, r.unlike("videos or states")
	}
	var kept Report
	if found, err := r.kept(n, &kept, &kept.Header); err != nil || found {
		return &kept, err
	}
	return r.Evaluate(ctx, d, n)
}

// DensityReport is Report for a run of a density.
func (r *Run) DensityReport(ctx context.Context, d *device.Device) (*DensityReport, error) {
	return r.DensityReportOf(ctx, d, 0)
}

// DensityReportOf is DensityReport on n test points; see EvaluateDensity.
func (r *Run) DensityReportOf(ctx context.Context, d *device.Device, n int) (*DensityReport, error) {
	if !r.OfDensity() {
		return nil, r.unlike("a density")
	}
	var kept DensityReport
	if found, err := r.kept(n, &kept, &kept.Header); err != nil || found {
		return &kept, err
	}
	return r.EvaluateDensity(ctx, d, n)
}

// unlike returns the error for asking a run of videos for the measures of a density, or the reverse.
func (r *Run) unlike(what string) error {
	return badinput.Errorf("the model %s in %s is not of %s", r.Model, r.Dir, what)
}

// reportFile returns the file for the measures on n test trajectories or points. Points from files have a fixed number.
func (r *Run) reportFile(n int) string {
	usual := TestTrajectories
	switch {
	case r.OfDensity():
		usual = TestPoints
	case r.Data.File != "":
		usual = 0
	}
	if n == 0 || n == usual || r.OfDensity() && r.Data.Density.Points == 0 {
		return filepath.Join(r.Dir, ReportFile)
	}
	return filepath.Join(r.Dir, fmt.Sprintf("report_%d.json", n))
}

// kept reads the report on n test trajectories or points if it belongs to the run's present checkpoint. header is a
// part of report.
func (r *Run) kept(n int, report any, header *Header) (found bool, err error) {
	digest, err := r.Digest()
	if err != nil {
		return false, err
	}
	text, err := os.ReadFile(r.reportFile(n))
	if err != nil { // it is measured anew
		return false, nil
	}
	return json.Unmarshal(text, report) == nil && header.Checkpoint == digest && header.Version == reportVersion, nil
}

// keep writes a report on n test trajectories or points into the run's folder. If that fails it only prints a notice,
// since the measures are still good.
func (r *Run) keep(d *device.Device, n int, report any) error {
	text, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	if err := atomicfile.WriteFile(r.reportFile(n), append(text, '\n')); err != nil {
		d.Notice("the measures are not kept for the next time: %v", err)
	}
	return nil
}

// Digest returns the SHA-256 of the checkpoint that Load reads.
func (r *Run) Digest() (string, error) {
	if !r.Trained() {
		return "", badinput.Errorf("nothing was trained in %s yet: train it first", r.Dir)
	}
	meta, err := training.ReadMeta(filepath.Join(r.Dir, training.CheckpointFile))
	return meta.Digest, err
}

// measured loads the model to be measured and begins its report.
func (r *Run) measured(d *device.Device) (Model, Header, error) {
	m, meta, err := r.Load(d)
	if err != nil {
		return nil, Header{}, err
	}
	k, err := kindOf(r.Model)
	if err != nil {
		return nil, Header{}, err
	}
	plan := r.Params.Plan()
	h := Header{
		Model: r.Model, System: r.Data.System(), Preset: plan.Preset, Seed: plan.Seed, Backend: d.Name,
		Steps: meta.Step, Planned: plan.Steps, Ended: meta.Ended, Seconds: meta.Seconds, StepSeconds: meta.StepSecondsTotal, Restarts: meta.Attempt, Parameters: m.Parameters(),
		Checkpoint: meta.Digest, Version: reportVersion,
	}
	k.describe(r.Params, &h)
	return m, h, nil
}
