package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hgn.local/gomlx_models/targets"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/density"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/runs"
)

// dataFlags holds the flags that choose the training data: a simulated system, the user's own videos, or a density.
type dataFlags struct {
	system, files      string
	folder             string
	density, energy    string
	columns, cond      []string
	points             int
	trajectories, size int
	sequence           int
	noise, dt          float64
	constants          []string
	length, stride     int
	crop, moving       bool
	cropTo             []int
	every              int
	data               uint64
}

// meant lists the flags that only apply to some of the three kinds of training data.
var meant = map[string][]string{
	"trajectories": {"system"}, "sequence": {"system"}, "noise": {"system"}, "constant": {"system"}, "data-seed": {"system", "density"},
	"length": {"frames"}, "stride": {"frames"}, "crop": {"frames"}, "crop-to": {"frames"}, "every": {"frames"}, "subtract-background": {"frames"},
	"size": {"system", "frames"}, "dt": {"system", "frames"},
	"points": {"density"}, "columns": {"density"}, "cond": {"density"},
}

func (o *dataFlags) add(f *pflag.FlagSet) {
	usual := runs.Simulated("").Recipe
	f.StringVar(&o.system, "system", "", "the system to simulate: "+strings.Join(physics.Names(), ", "))
	f.IntVar(&o.trajectories, "trajectories", 0, fmt.Sprintf("how many training trajectories to simulate (default: %d, for the paper's presets 50000)", usual.Trajectories))
	f.IntVar(&o.sequence, "sequence", usual.Frames, "frames of each simulated video")
	f.Float64Var(&o.noise, "noise", -1, "standard deviation on every coordinate before rendering (default: the system's own)")
	f.Lookup("noise").DefValue = "0"
	f.StringArrayVar(&o.constants, "constant", nil, "key=value, one constant of the system, for example potential_factor=2, or key=low..high for one that differs from video to video; may be repeated")
	f.Uint64Var(&o.data, "data-seed", usual.Seed, "of the simulation, or of the points drawn")
	f.StringVar(&o.density, "density", "", "the density to learn with nhf, rnvp or nsf: "+strings.Join(density.Names(), ", ")+"; a picture; a .npz file of points x [N, d]; or a table, .csv or .tsv, whose first row names the columns")
	f.StringSliceVar(&o.columns, "columns", nil, "the columns of a file of points that are coordinates, by their names (default: all that are no conditions)")
	f.StringSliceVar(&o.cond, "cond", nil, "the columns of a file of points that are conditions c, to learn p(x|c): numbers, or classes if they hold texts or are called class:NAME (default: the array cond of an .npz file, whose floats are numbers, and whose integers and texts are classes; none leaves it out)")
	f.StringVar(&o.energy, "energy", "", "the energy U whose density exp(-U) to learn with nhf, without points of it: "+strings.Join(targets.Names(), ", "))
	f.IntVar(&o.points, "points", runs.TrainPoints, "how many points to draw from it")
	f.StringVar(&o.files, "frames", "", "videos of your own, instead of --system: a .npz file, a film (.mp4, .mov, .mkv, .webm, .avi), a GIF or animated PNG, or a folder of these or of PNGs")
	f.StringVar(&o.folder, "data", "", "a folder that hgn data --shards wrote, instead of --system: its videos are read one by one")
	f.IntVar(&o.length, "length", 0, "cut long videos of your own into clips of so many frames")
	f.IntVar(&o.stride, "stride", 0, "that begin so many frames apart (default: one after the other)")
	f.BoolVar(&o.crop, "crop", false, "take the middle of frames of your own that are not square")
	f.IntSliceVar(&o.cropTo, "crop-to", nil, "x,y,width,height: keep this part of frames of your own, in pixels from the upper left corner")
	f.IntVar(&o.every, "every", 1, "take only each so-many-th frame of your own, and make dt that much longer")
	f.BoolVar(&o.moving, "subtract-background", false, "paint everything in one colour that does not move in frames of your own")
	f.IntVar(&o.size, "size", 0, "pixels along a frame's edge (default: 32 of a simulation, 64 with the preset paper; your frames' own)")
	f.Float64Var(&o.dt, "dt", 0, "time between two frames (default: 0.125 of a simulation, what your files say)")
	f.Lookup("dt").DefValue = "0"
}

// names lists the flags.
func (o *dataFlags) names() []string {
	return append([]string{"system", "frames", "data", "density", "energy"}, slices.Sorted(maps.Keys(meant))...)
}

// source returns the source that the flags describe.
func (o *dataFlags) source(c *cobra.Command, preset string) (runs.Source, error) {
	var given []string
	for _, way := range []struct{ flag, value string }{{"system", o.system}, {"frames", o.files}, {"data", o.folder}, {"density", o.density}, {"energy", o.energy}} {
		if way.value != "" {
			given = append(given, way.flag)
		}
	}
	if len(given) != 1 {
		return runs.Source{}, usageError("say what to train on, by one of --system S, --frames F, --data DIR, --density D and --energy U")
	}
	for name, with := range meant {
		if c.Flags().Changed(name) && !slices.Contains(with, given[0]) {
			return runs.Source{}, usageError("--%s does not apply to --%s: leave it out", name, given[0])
		}
	}
	if o.energy != "" {
		return runs.FromEnergy(o.energy)
	}
	if o.density != "" {
		source, err := runs.FromColumns(o.density, o.points, o.data, density.Selection{Columns: o.columns, Cond: o.cond})
		return remarked(c, source, err)
	}
	if o.folder != "" {
		return runs.FromShards(o.folder)
	}
	if o.files != "" {
		return o.own(c)
	}
	s := runs.SimulatedFor(o.system, preset)
	s.Recipe.Noise, s.Recipe.Seed = o.noise, o.data
	if c.Flags().Changed("trajectories") {
		s.Recipe.Trajectories = o.trajectories
	}
	if c.Flags().Changed("noise") && !(o.noise >= 0) {
		return s, usageError("--noise must not be negative, got %g", o.noise)
	}
	if c.Flags().Changed("sequence") {
		s.Recipe.Frames = o.sequence
	}
	if c.Flags().Changed("size") {
		s.Recipe.Size = o.size
	}
	if c.Flags().Changed("dt") {
		s.Recipe.Dt = o.dt
	}
	var err error
	s.Recipe.Constants, s.Recipe.Vary, err = constantsOf(o.system, o.constants)
	return s, err
}

// own reads videos of the user's own, and says on stderr what became of frames that were not as they should be.
func (o *dataFlags) own(c *cobra.Command) (runs.Source, error) {
	options := dataset.ImportOptions{Dt: o.dt, Size: o.size, Crop: o.crop, Length: o.length, Stride: o.stride, SubtractBackground: o.moving}
	if o.every < 1 {
		return runs.Source{}, usageError("--every %d: take each frame by 1, or each second by 2, and so on", o.every)
	}
	if o.every > 1 { // 1 is the zero value, which run.json leaves out
		options.Every = o.every
	}
	if c.Flags().Changed("crop-to") {
		if len(o.cropTo) != 4 {
			return runs.Source{}, usageError("--crop-to takes the left and the upper edge, the width and the height of the part to keep, for example 40,0,160,160")
		}
		options.CropTo = dataset.Region{X: o.cropTo[0], Y: o.cropTo[1], Width: o.cropTo[2], Height: o.cropTo[3]}
	}
	source, err := runs.FromFiles(c.Context(), o.files, options)
	return remarked(c, source, err)
}

// remarked returns its arguments after saying on stderr what is odd about the data.
func remarked(c *cobra.Command, source runs.Source, err error) (runs.Source, error) {
	for _, remark := range source.Remarks {
		fmt.Fprintln(c.ErrOrStderr(), remark)
	}
	return source, err
}

// constantsOf reads key=value pairs as constants of a system, and key=low..high pairs as constants that differ from
// trajectory to trajectory.
func constantsOf(system string, assignments []string) (dataset.Constants, dataset.Ranges, error) {
	var fixed []string
	ranges := map[string][2]float64{}
	for _, a := range assignments {
		key, value, _ := strings.Cut(a, "=")
		low, high, isRange := strings.Cut(value, "..")
		if !isRange {
			fixed = append(fixed, a)
			continue
		}
		a, err := strconv.ParseFloat(low, 64)
		b, failed := strconv.ParseFloat(high, 64)
		if err != nil || failed != nil {
			return "", "", usageError("--constant %s=%s is no range such as length=0.6..1.4", key, value)
		}
		if _, twice := ranges[key]; twice {
			return "", "", usageError("--constant gives a range of %s twice", key)
		}
		ranges[key] = [2]float64{a, b}
	}
	vary, err := dataset.RangesOf(ranges)
	if err != nil {
		return "", "", err
	}
	raw, err := physics.ParseConstants(fixed)
	if err != nil {
		return "", "", err
	}
	s, err := physics.New(system, raw)
	if err != nil {
		return "", "", err
	}
	constants, err := dataset.ConstantsOf(s)
	return constants, vary, err
}
