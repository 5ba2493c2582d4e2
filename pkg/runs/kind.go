package runs

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/training"
)

// Params holds the parameters of a model, in the type of its kind: hgn.Params, hnn.Params, nhf.Params, rnvp.Params, nsf.Params.
type Params interface {
	// Plan returns the parameters that all models have in common.
	Plan() params.Plan
}

// Model is a trained model of any kind. A model of videos is also a video.Model, a model of a density also a
// points.Model.
type Model interface {
	Store() *model.Store
	// Check fails unless the store holds every variable of the model.
	Check() error
	Parameters() int
}

// learner trains a model, one step at a time; see training.Task. A learner that recognises failed starts also has the
// other two methods of training.RestartPolicy.
type learner interface {
	Step(step int) (training.Losses, error)
	// Evaluate, Compiled and Stage are those of fit.Learner.
	Evaluate(step, n int) (training.Losses, error)
	Compiled(step int) bool
	Stage(step int) any
	CompileTime() time.Duration
	UseDevices(n int) error
	Accumulate(n int) error
}

// kind holds the functions for one kind of model.
type kind struct {
	preset   func(name string) (Params, error)
	parse    func(text []byte) (Params, error)
	set      func(p Params, assignment string) (Params, error)
	resolve  func(p Params, s Source) (Params, error) // fills in the parameters that depend on the data
	check    func(p Params, s Source) error           // checks every value, on its own and against the data
	describe func(p Params, o *Header)
	states   func(p Params) bool                                                           // whether it learns from states alone; nil: never
	batch    func(p Params) int                                                            // the size of a training step's batch, which several devices divide among them
	build    func(d *device.Device, p Params, s Source, data *TrainingData) (Model, error) // data is nil if the model is to be loaded
	learn    func(m Model, data TrainingData) (learner, error)
}

// ofVideos checks the parameters of a kind that models videos.
func ofVideos[P interface {
	Params
	Validate(video.Shape) error
}](p Params, s Source) error {
	shape, err := s.Shape()
	if err != nil {
		return err
	}
	return p.(P).Validate(shape)
}

// ofPoints checks the parameters of a kind that models densities.
func ofPoints[P pointsParams](p Params, s Source) error {
	dim, err := s.Dim()
	if err != nil {
		return err
	}
	return p.(P).Validate(dim)
}

// asGiven returns the parameters unchanged.
func asGiven(p Params, _ Source) (Params, error) { return p, nil }

// kinds maps the names used by the command line and run.json to kinds.
var kinds = map[string]kind{
	"hgn":  hgnKind,
	"hnn":  hnnKind,
	"nhf":  nhfKind,
	"rnvp": rnvpKind,
	"nsf":  nsfKind,
}

// kindOf finds a kind by its name.
func kindOf(name string) (kind, error) {
	if k, ok := kinds[name]; ok {
		return k, nil
	}
	return kind{}, badinput.Errorf("unknown model %q: choose one of %s", name, strings.Join(Models(), ", "))
}

// Models lists the kinds of model.
func Models() []string { return slices.Sorted(maps.Keys(kinds)) }

// modelOf returns the name of the kind to which parameters belong.
func modelOf(p Params) string {
	for name, k := range kinds {
		if other, err := k.preset("quick"); err == nil && reflect.TypeOf(p) == reflect.TypeOf(other) {
			return name
		}
	}
	return ""
}

// parse and set derive a kind's functions from the type of its parameters.
func parse[P Params](text []byte) (Params, error) {
	var p P
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(&p)
	return p, err
}

func set[P Params](p Params, assignment string) (Params, error) {
	typed := p.(P)
	err := params.Set(&typed, assignment)
	return typed, err
}
