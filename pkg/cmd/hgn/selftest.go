package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hgn.local/pkg/progress"
	"hgn.local/pkg/selftest"
)

// newSelftestCommand returns the command that compares the active backend with stored references.
func newSelftestCommand() *cobra.Command {
	var asJSON bool
	var o selftest.Options
	c := &cobra.Command{
		Use: "selftest",
		Example: `  hgn selftest
  GOMLX_BACKEND=go hgn selftest --only-benchmark --benchmark quick,nhf/quick`,
		Short: "Check the active backend against references in float64, and time it",
		Long: `Check what the active backend computes: integrators on a known system; loss, gradient and some steps of training of every
model, against references that were computed in float64 on GoMLX's Go backend; a rollout, out and back. Differences and times are
printed, and the exit code is 1 where one is too large or something cannot be computed. GOMLX_BACKEND chooses another backend.

--benchmark also times training steps at their own size: ` + strings.Join(selftest.Presets(), ", ") + `; hgn,
hnn, nhf, rnvp or nsf for all of a model's; or all. The convolutional ones (paper32, paper, hnn/conv) want an accelerator.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if _, err := selftest.Select(o.Benchmark); err != nil {
				return usageError("--benchmark: %w", err)
			}
			if o.OnlyBenchmark && len(o.Benchmark) == 0 {
				return usageError("--only-benchmark needs --benchmark with what to time")
			}
			d, err := openDevice(c)
			if err != nil {
				return err
			}
			defer d.Close()
			report := progress.New(c.ErrOrStderr())
			report.Begin("testing " + d.Name)
			o.Progress = report.Note
			r, err := selftest.Run(c.Context(), d, o)
			report.End("")
			if err != nil {
				return stoppedOr(c.Context(), err)
			}
			if asJSON {
				err = printJSON(c.OutOrStdout(), r)
			} else {
				printSelftest(c.OutOrStdout(), r)
			}
			if err == nil && !r.OK {
				err = errors.New(verdict(r))
			}
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	c.Flags().StringSliceVar(&o.Benchmark, "benchmark", nil, "presets to time, separated by commas")
	c.Flags().BoolVar(&o.OnlyBenchmark, "only-benchmark", false, "time the presets of --benchmark without checking anything")
	return c
}

// printSelftest writes a report for readers: for each model its worst check, and all failures in full, the worst
// first.
func printSelftest(w io.Writer, r *selftest.Report) {
	fmt.Fprintf(w, "%s\n%s, %d cores, %.0f GFLOP/s in matrix products\n", r.Device, cmp.Or(r.Hardware.CPU, "a processor"), r.Hardware.Cores, r.Products)
	for _, gpu := range r.Hardware.GPUs {
		fmt.Fprintf(w, "%s, driver %s\n", gpu.Name, gpu.Driver)
	}
	if len(r.Checks) > 0 {
		fmt.Fprintf(w, "\n%-62s %8s %9s %9s\n", "", "checks", "largest", "allowed")
	}
	for _, name := range subjects(r) {
		n, worst := 0, selftest.Check{Tolerance: 1}
		for _, c := range r.Checks {
			if subject(c) == name {
				if n++; c.Severity() >= worst.Severity() {
					worst = c
				}
			}
		}
		mark := ""
		if !worst.OK {
			mark = "  FAILED"
		}
		fmt.Fprintf(w, "%-62s %8d %9.1e %9.1e%s\n", name, n, worst.Difference, worst.Tolerance, mark)
	}
	wrong := slices.DeleteFunc(slices.Clone(r.Checks), func(c selftest.Check) bool { return c.OK })
	slices.SortStableFunc(wrong, func(a, b selftest.Check) int { return cmp.Compare(b.Severity(), a.Severity()) })
	for _, c := range wrong {
		if c.Error != "" {
			fmt.Fprintf(w, "\n%s: %s", subject(c), progress.Clip(oneLine(c.Error), 300))
		} else {
			fmt.Fprintf(w, "\n%s: %.8g, the reference is %.8g", c.Name, c.Value, c.Reference)
		}
	}
	if len(wrong) > 0 {
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "\n%-62s %8s %9s %9s %9s %9s\n", "a training step", "batch", "ms", "build s", "compile s", "peak MB")
	for _, t := range r.Timings {
		fmt.Fprintf(w, "%-62s %8d %9.1f %9.1f %9.1f %9.0f\n", t.Name, t.Batch, 1e3*t.StepSeconds, t.BuildSeconds, t.CompileSeconds, float64(t.PeakBytes)/1e6)
	}
	fmt.Fprintf(w, "\n%s in %.0f s\n", verdict(r), r.Seconds)
}

func verdict(r *selftest.Report) string {
	switch {
	case !r.OK:
		return fmt.Sprintf("%d of %d checks failed on %s", r.Failed, len(r.Checks), r.Backend)
	case len(r.Checks) == 0:
		return "nothing was checked"
	}
	return fmt.Sprintf("all %d checks passed", len(r.Checks))
}

// subject returns the name of the model that a check tests.
func subject(c selftest.Check) string {
	name, _, _ := strings.Cut(c.Name, ": ")
	return name
}

// subjects lists the subjects in the order of the checks.
func subjects(r *selftest.Report) []string {
	var names []string
	for _, c := range r.Checks {
		if name := subject(c); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
