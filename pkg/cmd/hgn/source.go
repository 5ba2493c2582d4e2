package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hgn.local/pkg/dataset"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/runs"
)

// dataFlags say what a model is trained on: a simulated system, or videos of the user's own.
type dataFlags struct {
	system, files      string
	trajectories, size int
	noise, dt          float64
	constants          []string
	length, stride     int
	crop               bool
	data               uint64
}

// simulation and own are the flags that only make sense with --system, and with --frames.
var simulation, own = []string{"trajectories", "noise", "constant", "data-seed"}, []string{"length", "stride", "crop"}

func (o *dataFlags) add(f *pflag.FlagSet) {
	usual := runs.Simulated("").Recipe
	f.StringVar(&o.system, "system", "", "the system to simulate: "+strings.Join(physics.Names(), ", "))
	f.IntVar(&o.trajectories, "trajectories", 0, fmt.Sprintf("how many training trajectories to simulate (default: %d, for the paper's presets 50000)", usual.Trajectories))
	f.Float64Var(&o.noise, "noise", -1, "standard deviation on every coordinate before rendering (default: the system's own)")
	f.Lookup("noise").DefValue = "0"
	f.StringArrayVar(&o.constants, "constant", nil, "key=value, one constant of the system, for example potential_factor=2; may be repeated")
	f.Uint64Var(&o.data, "data-seed", usual.Seed, "of the simulation")
	f.StringVar(&o.files, "frames", "", "videos of your own, instead of --system: a .npz file, a GIF, or a folder of GIFs or PNGs")
	f.IntVar(&o.length, "length", 0, "cut long videos of your own into clips of so many frames")
	f.IntVar(&o.stride, "stride", 0, "that begin so many frames apart (default: one after the other)")
	f.BoolVar(&o.crop, "crop", false, "take the middle of frames of your own that are not square")
	f.IntVar(&o.size, "size", 0, "pixels along a frame's edge (default: 32 of a simulation, 64 with the preset paper; your frames' own)")
	f.Float64Var(&o.dt, "dt", 0, "time between two frames (default: 0.125 of a simulation, what your files say)")
	f.Lookup("dt").DefValue = "0"
}

// names lists the flags.
func (o *dataFlags) names() []string {
	return append(append([]string{"system", "frames", "size", "dt"}, simulation...), own...)
}

// source is what the flags describe.
func (o *dataFlags) source(c *cobra.Command, preset string) (runs.Source, error) {
	if (o.system == "") == (o.files == "") {
		return runs.Source{}, usageError("say what to train on: either --system S or --frames F")
	}
	other, given := own, "--system"
	if o.files != "" {
		other, given = simulation, "--frames"
	}
	for _, name := range other {
		if c.Flags().Changed(name) {
			return runs.Source{}, usageError("--%s does not apply to %s: leave it out", name, given)
		}
	}
	if o.files != "" {
		return runs.FromFiles(o.files, dataset.ImportOptions{Dt: o.dt, Size: o.size, Crop: o.crop, Length: o.length, Stride: o.stride})
	}
	s := runs.SimulatedFor(o.system, preset)
	s.Recipe.Noise, s.Recipe.Seed = o.noise, o.data
	if c.Flags().Changed("trajectories") {
		s.Recipe.Trajectories = o.trajectories
	}
	if c.Flags().Changed("noise") && !(o.noise >= 0) {
		return s, usageError("--noise must not be negative, got %g", o.noise)
	}
	if c.Flags().Changed("size") {
		s.Recipe.Size = o.size
	}
	if c.Flags().Changed("dt") {
		s.Recipe.Dt = o.dt
	}
	constants, err := constantsOf(o.system, o.constants)
	s.Recipe.Constants = constants
	return s, err
}

// constantsOf reads key=value pairs as constants of a system.
func constantsOf(system string, assignments []string) (dataset.Constants, error) {
	raw, err := physics.ParseConstants(assignments)
	if err != nil {
		return "", err
	}
	s, err := physics.New(system, raw)
	if err != nil {
		return "", err
	}
	return dataset.ConstantsOf(s)
}
