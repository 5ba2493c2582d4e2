package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/progress"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// trainFlags holds the flags of `hgn train`.
type trainFlags struct {
	preset, out  string
	steps        int
	devices      int
	parts        int
	every        time.Duration
	seed         uint64
	sets         []string
	resume, json bool
	from         string // the run to repeat
	best         bool
	stopEarly    int
	data         dataFlags
}

// newTrainCommand returns the command that trains a model into a run folder.
func newTrainCommand() *cobra.Command {
	var o trainFlags
	c := &cobra.Command{
		Use: "train hgn|hnn (--system S | --frames F) --out DIR\n  hgn train nhf|rnvp|nsf --density D --out DIR",
		Example: `  hgn train hgn --system pendulum --preset quick --out runs/pendulum --json
  hgn train hgn --system two_body --set integrator=euler --out runs/euler  # a variant: one parameter
  hgn train hnn --system pendulum --out runs/hnn                           # a baseline
  hgn train hgn --frames films/ --length 30 --out runs/mine                # your own video: .npz, GIFs, PNG folders
  hgn train hgn --frames a.mp4 --length 30 --stride 5 --every 2 --crop-to 45,15,150,150 --size 32 --subtract-background --out runs/film
  hgn train hgn --resume --out runs/mine                                   # after an interrupt
  hgn train hgn --frames films/ --stop-early 5 --out runs/few              # few videos: until held-out ones get no better
  hgn train --from-run runs/pendulum --out runs/again                      # the same again, on this machine
  hgn train hgn --system pendulum --set latent=search --out runs/found     # nobody says that it is a circle
  hgn train nhf --density gaussians4 --out runs/flow                       # a density: known ones, ink:picture.png, points.npz
  hgn train nsf --density wine.csv --columns alcohol,hue,ash --out runs/wine # a table: columns by their names
  hgn train nsf --density wine.csv --cond cultivar --out runs/given        # p(x|c), c classes or numbers; cond beside x in a .npz
  hgn train nhf --energy double_well --preset sharp --out runs/well        # no points, only the energy: weights and log Z
  hgn train rnvp --density gaussians4 --set layers=8 --out runs/rnvp8
  hgn train nsf --density pinwheel --out runs/nsf                          # the yardstick: a neural spline flow`,
		Short: "Train a model on video, or a flow on the points of a density",
		Long: `Train a model on the simulated videos of a system, or on videos of your own, into a run folder: a .npz file, a film
(.mp4, .mov, .mkv, .webm or .avi, if ffmpeg is installed), a GIF or an animated PNG, a folder of these, or a folder of PNGs or of
folders of them. nhf, the Neural Hamiltonian Flow, and its baselines rnvp and nsf, a real NVP and a neural spline flow, learn a
density from points: of a known target, of a picture, of a .npz file, or of a table, .csv or .tsv. Of a file, --columns chooses the
coordinates, and --cond what the points are given with: then p(x|c) is learned. A missing value, a text, an infinite number or a
constant is refused by the name of its column and its row. A tenth of a file's points is held out for hgn eval.

The latent of hgn says how many coordinates there are, and which are angles. Of a simulated system it is the system's own. Of
videos of your own it is searched: line, circle, line*2 and others are trained briefly on the first two thirds of the frames, and
chosen by the error of the frames after these; the table is printed, and kept in DIR/search.json. --set latent=search asks for that
of a simulated system too, and --set latent=shape takes the number of coordinates and loops that the frames seem to have instead,
which is done in seconds.

Of videos of your own it says before the training where they seem to be cut, since no motion goes through a cut, and after it whether
they show a Hamiltonian system at all, with the evidence; the same is in the measures of hgn eval.

An interrupt (Ctrl-C) saves; --resume continues where it stopped. --set changes one parameter, for example
--set latent=line*4, --set integrator=euler or --set decoder_hidden=[64,128]; the run's parameters are in DIR/run.json, and by
what it was trained in DIR/record.json. --from-run repeats a run: same model, parameters, data and seeds. It says what is different
here, and in the end whether the weights are the same, bit for bit, as they are on the same backend, processor and versions.`,
		Args: func(c *cobra.Command, args []string) error {
			if o.from != "" && len(args) == 0 {
				return nil
			}
			return cobra.ExactArgs(1)(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			if o.from != "" {
				return o.repeat(c, args)
			}
			config, err := o.config(c, args[0])
			if err != nil {
				return err
			}
			return train(c, config, o)
		},
	}
	f := c.Flags()
	o.add(f)
	f.Uint64Var(&o.seed, "seed", 1, "of the initial weights and the batches")
	f.IntVar(&o.devices, "devices", 1, "devices of the backend to divide every batch among")
	f.IntVar(&o.parts, "accumulate", 1, "parts of every batch whose gradients are added up one after the other, for batches that do not fit into memory")
	f.DurationVar(&o.every, "checkpoint-every", 30*time.Second, "time between two checkpoints: what a crash loses at most")
	f.BoolVar(&o.resume, "resume", false, "continue the run in --out")
	f.StringVar(&o.from, "from-run", "", "repeat the run in this folder")
	f.BoolVar(&o.best, "best", false, "keep the state with the least error on held-out data, of the last stage of the training, instead of the last one")
	f.IntVar(&o.stopEarly, "stop-early", 0, "like --best, and end after this many measurements, of about 50 in a training, without a better one (default: never)")
	f.BoolVar(&o.json, "json", false, "print the outcome as one JSON object")
	c.MarkFlagRequired("out")
	return c
}

// add declares the flags that choose the model, the data and the folder.
func (o *trainFlags) add(f *pflag.FlagSet) {
	f.StringVar(&o.preset, "preset", "quick", "parameters to start from: quick, cpu or paper; of hgn also paper32, of nhf also sharp; nsf has quick and cpu")
	f.IntVar(&o.steps, "steps", 0, "training steps (default: the preset's)")
	f.StringArrayVar(&o.sets, "set", nil, "key=value, one parameter of the model; may be repeated")
	o.data.add(f)
	f.StringVar(&o.out, "out", "", "the run folder (required)")
}

// config makes a run's configuration from the flags. A resumed run keeps its own; given flags must agree with it.
func (o trainFlags) config(c *cobra.Command, model string) (runs.Config, error) {
	if o.resume {
		if _, err := os.Stat(o.out); errors.Is(err, fs.ErrNotExist) {
			return runs.Config{}, usageError("there is no run in %s to continue: leave --resume out to begin one", o.out)
		}
		r, err := runs.Open(o.out)
		if err != nil {
			return runs.Config{}, err
		}
		return r.Config, o.asItWas(c, "--resume continues")
	}
	config, err := runs.NewConfig(model, o.preset)
	if err != nil {
		return runs.Config{}, err
	}
	assignments := []string{fmt.Sprintf("seed=%d", o.seed)}
	if c.Flags().Changed("steps") {
		assignments = append(assignments, fmt.Sprintf("steps=%d", o.steps))
	}
	for _, s := range append(assignments, o.sets...) {
		if strings.HasPrefix(s, "preset=") {
			return runs.Config{}, usageError("--set cannot change the preset, which all parameters start from: use --preset")
		}
		if err := config.Set(s); err != nil {
			return runs.Config{}, err
		}
	}
	config.Data, err = o.data.source(c, o.preset)
	return config, err
}

// asItWas refuses the flags that choose the model and the data, for a command that takes these from a run.
func (o trainFlags) asItWas(c *cobra.Command, what string) error {
	for _, name := range append([]string{"preset", "steps", "seed", "set", "best", "stop-early"}, o.data.names()...) {
		if c.Flags().Changed(name) {
			return usageError("%s the run as it was started, so leave out --%s", what, name)
		}
	}
	return nil
}

func train(c *cobra.Command, config runs.Config, o trainFlags) error {
	if o.stopEarly < 0 {
		return usageError("--stop-early must be a number of measurements, at least 1, not %d", o.stopEarly)
	}
	if o.every <= 0 {
		return usageError("--checkpoint-every must be a time such as 30s, not %v", o.every)
	}
	if o.parts < 1 {
		return usageError("--accumulate must be at least 1, not %d", o.parts)
	}
	if !o.resume {
		if training.HasCheckpoint(o.out) {
			return usageError("%s already holds a training: continue it with --resume, or choose another folder", o.out)
		}
	}
	d, err := device.Open(device.Options{Notice: c.ErrOrStderr(), Devices: o.devices})
	if err != nil {
		return err
	}
	defer d.Close()
	if err := config.CheckDevices(d, o.devices); err != nil {
		return err
	}
	run, err := runs.Create(o.out, config)
	if err != nil {
		return err
	}
	report := progress.New(c.ErrOrStderr())
	report.Say("%s on %s", run.Config, d.Describe())
	observe, release := holdTraining(c.Context())
	defer release()
	outcome, err := run.Train(c.Context(), d, runs.Options{
		Resume:  o.resume,
		Devices: o.devices, Accumulate: o.parts,
		Every: o.every,

		Best:      o.best,
		StopEarly: o.stopEarly,
		Observe:   []func(training.Event){observe, training.Console(report)},
		Say:       report.Say,
	})
	if err != nil {
		return err
	}
	if outcome.Interrupted {
		report.Say("stopped at step %d of %d; continue with: hgn train %s --resume --out %s", outcome.Steps, run.Params.Plan().Steps, run.Model, o.out)
	}
	if o.json {
		return printJSON(c.OutOrStdout(), outcome)
	}
	return nil
}

// openDevice opens the backend and prints its notices on stderr.
func openDevice(c *cobra.Command) (*device.Device, error) {
	return device.Open(device.Options{Notice: c.ErrOrStderr()})
}
