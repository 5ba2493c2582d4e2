package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/table"
	"hgn.local/pkg/training"
)

// sweepFlags are what `hgn sweep` is told beside what `hgn train` is.
type sweepFlags struct {
	train    trainFlags
	grid     []string
	seeds    string
	json     bool
	markdown bool
}

// newSweepCommand trains a model over a grid of settings and seeds.
func newSweepCommand() *cobra.Command {
	var o sweepFlags
	c := &cobra.Command{
		Use:   "sweep MODEL --grid KEY=V1;V2 ... --seeds 1-3 --out DIR",
		Short: "Train a model over a grid of settings and seeds, and compare",
		Long: `Train a model in every combination of some settings and seeds, each into a run folder of its own within DIR, measure them, and
print them as hgn table does. --grid gives a parameter several values, separated by semicolons; the keys system and density
vary the data. Everything else is as for hgn train:

  hgn sweep nhf --density gaussians4 --grid 'energy_hidden=[32,32];[64,64]' --grid 'leapfrog_steps=1;2' --seeds 1-3 --out study

What was trained and measured before is not done again, so that a sweep that was interrupted goes on by the same command. A
training that diverges is reported, and the others go on.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args[0]) },
	}
	o.train.add(c.Flags())
	f := c.Flags()
	f.StringArrayVar(&o.grid, "grid", nil, "KEY=V1;V2;..., a parameter, or system or density, with its values; may be repeated")
	f.StringVar(&o.seeds, "seeds", "1", "seeds of the trainings: 1-20, or 1,2,5")
	f.BoolVar(&o.markdown, "markdown", false, "print GitHub Markdown")
	f.BoolVar(&o.json, "json", false, "print one JSON object")
	c.MarkFlagRequired("out")
	c.MarkFlagsMutuallyExclusive("markdown", "json")
	return c
}

// axis is a key with its values.
type axis struct {
	key    string
	values []string
}

// point is one combination of a sweep.
type point struct {
	name   string
	config runs.Config
}

func (o *sweepFlags) run(c *cobra.Command, model string) error {
	points, err := o.points(c, model)
	if err != nil {
		return err
	}
	d, err := openDevice(c)
	if err != nil {
		return err
	}
	defer d.Close()
	report := newReporter(c.ErrOrStderr())
	var entries []table.Entry
	var diverged []string
	began, trained := time.Now(), 0
	for i, p := range points {
		left := ""
		if trained > 0 {
			left = ", " + elapsed(time.Since(began)/time.Duration(trained)*time.Duration(len(points)-i)) + " left"
		}
		report.say("%d of %d: %s%s", i+1, len(points), p.name, left)
		e, fresh, err := o.one(c.Context(), c, d, p)
		if fresh {
			trained++
		} else if trained == 0 {
			began = time.Now()
		}
		switch {
		case errors.Is(err, training.ErrDiverged):
			report.say("%s: %v", p.name, err)
			diverged = append(diverged, p.name)
		case err != nil:
			return err
		case c.Context().Err() != nil:
			report.say("interrupted; the same command goes on from there")
			return nil
		default:
			entries = append(entries, e)
		}
	}
	return o.print(c, entries, diverged, len(points))
}

// one trains and measures one combination, if that is still to be done.
func (o *sweepFlags) one(ctx context.Context, c *cobra.Command, d *device.Device, p point) (e table.Entry, fresh bool, err error) {
	r, err := runs.Create(filepath.Join(o.train.out, p.name), p.config)
	if err != nil {
		return e, false, err
	}
	done, err := r.Finished()
	if err != nil {
		return e, false, err
	}
	if !done {
		if _, err := r.Train(ctx, d, runs.Options{Resume: true, Observe: []func(training.Event){training.Console(c.ErrOrStderr())}}); err != nil || ctx.Err() != nil {
			return e, true, err
		}
	}
	e, err = table.Of(ctx, d, r)
	e.Name = p.name
	return e, !done, err
}

// print compares what did not diverge.
func (o *sweepFlags) print(c *cobra.Command, entries []table.Entry, diverged []string, all int) error {
	t := &table.Table{}
	if len(entries) > 0 {
		var err error
		if t, err = table.Build(entries); err != nil {
			return err
		}
	}
	w := c.OutOrStdout()
	if o.json {
		return printJSON(w, struct {
			*table.Table
			Trainings int      `json:"trainings"`
			Diverged  []string `json:"diverged"`
		}{t, all, append([]string{}, diverged...)})
	}
	text := t.Text()
	if o.markdown {
		text = t.Markdown()
	}
	_, err := fmt.Fprintf(w, "%s\n%d of %d trainings diverged%s\n", text, len(diverged), all, colon(diverged))
	return err
}

func colon(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return ": " + strings.Join(names, ", ")
}

// points are all combinations, the last axis changing fastest and the seeds faster still.
func (o *sweepFlags) points(c *cobra.Command, model string) ([]point, error) {
	seeds, err := parseSeeds(o.seeds)
	if err != nil {
		return nil, err
	}
	axes, err := parseGrid(o.grid)
	if err != nil {
		return nil, err
	}
	combinations := [][]string{nil} // a value for each axis
	for _, a := range axes {
		var longer [][]string
		for _, c := range combinations {
			for _, v := range a.values {
				longer = append(longer, append(append([]string(nil), c...), v))
			}
		}
		combinations = longer
	}
	var points []point
	for _, values := range combinations {
		t := o.train
		t.sets = append([]string(nil), t.sets...)
		var name []string
		for i, a := range axes {
			switch v := values[i]; a.key {
			case "system":
				t.data.system = v
				name = append(name, v)
			case "density":
				t.data.density = v
				name = append(name, filepath.Base(v))
			default:
				t.sets = append(t.sets, a.key+"="+v)
				name = append(name, a.key+"="+v)
			}
		}
		for _, seed := range seeds {
			t.seed = seed
			config, err := t.config(c, model)
			if err == nil {
				config, err = config.Resolve()
			}
			if err != nil {
				return nil, err
			}
			parts := append(append([]string{model}, name...), fmt.Sprintf("seed=%d", seed))
			points = append(points, point{folderName(strings.Join(parts, "_")), config})
		}
	}
	return points, nil
}

// parseGrid reads KEY=V1;V2 axes.
func parseGrid(texts []string) ([]axis, error) {
	var axes []axis
	seen := map[string]bool{}
	for _, text := range texts {
		key, list, found := strings.Cut(text, "=")
		if !found || key == "" {
			return nil, usageError("--grid %q is not KEY=V1;V2", text)
		}
		if key == "seed" {
			return nil, usageError("give the seeds by --seeds")
		}
		if seen[key] {
			return nil, usageError("--grid gives %s twice", key)
		}
		seen[key] = true
		a := axis{key: key}
		for v := range strings.SplitSeq(list, ";") {
			if v = strings.TrimSpace(v); v == "" {
				return nil, usageError("--grid %q has an empty value", text)
			}
			a.values = append(a.values, v)
		}
		axes = append(axes, a)
	}
	return axes, nil
}

// mostSeeds bounds a range of seeds: beyond it it is a slip of the keyboard.
const mostSeeds = 1000

// parseSeeds reads 1-20, or 1,2,5, or both mixed.
func parseSeeds(text string) ([]uint64, error) {
	wrong := usageError("--seeds must be like 1-20 or 1,2,5 (up to %d of them), not %q", mostSeeds, text)
	var seeds []uint64
	seen := map[uint64]bool{}
	for part := range strings.SplitSeq(text, ",") {
		low, high, isRange := strings.Cut(strings.TrimSpace(part), "-")
		a, err := strconv.ParseUint(low, 10, 63)
		if err != nil {
			return nil, wrong
		}
		b := a
		if isRange {
			if b, err = strconv.ParseUint(high, 10, 63); err != nil || b < a || b-a >= mostSeeds {
				return nil, wrong
			}
		}
		for s := a; s <= b; s++ {
			if seen[s] || len(seeds) == mostSeeds {
				return nil, wrong
			}
			seen[s] = true
			seeds = append(seeds, s)
		}
	}
	return seeds, nil
}

// awkward is what does not go into a folder's name.
var awkward = regexp.MustCompile(`[^A-Za-z0-9=._-]+`)

func folderName(s string) string { return strings.Trim(awkward.ReplaceAllString(s, "-"), "-") }
