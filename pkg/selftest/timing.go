package selftest

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/kernels_xla/device"
)

// Timing holds the durations of a model's training step.
type Timing struct {
	Name           string  `json:"name"`
	Batch          int     `json:"batch"`
	Parameters     int     `json:"parameters"`      // trainable numbers
	BuildSeconds   float64 `json:"build_seconds"`   // duration of the program's first call beyond compiling and the fastest step: its graph and gradient; 0 if steps vary by more
	CompileSeconds float64 `json:"compile_seconds"` // by the backend
	StepSeconds    float64 `json:"step_seconds"`    // median of the steps after the first
	FastestSeconds float64 `json:"fastest_seconds"` // the shortest of these steps
	Steps          int     `json:"steps"`
	PeakBytes      int64   `json:"peak_bytes,omitempty"` // largest resident memory of the process so far, if the system tells
	GPUBytes       int64   `json:"gpu_bytes,omitempty"`  // memory in use on the first GPU at the end, as nvidia-smi reports it; XLA reserves a share of it in advance
}

// clock builds a learner on a backend that records its compile time.
func clock(b compute.Backend, build func(b compute.Backend) (learner, error)) (learner, error) {
	watch := &clocked{Backend: b}
	if outer, ok := b.(*clocked); ok {
		watch = outer
	}
	l, err := build(watch)
	if err != nil {
		return l, err
	}
	l.watch, l.spent = watch, new(time.Duration)
	return l, nil
}

// timed times the given number of steps, starting at step from.
func timed(name string, l learner, d *device.Device, from, steps int) (Timing, error) {
	if from == 0 {
		if _, err := l.loss(0); err != nil {
			return Timing{}, err
		}
		from = 1
	}
	took := make([]time.Duration, steps)
	for i := range took {
		began := time.Now()
		if _, err := l.loss(from + i); err != nil {
			return Timing{}, err
		}
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	median := took[steps/2]
	t := Timing{Name: name, Batch: l.Batch(), Parameters: l.model.Parameters(), CompileSeconds: l.spent.Seconds(), StepSeconds: median.Seconds(), FastestSeconds: took[0].Seconds(), Steps: steps, PeakBytes: peak()}
	t.BuildSeconds = max(0, (l.CompileTime() - *l.spent - took[0]).Seconds())
	if d.IsCUDA() {
		for _, gpu := range device.GPUs() {
			t.GPUBytes = gpu.UsedBytes
			break
		}
	}
	return t, nil
}

// computes returns an error unless the device gets a small sum of squares right. Tests use a stand-in for a plugin
// that returns zeros at once, and nothing that it did may be taken for a measurement.
func computes(d *device.Device) error {
	exec, err := NewExec(d.Backend, func(x *Node) *Node { return ReduceAllSum(Square(x)) })
	if err != nil {
		return err
	}
	defer exec.Finalize()
	out, err := exec.Call([]float32{1, 2, 3})
	if err != nil {
		return err
	}
	if got := tensors.ToScalar[float32](out[0]); got != 14 {
		return fmt.Errorf("1 + 4 + 9 is %g on this backend: it does not compute, and nothing is timed; choose another plugin", got)
	}
	return nil
}

// products returns the rate of matrix products, in 10⁹ multiplications and additions per second, for matrices that
// are large enough to keep the device busy.
func products(d *device.Device) (float64, error) {
	const repeat = 4
	n := 1024
	if d.IsCUDA() {
		n = 4096
	}
	exec, err := NewExec(d.Backend, func(x *Node) *Node {
		y := x
		for range repeat {
			y = MulScalar(Dot(x, y).Product(), 1/float64(n))
		}
		return ReduceAllMean(y)
	})
	if err != nil {
		return 0, err
	}
	defer exec.Finalize()
	flat := make([]float32, n*n)
	for i := range flat {
		flat[i] = float32(i%7) - 3
	}
	x := tensors.FromFlatDataAndDimensions(flat, n, n)
	best := time.Duration(1 << 62)
	for i := range 3 { // the first compiles
		began := time.Now()
		out, err := exec.Call(x)
		if err != nil {
			return 0, err
		}
		tensors.ToScalar[float32](out[0]) // waits for the result
		if i > 0 {
			best = min(best, time.Since(began))
		}
	}
	return 2 * math.Pow(float64(n), 3) * repeat / best.Seconds() / 1e9, nil
}
