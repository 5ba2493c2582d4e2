package table

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"hgn.local/pkg/physics"
	"hgn.local/pkg/runs"
)

// These are the names that the paper gives its models in Table 1.
const (
	nameHNN           = "HNN"
	nameHNNConv       = "HNN-conv"
	nameEuler         = "HGN (Euler)"
	nameDeterministic = "HGN (deterministic)"
	nameNoFPsi        = "HGN (no f_psi)"
	nameLeapfrog      = "HGN (leapfrog)"
)

// These are the names of models that learn from true states.
const (
	nameHNNStates   = "HNN (states)"
	namePlainStates = "plain network (states)"
)

// labelled is a run with the names of its row and column.
type labelled struct {
	Entry
	model   string // the paper's name for it
	setting string // preset, data, and parameters that differ from the preset's
	data    string // the kind of videos, without their number
	column  column
	short   bool // trained for a shorter time than the paper
}

// column is a system, or a file of videos.
type column struct {
	key, name string
}

func label(e Entry) (labelled, error) {
	values, err := valuesOf(e.Config)
	if err != nil {
		return labelled{}, err
	}
	if r := e.Config.Data.Recipe; r != nil && e.OwnData {
		same := *r
		same.Seed = runs.Simulated(r.System).Recipe.Seed
		e.Config.Data.Recipe = &same
	}
	l := labelled{Entry: e, column: columnOf(e.Config.Data), data: strings.Join(videosOf(e.Config.Data), ", ")}
	var told []string // parameters that the model's name already tells
	l.model, told = modelName(e.Config.Model, values)
	usual, preset, err := presetOf(e.Config, values, told)
	if err != nil {
		return labelled{}, err
	}
	l.setting = setting(e, values, usual, dataOf(e.Config.Data))
	l.short = shorter(e, values, preset, usual)
	return l, nil
}

// setting names the preset, the data, and the parameters that differ from the usual or that must be shown.
func setting(e Entry, values, usual map[string]json.RawMessage, data []string) string {
	parts := append([]string{e.Config.Params.Plan().Preset}, data...)
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if value := string(values[key]); (value != string(usual[key]) || slices.Contains(e.Show, key)) && key != "seed" && key != "preset" {
			parts = append(parts, key+"="+strings.Trim(value, `"`))
		}
	}
	return strings.Join(parts, ", ")
}

// valuesOf returns the parameters of a run by their JSON keys.
func valuesOf(c runs.Config) (map[string]json.RawMessage, error) {
	text, err := json.Marshal(c.Params)
	if err != nil {
		return nil, err
	}
	var values map[string]json.RawMessage
	return values, json.Unmarshal(text, &values)
}

// presetOf returns the preset's parameters, resolved for the run's data and for what its name tells about the model,
// and the preset itself. Programs may choose their own names; if there is no preset of that name, presetOf takes
// quick.
func presetOf(c runs.Config, values map[string]json.RawMessage, told []string) (usual map[string]json.RawMessage, preset runs.Config, err error) {
	preset, err = runs.NewConfig(c.Model, c.Params.Plan().Preset)
	if err != nil {
		preset, err = runs.NewConfig(c.Model, "quick")
	}
	if err != nil {
		return nil, preset, err
	}
	for _, key := range told {
		if err := preset.Set(key + "=" + string(values[key])); err != nil {
			return nil, preset, err
		}
	}
	preset.Data = c.Data
	if resolved, err := preset.Resolve(); err == nil { // values that depend on the data are resolved as in the run
		preset = resolved
	}
	usual, err = valuesOf(preset)
	return usual, preset, err
}

// modelName returns the paper's name of a model, or one in its manner, and the keys of the parameters that the name
// tells.
func modelName(model string, values map[string]json.RawMessage) (name string, told []string) {
	is := func(key, value string) bool { return strings.Trim(string(values[key]), `"`) == value }
	switch {
	case model == "hgn":
		var how []string
		if !is("integrator", "leapfrog") {
			how = append(how, strings.Trim(string(values["integrator"]), `"`))
			if is("integrator", "euler") {
				how[0] = "Euler"
			}
		}
		if is("deterministic", "true") {
			how = append(how, "deterministic")
		}
		if is("f_psi", "false") {
			how = append(how, "no f_psi")
		}
		if how == nil {
			how = []string{"leapfrog"}
		}
		return "HGN (" + strings.Join(how, ", ") + ")", []string{"integrator", "deterministic", "f_psi"}
	case is("variant", "pixels"):
		return nameHNN, []string{"variant"}
	case is("variant", "conv"):
		return nameHNNConv, []string{"variant"}
	case is("variant", "states"):
		return nameHNNStates, []string{"variant"}
	case is("variant", "baseline"):
		return namePlainStates, []string{"variant"}
	}
	return strings.ToUpper(model), nil
}

// dataOf describes the training data. videosOf does the same without the number of videos.
func dataOf(s runs.Source) []string {
	videos := videosOf(s)
	if s.Recipe != nil {
		videos = slices.Insert(videos, 1, fmt.Sprintf("%d videos", s.Recipe.Trajectories))
	}
	return videos
}

func videosOf(s runs.Source) []string {
	shape, err := s.Shape()
	if err != nil {
		return []string{"?"}
	}
	parts := []string{fmt.Sprintf("%dx%d", shape.Size, shape.Size)}
	if s.Recipe == nil {
		return append(parts, fmt.Sprintf("own videos of %d frames", shape.Frames))
	}
	usual := runs.Simulated(s.System()).Recipe
	if shape.Frames != usual.Frames {
		parts = append(parts, fmt.Sprintf("%d frames", shape.Frames))
	}
	if shape.Dt != usual.Dt {
		parts = append(parts, fmt.Sprintf("dt=%g", shape.Dt))
	}
	if s.Recipe.Noise >= 0 {
		parts = append(parts, fmt.Sprintf("noise=%g", s.Recipe.Noise))
	}
	if s.Recipe.Constants != "" {
		parts = append(parts, string(s.Recipe.Constants))
	}
	if s.Recipe.Vary != "" {
		parts = append(parts, string(s.Recipe.Vary))
	}
	if s.Recipe.Seed != usual.Seed {
		parts = append(parts, fmt.Sprintf("data-seed=%d", s.Recipe.Seed))
	}
	return parts
}

func columnOf(s runs.Source) column {
	if s.Recipe != nil {
		return column{s.System(), s.System()}
	}
	return column{"file " + filepath.Base(s.File) + " " + s.Digest, filepath.Base(s.File)}
}

// columnOfDensity returns the name of a target, or of its file and of what its points are given with.
func columnOfDensity(s runs.Source) string {
	name := s.Density.Target
	if s.Density.Digest != "" {
		name = filepath.Base(name)
	}
	for i, c := range s.Density.Cond {
		name += []string{" given ", ", "}[min(i, 1)] + c.Name
	}
	return name
}

// rank orders columns: the systems as package physics lists them, then files.
func (c column) rank() int {
	if i := slices.Index(physics.Names(), c.key); i >= 0 {
		return i
	}
	return len(physics.Names())
}

// paperTrajectories is the number of trajectories that the paper trains on.
const paperTrajectories = 50_000

// shorter tells whether a run was trained for a shorter time than the paper's models: by another preset than paper or
// paper32, in fewer steps than it plans, on fewer samples than the preset's steps times its batch, or on fewer
// trajectories. A file of videos always counts as fewer trajectories, however many it has.
func shorter(e Entry, values map[string]json.RawMessage, preset runs.Config, usual map[string]json.RawMessage) bool {
	if e.Report == nil {
		return false
	}
	plan := e.Config.Params.Plan()
	return plan.Preset != "paper" && plan.Preset != "paper32" ||
		e.Report.Steps < plan.Steps || e.Report.Steps*batchOf(values) < preset.Params.Plan().Steps*batchOf(usual) ||
		e.Config.Data.Recipe == nil || e.Config.Data.Recipe.Trajectories < paperTrajectories
}

// batchOf returns the batch size of a training step from a model's parameters.
func batchOf(values map[string]json.RawMessage) (n int) {
	if json.Unmarshal(values["batch"], &n) != nil {
		return 0
	}
	return n
}
