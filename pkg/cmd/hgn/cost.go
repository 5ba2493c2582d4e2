package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/cost"
	"hgn.local/pkg/progress"
	"hgn.local/pkg/runs"
)

// costAxis describes the trainings of an axis of `hgn cost`.
type costAxis struct {
	name, what, expect string
	values             []int
	args               func(v int) []string
	time               func(o runs.TrainResult, steps int) float64
}

// perStep is the median time of a step, in milliseconds.
func perStep(o runs.TrainResult, _ int) float64 { return 1e3 * o.StepSecondsMedian }

// costAxes lists the axes. Where a value is not the one that varies it is 32 videos a batch, 32 pixels, 4 coordinates and
// 1000 videos.
var costAxes = []costAxis{
	{"steps", "seconds of all steps but the first", "in proportion to the steps", []int{100, 200, 400, 800},
		func(v int) []string { return []string{"--steps", strconv.Itoa(v)} },
		func(o runs.TrainResult, _ int) float64 { return o.StepSecondsTotal - o.CompileSeconds }},
	{"batch", "milliseconds a step", "a constant and in proportion to the batch", []int{8, 16, 32, 64, 128},
		func(v int) []string { return []string{"--set", fmt.Sprintf("batch=%d", v)} }, perStep},
	{"pixels", "milliseconds a step, x is pixels of a frame", "a constant and in proportion to the pixels", []int{16, 32, 64},
		func(v int) []string { return []string{"--size", strconv.Itoa(v)} }, perStep},
	{"latent", "milliseconds a step, x is coordinates", "a constant and in proportion to the coordinates", []int{1, 2, 4, 8, 16},
		func(v int) []string { return []string{"--set", fmt.Sprintf("latent=line*%d", v)} }, perStep},
	{"videos", "milliseconds a step", "constant; memory in proportion to the videos", []int{500, 1000, 2000, 4000},
		func(v int) []string { return []string{"--trajectories", strconv.Itoa(v)} }, perStep},
	{"strong scaling", "milliseconds a step of one batch on 1, 2, 4 devices", "a constant over the devices, where each has cores of its own", []int{1, 2, 4},
		func(v int) []string { return []string{"--devices", strconv.Itoa(v), "--set", "batch=64"} }, perStep},
	{"weak scaling", "milliseconds a step, 16 videos on each of 1, 2, 4 devices", "constant, where each has cores of its own", []int{1, 2, 4},
		func(v int) []string {
			return []string{"--devices", strconv.Itoa(v), "--set", fmt.Sprintf("batch=%d", 16*v)}
		}, perStep},
}

// newCostCommand returns the command that measures how time and memory grow.
func newCostCommand() *cobra.Command {
	var out string
	var only []string
	var steps int
	var asJSON, markdown bool
	names := make([]string, len(costAxes))
	for i, a := range costAxes {
		names[i] = a.name
	}
	c := &cobra.Command{
		Use:     "cost --out DIR",
		Example: `  hgn cost --out cost --markdown`,
		Short:   "Measure how time and memory grow with the work",
		Long: `Train a small model again and again, with more steps, a larger batch, more pixels, more coordinates, more videos and more devices, each
in a process of its own, and compare time and memory with the straight line that each should follow. DIR gets cost.json and cost.png.
Several devices are XLA's: let GOMLX_BACKEND name it. Figures of a machine that does other work meanwhile are of little use.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if steps < 10 {
				return usageError("--steps must be at least 10, not %d", steps)
			}
			for _, name := range only {
				if !slices.Contains(names, name) {
					return usageError("there is no axis %q: choose of %s", name, strings.Join(names, "; "))
				}
			}
			command, err := self()
			if err != nil {
				return err
			}
			if err := os.MkdirAll(out, 0o755); err != nil {
				return usageError("cannot make the folder %s: %v", out, err)
			}
			report := progress.New(c.ErrOrStderr())
			release := hold(c.Context())
			defer release()
			var axes []cost.Axis
			for _, a := range costAxes {
				if len(only) > 0 && !slices.Contains(only, a.name) {
					continue
				}
				done := cost.Axis{Name: a.name, What: a.what, Expect: a.expect}
				for _, v := range a.values {
					s := a.measure(c, command, v, steps)
					if c.Context().Err() != nil {
						return c.Context().Err()
					}
					report.Say("%s %d: %.4g, %.0f MB%s", a.name, v, s.Time, s.Memory, s.Failed)
					done.Samples = append(done.Samples, s)
				}
				done.Fit()
				axes = append(axes, done)
			}
			return writeCost(c, out, axes, asJSON, markdown)
		},
	}
	f := c.Flags()
	f.StringVar(&out, "out", "", "folder to write (required)")
	f.StringArrayVar(&only, "axis", nil, "measure only this: "+strings.Join(names, "; ")+"; may be repeated")
	f.IntVar(&steps, "steps", 60, "training steps of each process, of whose times the median is taken")
	f.BoolVar(&markdown, "markdown", false, "print GitHub Markdown")
	f.BoolVar(&asJSON, "json", false, "print one JSON object")
	c.MarkFlagRequired("out")
	c.MarkFlagsMutuallyExclusive("markdown", "json")
	return c
}

// measure trains once, in a process of its own.
func (a costAxis) measure(c *cobra.Command, command []string, v, steps int) cost.Sample {
	s := cost.Sample{X: float64(v)}
	if a.name == "pixels" {
		s.X = float64(v * v)
	}
	dir, err := os.MkdirTemp("", "hgn-cost-")
	if err != nil {
		s.Failed = err.Error()
		return s
	}
	defer os.RemoveAll(dir)
	words := append(slices.Clone(command), "train", "hgn", "--system", "pendulum", "--trajectories", "1000", "--json", "--out", filepath.Join(dir, "run"),
		"--steps", strconv.Itoa(steps), "--set", "batch=32", "--set", "latent=line*4", "--set", "curriculum=[]", "--set", "restarts=0", "--set", "sharpen=0", "--set", "refine=0")
	words = append(words, a.args(v)...) // a later flag replaces an earlier one
	var stdout, stderr bytes.Buffer
	child := exec.CommandContext(c.Context(), words[0], words[1:]...)
	child.Stdout, child.Stderr = &stdout, &stderr
	err = child.Run()
	var outcome runs.TrainResult
	if err == nil {
		err = json.Unmarshal(stdout.Bytes(), &outcome)
	}
	if err != nil {
		lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
		s.Failed = strings.TrimPrefix(oneLine(lines[len(lines)-1]), "hgn: ")
		return s
	}
	s.Time, s.Compile, s.Memory = a.time(outcome, steps), outcome.CompileSeconds, residentMB(child.ProcessState)
	return s
}

// writeCost writes and prints the figures.
func writeCost(c *cobra.Command, dir string, axes []cost.Axis, asJSON, markdown bool) error {
	text, err := json.MarshalIndent(axes, "", "  ")
	if err != nil {
		return err
	}
	if err := atomicfile.WriteFile(filepath.Join(dir, "cost.json"), append(text, '\n')); err != nil {
		return err
	}
	if !slices.ContainsFunc(axes, func(a cost.Axis) bool {
		return slices.ContainsFunc(a.Samples, func(s cost.Sample) bool { return s.Time > 0 })
	}) {
		return errors.New("no training could be measured: " + axes[0].Samples[0].Failed)
	}
	picture, err := cost.Picture("Cost as work grows; dashed: the nearest straight line", axes)
	if err != nil {
		return err
	}
	if err := picture.SavePNG(filepath.Join(dir, "cost.png")); err != nil {
		return err
	}
	if asJSON {
		return printJSON(c.OutOrStdout(), axes)
	}
	table := cost.Sheet("Cost as work grows", axes)
	printed := table.Text()
	if markdown {
		printed = table.Markdown()
	}
	_, err = fmt.Fprint(c.OutOrStdout(), printed)
	return err
}
