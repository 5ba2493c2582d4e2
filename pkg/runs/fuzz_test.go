package runs

import (
	"os"
	"path/filepath"
	"testing"

	"hgn.local/kernels_xla/boundedtest"
	"hgn.local/pkg/badinput"
)

// FuzzRun looks for run folders that panic, take long or much memory, or are refused otherwise than as bad input.
func FuzzRun(f *testing.F) {
	dir := f.TempDir()
	curve, record := []byte(`[{"step":1,"seconds":0.1,"nll":3}]`), []byte(`[{"began":"2020-01-01T00:00:00Z"}]`)
	for _, model := range []string{"hgn", "hnn", "nhf", "rnvp"} {
		c, err := NewConfig(model, "quick")
		if err != nil {
			f.Fatal(err)
		}
		if c.Data = Simulated("pendulum"); model == "nhf" || model == "rnvp" {
			if c.Data, err = FromDensity("gaussians4", 100, 1); err != nil {
				f.Fatal(err)
			}
		}
		if err := c.write(dir); err != nil {
			f.Fatal(err)
		}
		config, err := os.ReadFile(filepath.Join(dir, configFile))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(config, curve, record)
	}
	f.Fuzz(func(t *testing.T, config, curve, record []byte) {
		for name, content := range map[string][]byte{configFile: config, CurveFile: curve, RecordFile: record, SearchFile: curve} {
			if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		boundedtest.Within(t, boundedtest.Text(len(config)+len(curve)+len(record)), func() {
			r, err := Open(dir)
			if err == nil {
				_ = r.String()
				_, curveErr := r.Curve()
				_, recordErr := r.Records()
				_, searchErr := r.Search()
				for _, e := range []error{curveErr, recordErr, searchErr} {
					if e != nil && !badinput.Is(e) {
						t.Errorf("not as bad input: %v", e)
					}
				}
			} else if !badinput.Is(err) {
				t.Errorf("not as bad input: %v", err)
			}
		})
	})
}
