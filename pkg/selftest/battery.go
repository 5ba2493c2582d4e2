package selftest

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"strings"
	"time"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/device"
)

// Relative differences from the references that are put down to rounding. Losses after steps of Adam may differ by ten
// times as much: its first steps are as long for a tiny derivative as for a large one, whatever sign rounding leaves it.
const (
	Tolerance     = 1e-3
	ToleranceTF32 = 3e-2
)

// Check is one thing that was looked at.
type Check struct {
	Name       string  `json:"name"`
	Value      float64 `json:"value"`
	Reference  float64 `json:"reference"`
	Difference float64 `json:"difference"` // relative to the reference where that says so
	Tolerance  float64 `json:"tolerance"`
	OK         bool    `json:"ok"`
}

// Timing is what a training step of a model takes.
type Timing struct {
	Name           string  `json:"name"`
	Batch          int     `json:"batch"`
	CompileSeconds float64 `json:"compile_seconds"` // building and compiling the program of a step, the first step included
	StepSeconds    float64 `json:"step_seconds"`    // median of the others
	Steps          int     `json:"steps"`
}

// Report is the outcome of the battery.
type Report struct {
	Backend  string   `json:"backend"`
	Device   string   `json:"device"`
	SIMD     bool     `json:"simd"`
	Cores    int      `json:"cores"`
	Products float64  `json:"matrix_product_gflops"` // rate of a product of 1024 x 1024 matrices
	OK       bool     `json:"ok"`
	Failed   int      `json:"failed"`
	Checks   []Check  `json:"checks"`
	Timings  []Timing `json:"timings"`
	Seconds  float64  `json:"seconds"`
}

// Options of a battery.
type Options struct {
	Benchmark []string          // presets of the HGN that are timed at their own size, see Presets
	Progress  func(what string) // told what is done next; may be nil
}

func check(name string, value, reference, tolerance float64) Check {
	d := math.Abs(value - reference)
	return Check{Name: name, Value: value, Reference: reference, Difference: d, Tolerance: tolerance, OK: d <= tolerance}
}

// relative is a check whose difference and tolerance are shares of scale, or of the reference where scale is 0.
func relative(name string, value, reference, scale, tolerance float64) Check {
	c := check(name, value, reference, tolerance)
	if scale == 0 {
		scale = math.Abs(reference)
	}
	c.Difference /= scale
	c.OK = c.Difference <= tolerance
	return c
}

// Run does the whole battery on a device.
func Run(ctx context.Context, d *device.Device, o Options) (*Report, error) {
	began := time.Now()
	say := func(format string, args ...any) {
		if o.Progress != nil {
			o.Progress(fmt.Sprintf(format, args...))
		}
	}
	r := &Report{Backend: d.Name, Device: d.Describe(), SIMD: d.SIMD, Cores: runtime.GOMAXPROCS(0)}
	tolerance := Tolerance
	if strings.Contains(d.Name, "cuda") {
		tolerance = ToleranceTF32
	}
	references, err := References()
	if err != nil {
		return nil, err
	}
	say("integrators")
	if r.Checks, err = integrators(d.Backend); err != nil {
		return nil, err
	}
	for _, c := range cases() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		say("%s", c.name)
		want, ok := references[c.name]
		if !ok {
			return nil, fmt.Errorf("there is no reference of %q: compute the references anew", c.name)
		}
		got, l, err := c.measure(d.Backend, false)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		r.Checks = append(r.Checks, compare(c.name, got, want, tolerance)...)
		t, err := timed(c.name, l, trained, more)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		r.Timings = append(r.Timings, t)
	}
	say("a rollout there and back")
	c, err := reversal(d)
	if err != nil {
		return nil, err
	}
	r.Checks = append(r.Checks, c)
	say("matrix products")
	if r.Products, err = products(d.Backend); err != nil {
		return nil, err
	}
	for _, preset := range o.Benchmark {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		say("benchmark: %s", preset)
		t, err := benchmark(ctx, d, preset)
		if err != nil {
			return nil, fmt.Errorf("benchmark %s: %w", preset, err)
		}
		r.Timings = append(r.Timings, t)
	}
	for _, c := range r.Checks {
		if !c.OK {
			r.Failed++
		}
	}
	r.OK, r.Seconds = r.Failed == 0, time.Since(began).Seconds()
	return r, nil
}

// compare holds a case against its reference.
func compare(name string, got, want Reference, tolerance float64) []Check {
	checks := []Check{
		relative(name+": loss", got.Gradient.Loss, want.Gradient.Loss, 0, tolerance),
		relative(name+": norm of the gradient", got.Gradient.Norm, want.Gradient.Norm, 0, tolerance),
	}
	for k := range got.Gradient.Along { // products of a unit vector with normal vectors: of the order of 1
		checks = append(checks, relative(fmt.Sprintf("%s: gradient along direction %d", name, k+1), got.Gradient.Along[k], want.Gradient.Along[k], 1, tolerance))
	}
	for i := range got.Losses {
		checks = append(checks, relative(fmt.Sprintf("%s: loss at step %d", name, i+1), got.Losses[i], want.Losses[i], 0, 10*tolerance))
	}
	return checks
}

// reversal rolls an untrained HGN out and back.
func reversal(d *device.Device) (Check, error) {
	clips, _, err := films(16)
	if err != nil {
		return Check{}, err
	}
	p := hgn.Quick()
	p.Latent, p.EnergyHidden = "circle", []int{16}
	m, err := hgn.New(d.Backend, p, clips.Shape, nil)
	if err != nil {
		return Check{}, err
	}
	start := video.NewStates(8, 1)
	for i := range start.N {
		start.Q[i], start.P[i] = 0.3*float32(i), 0.2-0.1*float32(i)
	}
	there, err := m.Rollout(start, 0.125, 60)
	if err != nil {
		return Check{}, err
	}
	back, err := m.Rollout(there[60], -0.125, 60)
	if err != nil {
		return Check{}, err
	}
	far := 0.0
	for i := range start.Q {
		far = max(far, math.Abs(float64(back[60].Q[i]-start.Q[i])), math.Abs(float64(back[60].P[i]-start.P[i])))
	}
	return check("hgn: start after a rollout of 60 steps there and back", far, 0, 1e-4), nil
}
