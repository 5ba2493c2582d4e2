package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hgn.local/pkg/selftest"
)

// newSelftestCommand holds the active backend against kept references.
func newSelftestCommand() *cobra.Command {
	var asJSON bool
	var benchmark []string
	c := &cobra.Command{
		Use:   "selftest",
		Short: "Check the active backend against references in float64, and time it",
		Long: `Check what the active backend computes: integrators on a known system; loss, gradient and some steps of training of every
model, against references that were computed in float64 on GoMLX's Go backend; a rollout there and back. Differences and times are
printed, and the exit code is 1 where one is too large. GOMLX_BACKEND chooses another backend.

--benchmark also times training steps at their own size: ` + strings.Join(selftest.Presets(), ", ") + `. The convolutional presets
want an accelerator.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			for _, b := range benchmark {
				if !slices.Contains(selftest.Presets(), b) {
					return usageError("--benchmark knows %s, not %q", strings.Join(selftest.Presets(), ", "), b)
				}
			}
			d, err := openDevice(c)
			if err != nil {
				return err
			}
			defer d.Close()
			progress := newReporter(c.ErrOrStderr())
			progress.begin("testing " + d.Name)
			r, err := selftest.Run(c.Context(), d, selftest.Options{Benchmark: benchmark, Progress: progress.note})
			progress.end("")
			if err != nil {
				return err
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
	c.Flags().StringSliceVar(&benchmark, "benchmark", nil, "presets to time, separated by commas")
	return c
}

// printSelftest writes a report for people: for each model its worst check, and what fails in full.
func printSelftest(w io.Writer, r *selftest.Report) {
	fmt.Fprintf(w, "%s, %d cores, %.0f GFLOP/s in matrix products\n\n", r.Device, r.Cores, r.Products)
	fmt.Fprintf(w, "%-62s %8s %9s %9s\n", "", "checks", "largest", "allowed")
	for _, name := range subjects(r) {
		n, worst := 0, selftest.Check{Tolerance: 1}
		for _, c := range r.Checks {
			if subject(c) == name {
				if n++; c.Difference/c.Tolerance >= worst.Difference/worst.Tolerance {
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
	for _, c := range r.Checks {
		if !c.OK {
			fmt.Fprintf(w, "\n%s: %.8g, the reference is %.8g", c.Name, c.Value, c.Reference)
		}
	}
	fmt.Fprintf(w, "\n%-62s %8s %9s %9s\n", "a training step", "batch", "ms", "compile s")
	for _, t := range r.Timings {
		fmt.Fprintf(w, "%-62s %8d %9.1f %9.1f\n", t.Name, t.Batch, 1e3*t.StepSeconds, t.CompileSeconds)
	}
	fmt.Fprintf(w, "\n%s in %.0f s\n", verdict(r), r.Seconds)
}

func verdict(r *selftest.Report) string {
	if r.OK {
		return fmt.Sprintf("all %d checks passed", len(r.Checks))
	}
	return fmt.Sprintf("%d of %d checks failed on %s", r.Failed, len(r.Checks), r.Backend)
}

// subject is what a check is of.
func subject(c selftest.Check) string {
	name, _, _ := strings.Cut(c.Name, ": ")
	return name
}

// subjects lists them in the order of the checks.
func subjects(r *selftest.Report) []string {
	var names []string
	for _, c := range r.Checks {
		if name := subject(c); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
