package selftest

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"hgn.local/kernels_xla/device"
)

var update = flag.Bool("update", false, "compute the references anew and write reference.json")

func open(t *testing.T) *device.Device {
	t.Helper()
	d, err := device.OpenGo(device.Options{Notice: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// The kept references are what the Go backend computes in float64.
func TestReferences(t *testing.T) {
	d := open(t)
	if *update {
		all, err := Compute(d.Backend)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.MarshalIndent(all, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("reference.json", append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	kept, err := References()
	if err != nil {
		t.Fatal(err)
	}
	if len(kept) != len(cases()) {
		t.Errorf("%d references are kept of %d cases", len(kept), len(cases()))
	}
	for _, c := range cases() {
		if strings.Contains(c.name, "convolutional") && testing.Short() {
			continue
		}
		got, _, err := c.measure(d.Backend, true)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		for _, x := range compare(c.name, got, kept[c.name], 1e-7) {
			if !x.OK {
				t.Errorf("%s is %.12g, the reference %.12g: where the change is meant, run this test with -update", x.Name, x.Value, x.Reference)
			}
		}
	}
}

// The Go backend passes its own battery, and each check can fail.
func TestBattery(t *testing.T) {
	r, err := Run(context.Background(), open(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	worst := 0.0
	for _, c := range r.Checks {
		if !c.OK {
			t.Errorf("%+v", c)
		}
		if c.Tolerance == Tolerance {
			worst = max(worst, c.Difference)
		}
	}
	t.Logf("%d checks, the largest difference of a loss or gradient is %.1e; %.0f GFLOP/s", len(r.Checks), worst, r.Products)
	if !r.OK || len(r.Timings) != len(cases()) || !(r.Products > 0.1) {
		t.Errorf("ok %v, %d timings, %g GFLOP/s", r.OK, len(r.Timings), r.Products)
	}
	for _, x := range r.Timings {
		if !(x.StepSeconds > 0) || !(x.CompileSeconds > 0) || x.Batch < 1 {
			t.Errorf("%+v", x)
		}
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
}

func TestCompareNoticesErrors(t *testing.T) {
	kept, err := References()
	if err != nil {
		t.Fatal(err)
	}
	if len(kept) == 0 {
		t.Error("no references are kept")
	}
	for name, want := range kept {
		for what, spoil := range map[string]func(r *Reference){
			"loss":      func(r *Reference) { r.Gradient.Loss *= 1.01 },
			"norm":      func(r *Reference) { r.Gradient.Norm *= 0.99 },
			"direction": func(r *Reference) { r.Gradient.Along[1] += 0.01 },
			"training":  func(r *Reference) { r.Losses[trained-1] += 0.05 * math.Abs(r.Losses[trained-1]) },
		} {
			got := want
			got.Losses = append([]float64(nil), want.Losses...)
			spoil(&got)
			failed := 0
			for _, c := range compare(name, got, want, Tolerance) {
				if !c.OK {
					failed++
				}
			}
			if failed != 1 {
				t.Errorf("%s: a spoilt %s fails %d checks", name, what, failed)
			}
		}
	}
}
