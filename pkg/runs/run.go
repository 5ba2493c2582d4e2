package runs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/training"
)

// Run is a training and its folder.
type Run struct {
	Dir string
	Config
}

// Config holds the choices with which a run was started.
type Config struct {
	Model  string `json:"model"`  // one of Models()
	Params Params `json:"params"` // in the type of the model
	Data   Source `json:"data"`

	Searched string `json:"searched,omitempty"` // how the latent was found when the run was trained: "search" or "shape", see Search
}

const configFile = "run.json"

// NewConfig returns the configuration of a model's preset, still without data.
func NewConfig(model, preset string) (Config, error) {
	k, err := kindOf(model)
	if err != nil {
		return Config{}, err
	}
	p, err := k.preset(preset)
	return Config{Model: model, Params: p}, err
}

// ConfigOf returns the configuration of a model with these parameters and data.
func ConfigOf(p Params, data Source) Config {
	return Config{Model: modelOf(p), Params: p, Data: data}
}

// Set changes one parameter, given as "key=value" with its JSON key.
func (c *Config) Set(assignment string) error {
	k, err := kindOf(c.Model)
	if err != nil {
		return err
	}
	p, err := k.set(c.Params, assignment)
	if err == nil {
		c.Params = p
	}
	return err
}

// UnmarshalJSON reads the parameters in the type of the model.
func (c *Config) UnmarshalJSON(text []byte) error {
	var raw struct {
		Model  string          `json:"model"`
		Params json.RawMessage `json:"params"`
		Data   Source          `json:"data"`

		Searched string `json:"searched"`
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	k, err := kindOf(raw.Model)
	if err != nil {
		return err
	}
	if len(raw.Params) == 0 {
		return errors.New("it has no params")
	}
	p, err := k.parse(raw.Params)
	*c = Config{Model: raw.Model, Params: p, Data: raw.Data, Searched: raw.Searched}
	return err
}

// Create makes the folder of a new run. If the folder already holds a run, Create opens it if the configuration is
// the same, and fails otherwise.
func Create(dir string, c Config) (*Run, error) {
	c, err := c.Resolve()
	if err != nil {
		return nil, err
	}
	if r, err := Open(dir); err == nil {
		if asked := c.on(r.Data); !reflect.DeepEqual(r.Config, asked) && !reflect.DeepEqual(r.unsearched(), asked) {
			return nil, badinput.Errorf("%s already holds another run (%s): choose another folder, or remove that one", dir, r.Config)
		}
		return r, nil
	} else if _, statErr := os.Stat(filepath.Join(dir, configFile)); statErr == nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, badinput.Errorf("cannot make the run folder %s: %w; choose another", dir, err)
	}
	if err := c.write(dir); err != nil {
		return nil, err
	}
	return &Run{Dir: dir, Config: c}, nil
}

// on returns the configuration with its data replaced by a run's, if both are the same files.
func (c Config) on(data Source) Config {
	own := c.Data
	if own.Digest == data.Digest {
		own.File, own.Shards, own.Remarks = data.File, data.Shards, data.Remarks // which name the file
	}
	if own.Density != nil && data.Density != nil {
		d := *own.Density
		if d.Digest == data.Density.Digest && d.Digest != "" {
			d.Target = data.Density.Target
		}
		d.near = data.Density.near
		own.Density = &d
	}
	own.near = data.near
	c.Data = own
	return c
}

// write stores the configuration in a run's folder.
func (c Config) write(dir string) error {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(filepath.Join(dir, configFile), append(text, '\n'))
}

// unsearched returns the configuration from before the search for its latent.
func (c Config) unsearched() Config {
	if h, err := c.HGN(); err == nil && c.Searched != "" {
		h.Latent = c.Searched
		c.Params, c.Searched = h, ""
	}
	return c
}

// Open reads the configuration of the run in dir.
func Open(dir string) (*Run, error) {
	text, err := os.ReadFile(filepath.Join(dir, configFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, badinput.Errorf("%s is not the folder of a run (it has no %s): train one first", dir, configFile)
	} else if err != nil {
		return nil, badinput.Errorf("cannot read the run in %s: %w", dir, err)
	}
	r := &Run{Dir: dir}
	err = json.Unmarshal(text, &r.Config)
	r.Data.near = dir
	if r.Data.Density != nil {
		r.Data.Density.near = dir
	}
	if err != nil {
		return nil, badinput.Errorf("%s in %s is damaged or of another version (%v): train the run again", configFile, dir, err)
	}
	if _, err := r.Config.Resolve(); err != nil {
		return nil, badinput.Errorf("%s in %s is damaged: %w", configFile, dir, err)
	}
	return r, nil
}

// Name returns the name of the run's folder.
func (r *Run) Name() string { return filepath.Base(r.Dir) }

// Trained tells whether there is a checkpoint to load.
func (r *Run) Trained() bool {
	return training.HasCheckpoint(r.Dir)
}

// Finished tells whether the run has done all its steps.
func (r *Run) Finished() (bool, error) {
	if !r.Trained() {
		return false, nil
	}
	meta, err := training.ReadMeta(filepath.Join(r.Dir, training.CheckpointFile))
	return err == nil && meta.Done(r.Params.Plan().Steps), err
}

// Resolve fills in the parameters that depend on the data, and checks the rest.
func (c Config) Resolve() (Config, error) {
	k, err := kindOf(c.Model)
	if err != nil {
		return c, err
	}
	if err := c.Data.suits(c.Model); err != nil {
		return c, err
	}
	if c.Params, err = k.resolve(c.Params, c.Data); err != nil {
		return c, err
	}
	return c, k.check(c.Params, c.Data)
}

// String describes the run in one line.
func (c Config) String() string {
	p := c.Params.Plan()
	s := fmt.Sprintf("model %s, preset %s, seed %d, %d steps", c.Model, p.Preset, p.Seed, p.Steps)
	if h, err := c.HGN(); err == nil {
		s += ", latent " + h.Latent
		if c.Searched != "" {
			s += " (by latent=" + c.Searched + ")"
		}
	}
	return s + ", data " + c.Data.String()
}
