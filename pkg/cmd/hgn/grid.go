package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"hgn.local/pkg/runs"
)

// axis is a key with its values.
type axis struct {
	key    string
	values []string
}

// point is one combination of a sweep.
type point struct {
	name   string   // name of its folder
	shown  []string // the parameters that the sweep varies
	config runs.Config
}

// points returns all combinations, with the last axis changing fastest and the seeds faster still.
func (o *sweepFlags) points(c *cobra.Command, model string) ([]point, error) {
	for _, s := range o.train.sets {
		if key, _, _ := strings.Cut(s, "="); key == "seed" {
			return nil, usageError("--set seed would give all trainings of the sweep one seed: give the seeds by --seeds")
		}
	}
	seeds, err := parseSeeds(o.seeds)
	if err != nil {
		return nil, err
	}
	var dataSeeds []uint64
	if o.data != "" {
		if dataSeeds, err = parseSeeds(o.data); err != nil {
			return nil, err
		}
		if len(dataSeeds) != len(seeds) {
			return nil, usageError("--data-seeds gives %d seeds and --seeds %d: give as many", len(dataSeeds), len(seeds))
		}
	}
	axes, err := parseGrid(o.grid)
	if err != nil {
		return nil, err
	}
	changes, err := parseChanges(o.changes)
	if err != nil {
		return nil, err
	}
	combinations := [][]string{nil} // one value for each axis
	for _, a := range axes {
		var longer [][]string
		for _, c := range combinations {
			for _, v := range a.values {
				longer = append(longer, append(append([]string(nil), c...), v))
			}
		}
		combinations = longer
	}
	var shown []string
	for _, a := range axes {
		shown = append(shown, a.key)
	}
	var points []point
	for k := range len(combinations) * len(changes) {
		values, change := combinations[k/len(changes)], changes[k%len(changes)]
		t := o.train
		t.sets = append(append([]string(nil), t.sets...), change...)
		name := append([]string(nil), change...)
		told := slices.Clone(shown)
		for _, assignment := range change {
			key, _, _ := strings.Cut(assignment, "=")
			told = append(told, key)
		}
		for i, a := range axes {
			switch v := values[i]; a.key {
			case "system":
				t.data.system = v
				name = append(name, v)
			case "density":
				t.data.density = v
				name = append(name, filepath.Base(v))
			case "preset":
				t.preset = v
				name = append(name, a.key+"="+v)
			default:
				t.sets = append(t.sets, a.key+"="+v)
				name = append(name, a.key+"="+v)
			}
		}
		for i, seed := range seeds {
			t.seed = seed
			if dataSeeds != nil {
				t.data.data = dataSeeds[i]
			}
			config, err := t.config(c, model)
			if err == nil {
				config, err = config.Resolve()
			}
			if err != nil {
				return nil, err
			}
			parts := append(append([]string{model}, name...), fmt.Sprintf("seed=%d", seed))
			points = append(points, point{folderName(strings.Join(parts, "_")), told, config})
		}
	}
	return points, distinct(points)
}

// distinct fails if two combinations are the same training, or would have the same folder or the same place in the
// table. So such a mistake is found before any training.
func distinct(points []point) error {
	folders, trainings, targets := map[string]bool{}, map[string]string{}, map[string]string{}
	for _, p := range points {
		if d := p.config.Data.Density; d != nil {
			base := filepath.Base(d.Target)
			if other, seen := targets[base]; seen && other != d.Target {
				return usageError("the densities %s and %s have the same name %s: rename one of them", other, d.Target, base)
			}
			targets[base] = d.Target
		}
		text, err := json.Marshal(p.config)
		if err != nil {
			return err
		}
		if other, seen := trainings[string(text)]; seen {
			return usageError("%s and %s are the same training: give each value of --grid and each --change once, and none that the unchanged model has", other, p.name)
		}
		trainings[string(text)] = p.name
		if folders[p.name] {
			return usageError("two trainings of the sweep would have the folder %s: give their values of --grid in other words", p.name)
		}
		folders[p.name] = true
	}
	return nil
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
			if slices.Contains(a.values, v) {
				return nil, usageError("--grid %q has the value %s twice: give each once", text, v)
			}
			a.values = append(a.values, v)
		}
		axes = append(axes, a)
	}
	return axes, nil
}

// parseChanges reads KEY=VALUE,KEY=VALUE changes, and puts "no change" first. A comma within brackets, or one that no
// other key follows, belongs to a value.
func parseChanges(texts []string) ([][]string, error) {
	changes := [][]string{nil}
	for _, text := range texts {
		var change []string
		for part := range strings.SplitSeq(text, ",") {
			if len(change) > 0 && !assignment.MatchString(part) {
				change[len(change)-1] += "," + part
				continue
			}
			change = append(change, part)
		}
		for _, a := range change {
			switch key, value, _ := strings.Cut(a, "="); {
			case key == "" || value == "":
				return nil, usageError("--change %q is not KEY=VALUE", text)
			case slices.Contains([]string{"seed", "system", "density", "preset"}, key):
				return nil, usageError("--change %s does not change a parameter of the model: use --seeds or --grid", text)
			}
		}
		changes = append(changes, change)
	}
	return changes, nil
}

var assignment = regexp.MustCompile(`^[a-z_0-9]+=`)

// mostSeeds bounds a range of seeds: a larger range is a typing error.
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

// awkward matches the characters that are unsuitable for a folder's name.
var awkward = regexp.MustCompile(`[^A-Za-z0-9=._-]+`)

func folderName(s string) string { return strings.Trim(awkward.ReplaceAllString(s, "-"), "-") }
