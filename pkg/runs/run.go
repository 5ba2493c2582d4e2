package runs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/training"
	"hgn.local/pkg/wholefile"
)

// Run is a training in a folder.
type Run struct {
	Dir string
	Config
}

// Config is the content of run.json: all that decides what a training computes.
type Config struct {
	Model  string     `json:"model"` // "hgn"
	Params hgn.Params `json:"params"`
	Data   Source     `json:"data"`
}

const configFile = "run.json"

// NewConfig is the configuration of a model with the parameters of a preset; its data are still to be
// chosen.
func NewConfig(model, preset string) (Config, error) {
	if model != "hgn" {
		return Config{}, badinput.Errorf("unknown model %q: this version trains hgn", model)
	}
	p, err := hgn.Preset(preset)
	return Config{Model: model, Params: p}, err
}

// Create makes the folder of a new run, or opens the one that is there if it holds the same
// configuration. Another configuration in it is an error: nothing is overwritten.
func Create(dir string, c Config) (*Run, error) {
	c, err := c.resolve()
	if err != nil {
		return nil, err
	}
	if r, err := Open(dir); err == nil {
		if !reflect.DeepEqual(r.Config, c) {
			return nil, badinput.Errorf("%s already holds another run (%s): choose another folder, or remove that one", dir, r.Config)
		}
		return r, nil
	} else if _, statErr := os.Stat(filepath.Join(dir, configFile)); statErr == nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("cannot make the run folder %s: %w", dir, err)
	}
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return nil, err
	}
	if err := wholefile.Write(filepath.Join(dir, configFile), append(text, '\n')); err != nil {
		return nil, err
	}
	return &Run{Dir: dir, Config: c}, nil
}

// Open opens the folder of a run.
func Open(dir string) (*Run, error) {
	text, err := os.ReadFile(filepath.Join(dir, configFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, badinput.Errorf("%s is not the folder of a run (it has no %s): train one first", dir, configFile)
	} else if err != nil {
		return nil, badinput.Errorf("cannot read the run in %s: %w", dir, err)
	}
	r := &Run{Dir: dir}
	if err := json.Unmarshal(text, &r.Config); err != nil {
		return nil, badinput.Errorf("%s in %s is damaged (%v): train the run again", configFile, dir, err)
	}
	if r.Model != "hgn" {
		return nil, badinput.Errorf("%s holds a run of the model %q, which this program does not know", dir, r.Model)
	}
	if _, err := r.Config.resolve(); err != nil {
		return nil, badinput.Errorf("%s in %s is damaged: %w", configFile, dir, err)
	}
	return r, nil
}

// Name is the run's folder name.
func (r *Run) Name() string { return filepath.Base(r.Dir) }

// Trained tells whether there is a checkpoint.
func (r *Run) Trained() bool {
	return training.HasCheckpoint(r.Dir)
}

// resolve checks a configuration and fills in what depends on the data: a latent "auto" becomes the
// topology of the system, or "line*4" where nothing is known about it.
func (c Config) resolve() (Config, error) {
	if c.Model != "hgn" {
		return c, badinput.Errorf("unknown model %q: choose hgn", c.Model)
	}
	video, err := c.Data.video()
	if err != nil {
		return c, err
	}
	if c.Params.Latent == "auto" {
		c.Params.Latent = "line*4"
		if c.Data.Recipe != nil {
			system, err := physics.ByName(c.Data.Recipe.System)
			if err != nil {
				return c, err
			}
			c.Params.Latent = hgn.FormatLatent(system.Topology())
		}
	}
	return c, c.Params.Validate(video)
}

func (c Config) String() string {
	return fmt.Sprintf("model %s, preset %s, seed %d, %d steps, latent %s, data %s", c.Model, c.Params.Preset, c.Params.Seed, c.Params.Steps, c.Params.Latent, c.Data)
}
