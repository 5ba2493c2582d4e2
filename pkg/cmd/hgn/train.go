package main

import (
	"github.com/spf13/cobra"

	"hgn.local/gomlx_models/params"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// trainFlags are what `hgn train` is told.
type trainFlags struct {
	system, frames, preset, out string
	steps                       int
	seed                        uint64
	sets                        []string
	resume, json                bool
}

// newTrainCommand trains a model into a run folder.
func newTrainCommand() *cobra.Command {
	var o trainFlags
	c := &cobra.Command{
		Use:   "train hgn (--system S | --frames F.npz) --out DIR",
		Short: "Train a model on video",
		Long: `Train a model on the simulated videos of a system, or on the frames of a .npz file, into a run folder.

An interrupt (Ctrl-C) saves; --resume continues where it stopped. --set changes one parameter, for example
--set latent=line*4 or --set decoder_hidden=[64,128]; the run's parameters are in DIR/run.json.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			config, err := o.config(c, args[0])
			if err != nil {
				return err
			}
			return train(c, config, o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.system, "system", "", "the system to simulate: mass_spring, pendulum")
	f.StringVar(&o.frames, "frames", "", "a .npz file of videos, instead of --system")
	f.StringVar(&o.preset, "preset", "quick", "parameters to start from: quick, cpu")
	f.IntVar(&o.steps, "steps", 0, "training steps (default: the preset's)")
	f.Uint64Var(&o.seed, "seed", 1, "of the initial weights and the batches")
	f.StringArrayVar(&o.sets, "set", nil, "key=value, one parameter of the model; may be repeated")
	f.StringVar(&o.out, "out", "", "the run folder (required)")
	f.BoolVar(&o.resume, "resume", false, "continue the run in --out")
	f.BoolVar(&o.json, "json", false, "print the outcome as one JSON object")
	c.MarkFlagRequired("out")
	return c
}

// config makes a run's configuration out of the flags. A run that is resumed keeps its own; flags
// that were given must agree with it.
func (o trainFlags) config(c *cobra.Command, model string) (runs.Config, error) {
	if model != "hgn" {
		return runs.Config{}, usageError("unknown model %q: this version trains hgn", model)
	}
	if o.resume {
		r, err := runs.Open(o.out)
		if err != nil {
			return runs.Config{}, err
		}
		for _, name := range []string{"system", "frames", "preset", "steps", "seed", "set"} {
			if c.Flags().Changed(name) {
				return runs.Config{}, usageError("--resume continues the run as it was started, so leave out --%s", name)
			}
		}
		return r.Config, nil
	}
	config, err := runs.NewConfig(model, o.preset)
	if err != nil {
		return runs.Config{}, err
	}
	p := &config.Params
	p.Seed = o.seed
	if c.Flags().Changed("steps") {
		p.Steps = o.steps
	}
	for _, s := range o.sets {
		if err := params.Set(p, s); err != nil {
			return runs.Config{}, err
		}
	}
	switch {
	case (o.system == "") == (o.frames == ""):
		return runs.Config{}, usageError("say what to train on: either --system S or --frames F.npz")
	case o.system != "":
		config.Data = runs.Simulated(o.system)
	default:
		if config.Data, err = runs.FromFile(o.frames); err != nil {
			return runs.Config{}, err
		}
	}
	return config, nil
}

func train(c *cobra.Command, config runs.Config, o trainFlags) error {
	if !o.resume {
		if training.HasCheckpoint(o.out) {
			return usageError("%s already holds a training: continue it with --resume, or choose another folder", o.out)
		}
	}
	d, err := openDevice(c)
	if err != nil {
		return err
	}
	defer d.Close()
	run, err := runs.Create(o.out, config)
	if err != nil {
		return err
	}
	report := newReporter(c.ErrOrStderr())
	report.say("%s on %s", run.Config, d.Describe())
	outcome, err := run.Train(c.Context(), d, runs.Options{
		Resume:  o.resume,
		Observe: []func(training.Event){training.Console(c.ErrOrStderr())},
	})
	if err != nil {
		return err
	}
	if outcome.Interrupted {
		report.say("stopped at step %d of %d; continue with: hgn train hgn --resume --out %s", outcome.Steps, run.Params.Steps, o.out)
	}
	if o.json {
		return printJSON(c.OutOrStdout(), outcome)
	}
	return nil
}

// openDevice opens the backend; its notices go to stderr.
func openDevice(c *cobra.Command) (*device.Device, error) {
	return device.Open(device.Options{Notice: c.ErrOrStderr()})
}
