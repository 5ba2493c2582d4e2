package runs

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"hgn.local/pkg/training"
)

// A run folder of an earlier format opens, is measured, and its training goes on. testdata/format1 is of the time before
// checkpoints had digests:
//
//	hgn train rnvp --density gaussian --points 200 --steps 6 --set hidden=[4] --set layers=2 --set batch=16
func TestRunFoldersOfEarlierFormats(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	if err := os.CopyFS(dir, os.DirFS("testdata/format1")); err != nil {
		t.Fatal(err)
	}
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, d := context.Background(), open(t)
	report, err := r.EvaluateDensity(ctx, d, 1000)
	if err != nil || report.NLL == nil || math.Abs(*report.NLL-2.9) > 0.3 || report.Steps != 6 {
		t.Errorf("%+v, %v", report, err)
	}
	if err := r.Set("steps=9"); err != nil {
		t.Fatal(err)
	}
	outcome, err := r.Train(ctx, d, Options{Resume: true})
	if err != nil || outcome.Steps != 9 {
		t.Errorf("%+v, %v", outcome, err)
	}
	meta, err := training.ReadMeta(filepath.Join(dir, training.CheckpointFile))
	if err != nil || meta.Step != 9 || meta.Model != "rnvp" {
		t.Errorf("%+v, %v", meta, err)
	}
	if before, err := training.ReadMeta(filepath.Join(dir, training.PreviousFile)); err != nil || before.Step != 6 {
		t.Errorf("%+v, %v", before, err)
	}
}
