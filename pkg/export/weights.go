package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/export/safetensors"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// The keys of the metadata in a file of weights.
const (
	metaFormat   = "format"     // "hgn"
	metaVersion  = "version"    // of the metadata, "1"
	metaModel    = "model"      // kind of the model
	metaRun      = "run"        // run.json, as JSON
	metaTraining = "training"   // training.Meta of the checkpoint, as JSON
	metaState    = "state"      // names of the tensors that only a training has, such as Adam's, as JSON
	metaDigest   = "checkpoint" // its SHA-256
)

const weightsFormat, weightsVersion = "hgn", "1"

// typeNames maps the types of variables to those of the format.
var typeNames = map[dtypes.DType]string{
	dtypes.Float64: "F64", dtypes.Float32: "F32", dtypes.Int64: "I64", dtypes.Int32: "I32", dtypes.Uint64: "U64", dtypes.Uint32: "U32",
	dtypes.Uint8: "U8", dtypes.Int8: "I8", dtypes.Bool: "BOOL",
}

// weightName returns the name of a variable in a file: its scopes and its own name, with slashes between them.
func weightName(path string) string { return strings.TrimPrefix(path, "/") }

// Safetensors writes the weights of a run's model into a file, in the order of its checkpoint and bit for bit. With state
// it also writes what the training keeps beside them, such as Adam's moments, so that an imported run can be resumed.
func Safetensors(r *runs.Run, d *device.Device, file string, state bool) (written int, err error) {
	fresh, err := r.Untrained(d)
	if err != nil {
		return 0, err
	}
	m, meta, err := r.Load(d)
	if err != nil {
		return 0, err
	}
	f := safetensors.File{}
	extra := []string{}
	for v := range m.Store().IterVariables() {
		name := weightName(v.Path())
		if fresh.Store().GetVariable(v.Path()) == nil {
			if !state {
				continue
			}
			extra = append(extra, name)
		}
		t, err := tensorOf(name, v)
		if err != nil {
			return 0, err
		}
		f.Tensors = append(f.Tensors, t)
	}
	texts := map[string]any{metaRun: r.Config, metaTraining: meta, metaState: extra}
	f.Metadata = map[string]string{metaFormat: weightsFormat, metaVersion: weightsVersion, metaModel: r.Model, metaDigest: meta.Digest}
	for key, value := range texts {
		text, err := json.Marshal(value)
		if err != nil {
			return 0, err
		}
		f.Metadata[key] = string(text)
	}
	return len(f.Tensors), atomicfile.WriteTo(file, func(w io.Writer) error { return safetensors.Write(w, f) })
}

// tensorOf copies a variable.
func tensorOf(name string, v *model.Variable) (safetensors.Tensor, error) {
	value, err := v.Value()
	if err != nil {
		return safetensors.Tensor{}, fmt.Errorf("variable %s has no value: %w", name, err)
	}
	t := safetensors.Tensor{Name: name, DType: typeNames[v.DType()], Shape: v.Shape().Dimensions}
	if t.DType == "" {
		return t, fmt.Errorf("variable %s has the type %s, which safetensors cannot hold", name, v.DType())
	}
	return t, value.ConstBytes(func(b []byte) { t.Data = bytes.Clone(b) })
}

// Import makes a run in a new folder with the weights of a file. The run's parameters and data are those in the file's
// metadata, or those of the run like, for a file that another program wrote. It fails, and writes nothing, unless the
// file has every tensor of the model under its name, in its shape and type, and no others.
func Import(file, dir string, like *runs.Run, d *device.Device) (*runs.Run, error) {
	f, err := safetensors.Read(file)
	if err != nil {
		return nil, err
	}
	if training.HasCheckpoint(dir) {
		return nil, badinput.Errorf("%s already holds a training: choose another folder", dir)
	}
	config, meta, err := described(file, f, like)
	if err != nil {
		return nil, err
	}
	planned := &runs.Run{Dir: dir, Config: config}
	fresh, err := planned.Untrained(d)
	if err != nil {
		return nil, badinput.Errorf("the model that %s describes cannot be made: %w", file, err)
	}
	store, err := storeOf(file, f, fresh.Store())
	if err != nil {
		return nil, err
	}
	r, err := runs.Create(dir, config)
	if err != nil {
		return nil, err
	}
	return r, training.SaveCheckpoint(filepath.Join(dir, training.CheckpointFile), store, meta)
}

// described returns the configuration and the state of the training that a file's metadata hold, or the configuration of
// another run.
func described(file string, f safetensors.File, like *runs.Run) (c runs.Config, meta training.Meta, err error) {
	own := f.Metadata[metaFormat] == weightsFormat
	if own && f.Metadata[metaVersion] != weightsVersion {
		return c, meta, badinput.Errorf("%s is of version %s, and this program reads version %s", file, strconv.Quote(f.Metadata[metaVersion]), weightsVersion)
	}
	switch {
	case like != nil:
		c = like.Config
		meta.Step = c.Params.Plan().Steps
	case !own || f.Metadata[metaRun] == "":
		return c, meta, badinput.Errorf("%s does not say of which run its weights are: name one with the same parameters by --like", file)
	default:
		if err := json.Unmarshal([]byte(f.Metadata[metaRun]), &c); err != nil {
			return c, meta, badinput.Errorf("the description of the run in %s is damaged: %w", file, err)
		}
	}
	if text := f.Metadata[metaTraining]; own && text != "" {
		if err := json.Unmarshal([]byte(text), &meta); err != nil {
			return c, meta, badinput.Errorf("the state of the training in %s is damaged: %w", file, err)
		}
	}
	return c, meta, nil
}

// storeOf makes a store of a file's tensors, in their order, if they are those of the model whose store want is, and of
// its training.
func storeOf(file string, f safetensors.File, want *model.Store) (*model.Store, error) {
	var state []string
	if text := f.Metadata[metaState]; text != "" {
		if err := json.Unmarshal([]byte(text), &state); err != nil {
			return nil, badinput.Errorf("the list of the training's tensors in %s is damaged: %w", file, err)
		}
	}
	store := model.NewStore()
	for _, t := range f.Tensors {
		v := want.GetVariable("/" + t.Name)
		ofTraining := slices.Contains(state, t.Name)
		if v == nil && !ofTraining {
			return nil, badinput.Errorf("%s has a tensor %s, which the model does not have", file, t.Name)
		}
		value, err := valueOf(t)
		if err != nil {
			return nil, badinput.Errorf("%s: %w", file, err)
		}
		if v != nil && !v.Shape().Equal(value.Shape()) {
			return nil, badinput.Errorf("%s has %s as %s, and the model as %s", file, t.Name, value.Shape(), v.Shape())
		}
		if !finite(value) {
			return nil, badinput.Errorf("%s has numbers in %s that are not finite", file, t.Name)
		}
		made, err := store.CreateVariable("/"+t.Name, value)
		if err != nil {
			return nil, badinput.Errorf("the tensor %s of %s is no variable: %w", t.Name, file, err)
		}
		made.SetTrainable(v != nil && v.Trainable)
	}
	for v := range want.IterVariables() {
		if store.GetVariable(v.Path()) == nil {
			return nil, badinput.Errorf("%s lacks the tensor %s of the model, %s", file, weightName(v.Path()), v.Shape())
		}
	}
	return store, nil
}

// finite tells whether all numbers of a value are.
func finite(t *tensors.Tensor) bool {
	if !t.DType().IsFloat() {
		return true
	}
	return !slices.ContainsFunc(nets.Float64s(t), func(v float64) bool { return v-v != 0 })
}

// valueOf makes a value for a variable.
func valueOf(t safetensors.Tensor) (*tensors.Tensor, error) {
	for dtype, name := range typeNames {
		if name == t.DType {
			value := tensors.FromShape(shapes.Make(dtype, t.Shape...))
			return value, value.MutableBytes(func(to []byte) { copy(to, t.Data) })
		}
	}
	return nil, fmt.Errorf("the tensor %s has the type %s: give float32 or float64", t.Name, t.DType)
}
