package selftest

import (
	"context"
	"errors"
	"time"

	"hgn.local/kernels_xla/device"
	"hgn.local/kernels_xla/integrate"
)

// Tolerances are the relative differences from the references that are attributed to rounding.
type Tolerances struct {
	Gradient float64 // for a loss, its gradient's norm, and the gradient along directions
	Losses   float64 // after steps of Adam, whose first steps are as long for a tiny derivative as for a large one, whatever sign rounding leaves it
	Decrease float64 // for the loss's decrease by these steps; below 1, so that an Adam that does nothing fails
	Rollout  float64 // for a state, absolute
}

// Single is for float32 throughout; the Go backend and ONNX Runtime differ by half of it or less. TF32 is for a GPU
// that multiplies matrices of float32 with 10 bits of mantissa. The Go backend stays within it when every operand of
// a product is rounded in this way, and the gradient of sharpening needs half of it (see TestTF32).
var (
	Single = Tolerances{Gradient: 1e-3, Losses: 2e-3, Decrease: 3e-2, Rollout: 1e-3}
	TF32   = Tolerances{Gradient: 8e-2, Losses: 4e-2, Decrease: 6e-2, Rollout: 1e-2}
)

// Report is the outcome of the battery.
type Report struct {
	Backend  string   `json:"backend"`
	Device   string   `json:"device"`
	SIMD     bool     `json:"simd"`
	TF32     bool     `json:"tf32"` // the precision that the tolerances are for
	Hardware Hardware `json:"hardware"`
	Products float64  `json:"matrix_product_gflops"` // rate of products of 1024 x 1024 matrices, on a GPU of 4096 x 4096; 0 if the measurement failed
	OK       bool     `json:"ok"`
	Failed   int      `json:"failed"`
	Checks   []Check  `json:"checks"`
	Timings  []Timing `json:"timings"` // empty for a device that fails at arithmetic
	Seconds  float64  `json:"seconds"`
}

// Options configures a battery.
type Options struct {
	Benchmark     []string          // presets to time at their own size; see Select
	OnlyBenchmark bool              // skip the checks
	Progress      func(what string) // receives the name of the next part; may be nil
}

// Run does the whole battery on a device. A part that the backend cannot compute becomes a failed check, and the
// battery goes on. Run returns an error only if the battery itself could not be done.
func Run(ctx context.Context, d *device.Device, o Options) (*Report, error) {
	began := time.Now()
	presets, err := Select(o.Benchmark)
	if err != nil {
		return nil, err
	}
	b := &battery{ctx: ctx, device: d, report: &Report{Backend: d.Name, Device: d.Describe(), SIMD: d.SIMD, TF32: d.TF32, Hardware: hardware(), Checks: []Check{}, Timings: []Timing{}}}
	if b.progress = o.Progress; b.progress == nil {
		b.progress = func(string) {}
	}
	r := b.report
	b.do("arithmetic", func() error { return computes(d) })
	b.idle = len(r.Checks) > 0
	if !o.OnlyBenchmark {
		if err := b.checks(); err != nil {
			return nil, err
		}
	}
	b.timed("matrix products", func() (err error) {
		r.Products, err = products(d)
		return err
	})
	for _, preset := range presets {
		b.timed("benchmark: "+preset, func() error {
			t, err := benchmark(ctx, d, preset)
			if err == nil {
				r.Timings = append(r.Timings, t)
			}
			return err
		})
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, c := range r.Checks {
		if !c.OK {
			r.Failed++
		}
	}
	r.OK, r.Seconds = r.Failed == 0, time.Since(began).Seconds()
	return r, nil
}

// battery is the state of a running battery.
type battery struct {
	ctx      context.Context
	device   *device.Device
	report   *Report
	progress func(what string)
	idle     bool // the device failed at arithmetic, so durations on it mean nothing
}

// timed does a part that only measures time, unless the device is idle.
func (b *battery) timed(what string, part func() error) {
	if !b.idle {
		b.do(what, part)
	}
}

// do does one part, unless the battery has been stopped. It turns the part's error into a failed check.
func (b *battery) do(what string, part func() error) {
	if b.ctx.Err() != nil {
		return
	}
	b.progress(what)
	if err := attempt(part); err != nil {
		b.report.Checks = append(b.report.Checks, failed(what, err))
	}
}

// checks does all checks.
func (b *battery) checks() error {
	r, d := b.report, b.device
	kept, err := References()
	if err != nil {
		return err
	}
	for _, in := range integrate.All() {
		b.do(in.Name(), func() error {
			checks, err := integrator(d.Backend, in)
			r.Checks = append(r.Checks, checks...)
			return err
		})
	}
	for _, c := range cases() {
		b.do(c.name, func() error {
			want, ok := kept.Cases[c.name]
			if !ok {
				return errors.New("there is no reference: compute the references anew")
			}
			got, l, err := c.measure(d.Backend, false)
			if err != nil {
				return err
			}
			r.Checks = append(r.Checks, compare(c.name, got, want, tolerances(d, c.convolutional()))...)
			if b.idle {
				return nil
			}
			t, err := timed(c.name, l, d, trained, more)
			if err == nil {
				r.Timings = append(r.Timings, t)
			}
			return err
		})
	}
	b.do("hgn rollout", func() error {
		states, far, err := rollout(d.Backend)
		if err == nil {
			r.Checks = append(r.Checks, compareRollout(states, far, kept.Rollout, tolerances(d, false).Rollout)...)
		}
		return err
	})
	return nil
}

// tolerances returns the strict ones unless matrices are multiplied in TF32. XLA's option tf32=false turns TF32 off
// for matrix products, but leaves convolutions to cuDNN.
func tolerances(d *device.Device, convolutional bool) Tolerances {
	if d.TF32 || d.IsCUDA() && convolutional {
		return TF32
	}
	return Single
}
