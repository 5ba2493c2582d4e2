// Command peers times one training step of this project beside the same step in JAX and in PyTorch: the same
// networks, batch, losses and optimiser, with the inputs in the memory of the host. It runs all of them in turn, each
// in its own process, round after round, and prints one Markdown table.
//
//	python3 -m venv peers && peers/bin/pip install -r kernels_xla/peers/requirements.txt
//	go run ./kernels_xla/peers --python peers/bin/python
//
// The steps of the peers are jax_steps.py and torch_steps.py, which can be run alone; common.py has the sizes. The
// command detects a step that computes something else: both peers must have this project's number of parameters, and
// their losses at the first step must agree.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// measured is the result of one run of a contender.
type measured struct {
	Parameters int     `json:"parameters"`
	Median     float64 `json:"median_seconds"`
	Fastest    float64 `json:"fastest_seconds"`
	FirstCall  float64 `json:"first_call_seconds"` // including building and compiling
	Peak       float64 `json:"peak_bytes"`
	FirstLoss  float64 `json:"first_loss"` // reported by the peers only
}

// contender is an implementation of the step on one backend.
type contender struct {
	name string
	run  func(preset string) (measured, error)
}

// options are the command's flags.
type options struct {
	hgn, python, peers string
	backends, presets  []string
	rounds             int
}

func main() {
	var o options
	backends := flag.String("backends", "xla:cpu,onnx:cpu,go", "values of GOMLX_BACKEND to time, separated by commas")
	presets := flag.String("presets", "quick,cpu,paper32,hnn/states,hnn/quick,hnn/cpu,nhf/quick,nhf/cpu,flow,rnvp/quick,rnvp/cpu", "what to time, separated by commas")
	flag.StringVar(&o.hgn, "hgn", "", "the program hgn; built where it is not given")
	flag.StringVar(&o.python, "python", "python3", "a Python that has JAX and PyTorch; empty to time this project alone")
	flag.StringVar(&o.peers, "peers", "kernels_xla/peers", "the folder of the peers' scripts")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each is run")
	flag.Parse()
	o.backends, o.presets = strings.Split(*backends, ","), strings.Split(*presets, ",")
	if err := run(o, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

// run times everything and writes the table.
func run(o options, out, progress io.Writer) error {
	if o.rounds < 1 {
		return fmt.Errorf("--rounds must be at least 1, not %d", o.rounds)
	}
	if o.hgn == "" {
		folder, err := os.MkdirTemp("", "peers")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		o.hgn = filepath.Join(folder, "hgn")
		build := exec.Command("go", "build", "-o", o.hgn, "./pkg/cmd/hgn")
		build.Env = append(os.Environ(), "GOEXPERIMENT=simd")
		if message, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("cannot build hgn; run this in the folder of go.mod, or give --hgn: %s", bytes.TrimSpace(message))
		}
	}
	var all []contender
	for _, backend := range o.backends {
		all = append(all, contender{name(backend), func(preset string) (measured, error) { return ours(o.hgn, backend, preset) }})
	}
	if o.python != "" {
		for _, peer := range [][2]string{{"JAX", "jax_steps.py"}, {"PyTorch", "torch_steps.py"}} {
			script := filepath.Join(o.peers, peer[1])
			all = append(all, contender{peer[0], func(preset string) (measured, error) { return theirs(o.python, script, preset) }})
		}
	}
	results := map[string]map[string][]measured{} // keyed by preset and contender
	for _, preset := range o.presets {
		results[preset] = map[string][]measured{}
		for round := range o.rounds {
			for _, c := range all {
				fmt.Fprintf(progress, "%s on %s, round %d of %d\n", preset, c.name, round+1, o.rounds)
				m, err := c.run(preset)
				if err != nil {
					return fmt.Errorf("%s on %s: %w", preset, c.name, err)
				}
				results[preset][c.name] = append(results[preset][c.name], m)
			}
		}
		if err := agree(results[preset]); err != nil {
			return fmt.Errorf("%s: %w", preset, err)
		}
	}
	var names []string
	for _, c := range all {
		names = append(names, c.name)
	}
	table(out, o.presets, names, results)
	return nil
}

// name returns the table's name for a value of GOMLX_BACKEND.
func name(backend string) string {
	engine, _, _ := strings.Cut(backend, ":")
	if known, ok := map[string]string{"xla": "XLA", "onnx": "ONNX Runtime", "go": "Go"}[engine]; ok {
		return known
	}
	return backend
}

// ours times steps of this project.
func ours(hgn, backend, preset string) (measured, error) {
	c := exec.Command(hgn, "selftest", "--json", "--only-benchmark", "--benchmark", preset)
	c.Env = append(os.Environ(), "GOMLX_BACKEND="+backend)
	var report struct {
		Checks  []struct{ Error string }
		Timings []struct {
			Parameters                                                                int
			Build_seconds, Compile_seconds, Step_seconds, Fastest_seconds, Peak_bytes float64
		}
	}
	if err := object(c, &report); err != nil {
		return measured{}, err
	}
	if len(report.Timings) != 1 {
		return measured{}, fmt.Errorf("hgn selftest gives %d timings instead of one: %v", len(report.Timings), report.Checks)
	}
	t := report.Timings[0]
	return measured{t.Parameters, t.Step_seconds, t.Fastest_seconds, t.Build_seconds + t.Compile_seconds, t.Peak_bytes, math.NaN()}, nil
}

// theirs times as many steps of a peer as ours times of this project.
func theirs(python, script, preset string) (m measured, err error) {
	steps := "20"
	if preset == "paper32" {
		steps = "5"
	}
	return m, object(exec.Command(python, script, preset, "--steps", steps), &m)
}

// object runs a command that prints one JSON object, and decodes it. An error carries the last line of the command's
// error output.
func object(c *exec.Cmd, value any) error {
	var complaint bytes.Buffer
	c.Stderr = &complaint
	out, err := c.Output()
	if decoded := json.Unmarshal(out, value); decoded == nil && (err == nil || errors.As(err, new(*exec.ExitError))) {
		return nil
	} else if err == nil {
		err = decoded
	}
	lines := strings.FieldsFunc(complaint.String(), func(r rune) bool { return r == '\n' || r == '\r' })
	if len(lines) == 0 {
		return err
	}
	return fmt.Errorf("%w: %s", err, lines[len(lines)-1])
}

// agree fails if the contenders do not compute the same step.
func agree(of map[string][]measured) error {
	names := slices.Sorted(maps.Keys(of))
	for _, other := range names[1:] {
		if a, b := of[names[0]][0].Parameters, of[other][0].Parameters; a != b {
			return fmt.Errorf("%s has %d parameters and %s %d: their networks differ", names[0], a, other, b)
		}
	}
	jax, torch := of["JAX"], of["PyTorch"]
	if len(jax) > 0 && len(torch) > 0 {
		if a, b := jax[0].FirstLoss, torch[0].FirstLoss; !(math.Abs(a-b) <= 1e-4*math.Abs(a)) {
			return fmt.Errorf("the first loss is %g in JAX and %g in PyTorch: their objectives differ", a, b)
		}
	}
	return nil
}

// table writes a row for every preset and contender: the median over the rounds of each quantity, but the minimum of
// the fastest steps, and the ratios of the medians.
func table(w io.Writer, presets, names []string, results map[string]map[string][]measured) {
	fmt.Fprintln(w, "| preset | parameters | on | ms a step | fastest | of JAX | of PyTorch | first call, s | peak MB |\n|---|---|---|---|---|---|---|---|---|")
	for _, preset := range presets {
		step := func(name string) float64 {
			return median(results[preset][name], func(m measured) float64 { return m.Median })
		}
		for i, name := range names {
			of := results[preset][name]
			title, parameters := "", ""
			if i == 0 {
				title, parameters = preset, fmt.Sprint(of[0].Parameters)
			}
			fastest := math.Inf(1)
			for _, m := range of {
				fastest = min(fastest, m.Fastest)
			}
			fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s | %.1f | %.0f |\n", title, parameters, name,
				digits(1e3*step(name)), digits(1e3*fastest), ratio(name, "JAX", step), ratio(name, "PyTorch", step),
				median(of, func(m measured) float64 { return m.FirstCall }), median(of, func(m measured) float64 { return m.Peak })/1e6)
		}
	}
}

// ratio returns the ratio of one contender's step to another's, or "" if there is none.
func ratio(name, other string, step func(name string) float64) string {
	if r := step(name) / step(other); name != other && !math.IsNaN(r) {
		return fmt.Sprintf("%.2f", r)
	}
	return ""
}

// median returns the median of a property over runs: the upper one of an even number, NaN for none.
func median(of []measured, property func(measured) float64) float64 {
	if len(of) == 0 {
		return math.NaN()
	}
	values := make([]float64, len(of))
	for i, m := range of {
		values[i] = property(m)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// digits writes milliseconds with three significant digits.
func digits(ms float64) string {
	if ms >= 100 {
		return fmt.Sprintf("%.0f", ms)
	}
	return fmt.Sprintf("%.3g", ms)
}
