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

// Params are the parameters of a model, of the type that its kind has: hgn.Params, hnn.Params, nhf.Params, rnvp.Params.
type Params interface {
	// Plan is what all models' parameters have in common.
	Plan() params.Plan
}

// Model is a trained model, whatever it is inside. A model of videos is a video.Model as well, one of a density a
// points.Model.
type Model interface {
	Store() *model.Store
	// Check fails unless the store holds every variable of the model.
	Check() error
	Parameters() int
}

// learner trains a model, one step at a time; see training.Task. One that recognises failed starts has the other two
// methods of training.RestartPolicy as well.
type learner interface {
	Step(step int) (training.Losses, error)
	CompileTime() time.Duration
	UseDevices(n int) error
}

// kind is what is known of one kind of model.
type kind struct {
	preset   func(name string) (Params, error)
	parse    func(text []byte) (Params, error)
	set      func(p Params, assignment string) (Params, error)
	resolve  func(p Params, s Source) (Params, error) // settles what depends on the data
	check    func(p Params, s Source) error           // every value, on its own and against the data
	describe func(p Params, o *Header)
	states   func(p Params) bool                                                           // whether it learns from states alone; nil: never
	batch    func(p Params) int                                                            // what a training step is of, and several devices divide among them
	build    func(d *device.Device, p Params, s Source, data *TrainingData) (Model, error) // data is nil where the model is to be loaded
	learn    func(m Model, data TrainingData) (learner, error)
}

// ofVideos is the check of a kind that models videos.
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

// ofPoints is the check of a kind that models densities.
func ofPoints[P interface {
	Params
	Validate(dim int) error
}](p Params, s Source) error {
	dim, err := s.Dim()
	if err != nil {
		return err
	}
	return p.(P).Validate(dim)
}

// asGiven resolves nothing.
func asGiven(p Params, _ Source) (Params, error) { return p, nil }

// kinds by the name that the command line and run.json use.
var kinds = map[string]kind{
	"hgn":  hgnKind,
	"hnn":  hnnKind,
	"nhf":  nhfKind,
	"rnvp": rnvpKind,
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

// modelOf is the kind that parameters belong to.
func modelOf(p Params) string {
	for name, k := range kinds {
		if other, err := k.preset("quick"); err == nil && reflect.TypeOf(p) == reflect.TypeOf(other) {
			return name
		}
	}
	return ""
}

// parse and set make the functions of a kind out of its parameters' type.
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
