package runs

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/training"
)

// Measures that cannot be kept, and a curve that cannot be written, are no reason to throw the results away. A folder in the
// place of the file stands for a disk that cannot be written, which root could.
func TestResultsThatCannotBeKept(t *testing.T) {
	var notices bytes.Buffer
	d, err := device.OpenGo(device.Options{Notice: &notices})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	r := flow(t, "rnvp", "gaussian")
	for _, name := range []string{ReportFile, CurveFile} {
		if err := os.MkdirAll(filepath.Join(r.Dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Train(context.Background(), d, Options{}); err == nil || !strings.Contains(err.Error(), "the training is saved, and its curve is not") {
		t.Errorf("a curve that is not written: %v", err)
	}
	if done, err := r.Finished(); err != nil || !done {
		t.Errorf("finished %v, %v", done, err)
	}
	report, err := r.EvaluateDensity(context.Background(), d, 0)
	if err != nil || report.NLL == nil {
		t.Errorf("%+v, %v", report, err)
	}
	if !strings.Contains(notices.String(), "the measures are not kept for the next time: cannot write "+filepath.Join(r.Dir, ReportFile)) {
		t.Errorf("the notices are %q", notices.String())
	}
	sameDigest(t, r, report.Checkpoint)
}

// What is measured of the checkpoint before the newest, where that is damaged, goes by its digest, and is said to.
func TestMeasuresOfTheCheckpointBefore(t *testing.T) {
	var notices bytes.Buffer
	d, err := device.OpenGo(device.Options{Notice: &notices})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	r := flow(t, "rnvp", "gaussian")
	if _, err := r.Train(context.Background(), d, Options{}); err != nil {
		t.Fatal(err)
	}
	checkpoint := filepath.Join(r.Dir, training.CheckpointFile)
	whole, err := os.ReadFile(checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(r.Dir, training.PreviousFile), whole, 0o644); err != nil {
		t.Fatal(err)
	}
	whole[len(whole)/2] ^= 4
	if err := os.WriteFile(checkpoint, whole, 0o644); err != nil {
		t.Fatal(err)
	}
	report, err := r.EvaluateDensity(context.Background(), d, 500)
	if err != nil || !strings.Contains(notices.String(), "previous.npz, is used") {
		t.Fatalf("%v, with the notices %q", err, notices.String())
	}
	sameDigest(t, r, report.Checkpoint)
	if _, err := r.DensityReportOf(context.Background(), nil, 500); err != nil { // no device: what is kept is not measured again
		t.Error(err)
	}
}

func sameDigest(t *testing.T, r *Run, digest string) {
	t.Helper()
	if want, err := r.Digest(); err != nil || digest != want || len(want) != 64 {
		t.Errorf("the digest is %s, want %s, %v", digest, want, err)
	}
}
