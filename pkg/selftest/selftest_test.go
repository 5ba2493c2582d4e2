package selftest

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/params"
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
	all := references(t)
	kept := all.Cases
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
		for _, x := range compare(c.name, got, kept[c.name], Tolerances{1e-7, 1e-6, 1e-6, 0}) {
			if !x.OK {
				t.Errorf("%s is %.12g, the reference %.12g: where the change is meant, run this test with -update", x.Name, x.Value, x.Reference)
			}
		}
	}
	states, far, err := rollout(d.Backend)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range compareRollout(states, far, all.Rollout, 1e-5) {
		if !x.OK {
			t.Errorf("%+v", x)
		}
	}
}

func references(t *testing.T) Kept {
	t.Helper()
	all, err := References()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// No two cases come to the same losses, so that each tests something of its own.
func TestCasesDiffer(t *testing.T) {
	kept := references(t).Cases
	for a := range kept {
		for b := range kept {
			if a < b && slices.Equal(kept[a].Losses, kept[b].Losses) {
				t.Errorf("%q and %q have the same losses", a, b)
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
	worst := map[string]Check{}
	for _, c := range r.Checks {
		if !c.OK {
			t.Errorf("%+v", c)
		}
		for _, kind := range []string{": loss", "gradient", "loss at step", "decrease", "rollout"} {
			if w, seen := worst[kind]; strings.Contains(c.Name, kind) && (!seen || c.Difference > w.Difference) {
				worst[kind] = c
			}
		}
	}
	for kind, c := range worst {
		t.Logf("%s: at most %.1e (%s)", kind, c.Difference, c.Name)
	}
	t.Logf("%d checks; %.0f GFLOP/s on %+v", len(r.Checks), r.Products, r.Hardware)
	if !r.OK || len(r.Timings) != len(cases()) || !(r.Products > 0.1) {
		t.Errorf("ok %v, %d timings, %g GFLOP/s", r.OK, len(r.Timings), r.Products)
	}
	built := 0.0
	for _, x := range r.Timings {
		if built += x.BuildSeconds; !(x.StepSeconds > 0) || !(x.CompileSeconds > 0) || x.Batch < 1 {
			t.Errorf("%+v", x)
		}
	}
	if !(built > 0) {
		t.Error("no graph took any time to build")
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
}

func TestCompareNoticesErrors(t *testing.T) {
	kept := references(t).Cases
	if len(kept) == 0 {
		t.Error("no references are kept")
	}
	for name, want := range kept {
		for what, spoil := range map[string]func(r *Reference){
			"loss":      func(r *Reference) { r.Gradient.Loss *= 1.01 },
			"norm":      func(r *Reference) { r.Gradient.Norm *= 0.99 },
			"direction": func(r *Reference) { r.Gradient.Projections[1] += 0.01 },
			"training":  func(r *Reference) { r.Losses[trained-1] += 0.05 * math.Abs(r.Losses[trained-1]) },
			"nothing":   func(r *Reference) { r.Gradient.Loss = math.NaN() },
		} {
			got := want
			got.Losses = append([]float64(nil), want.Losses...)
			spoil(&got)
			failed := 0
			for _, c := range compare(name, got, want, Single) {
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

// An Adam that does nothing fails in every case, and so does a rollout that stays where it is, by the tolerances of any backend.
func TestIdlenessFails(t *testing.T) {
	all := references(t)
	for _, allowed := range []Tolerances{Single, TF32} {
		for name, want := range all.Cases {
			got := want
			got.Decrease = 0
			if checks := compare(name, got, want, allowed); !slices.ContainsFunc(checks, func(c Check) bool { return !c.OK }) {
				t.Errorf("%s: an Adam that does nothing passes with %+v", name, allowed)
			}
		}
		still := make([]float64, len(all.Rollout))
		for i := range still {
			still[i] = []float64{0.3 * float64(i/2%8), 0.2 - 0.1*float64(i/2%8)}[i%2]
		}
		for _, c := range compareRollout(still, 0, all.Rollout, allowed.Rollout)[:unrolled/every] {
			if c.OK {
				t.Errorf("a rollout that stays passes: %+v", c)
			}
		}
	}
}

// broken is a backend that compiles nothing.
type broken struct{ compute.Backend }

func (b broken) Builder(name string) compute.Builder { return brokenBuilder{b.Backend.Builder(name)} }

type brokenBuilder struct{ compute.Builder }

func (brokenBuilder) Compile() (compute.Executable, error) {
	return nil, errors.New("no such operator")
}

// A backend that fails at everything gets a report all the same, and one in JSON.
func TestBrokenBackend(t *testing.T) {
	d := *open(t)
	d.Backend = broken{d.Backend}
	r, err := Run(context.Background(), &d, Options{Benchmark: []string{"rnvp/quick"}})
	if err != nil {
		t.Fatal(err)
	}
	if r.OK || r.Failed != len(r.Checks) || len(r.Checks) < len(cases())+2 {
		t.Errorf("ok %v, %d of %d checks failed", r.OK, r.Failed, len(r.Checks))
	}
	for _, c := range r.Checks {
		if !strings.Contains(c.Error, "no such operator") || !math.IsInf(c.Severity(), 1) {
			t.Errorf("%+v", c)
		}
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `"value":null,"reference":null,"difference":null`) {
		t.Errorf("no null in %.300s", text)
	}
}

// What is not finite fails, is the worst there is, and is null in JSON.
func TestNotFinite(t *testing.T) {
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for _, c := range []Check{check("x", x, 1, 1e9), relative("x", x, 1, 0, 1e9), relative("x", x, 0, 0, 1e9)} {
			text, err := json.Marshal(c)
			if c.OK || !math.IsInf(c.Severity(), 1) || err != nil || !strings.Contains(string(text), `"value":null`) {
				t.Errorf("%g: %+v, %s, %v", x, c, text, err)
			}
		}
	}
}

// A stopped battery is an error.
func TestStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, open(t), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// Presets are chosen by name, by model or all; small ones are timed without the battery.
func TestBenchmark(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  []string
	}{
		{nil, nil},
		{[]string{"quick", flow}, []string{"quick", flow}},
		{[]string{"hgn/cpu"}, []string{"cpu"}},
		{[]string{"hgn"}, []string{"quick", "cpu", "paper32", "paper"}},
		{[]string{"rnvp", "nhf/cpu"}, []string{"rnvp/quick", "rnvp/cpu", "rnvp/paper", "nhf/cpu"}},
		{[]string{"all"}, Presets()},
	} {
		if got, err := Select(c.names); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, %v, want %v", c.names, got, err, c.want)
		}
	}
	var unknown *params.Error
	if _, err := Select([]string{"quick", "tiny"}); !errors.As(err, &unknown) {
		t.Errorf("an unknown preset: %v", err)
	}
	d := open(t)
	r, err := Run(context.Background(), d, Options{Benchmark: []string{"rnvp/quick", "nhf/quick"}, OnlyBenchmark: true})
	if err != nil {
		t.Fatal(err)
	}
	if !r.OK || len(r.Checks) != 0 || len(r.Timings) != 2 || r.Timings[0].Steps != 20 || r.Timings[0].Name != "benchmark: rnvp quick" {
		t.Errorf("%+v", r)
	}
	for _, preset := range Presets() {
		if _, build, steps, err := benchmarked(context.Background(), d, preset); err != nil || build == nil || steps < 2 {
			t.Errorf("%s: %v, %d steps", preset, err, steps)
		}
	}
}
