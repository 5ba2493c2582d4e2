package notebook

import (
	"slices"
	"strings"

	"hgn.local/pkg/dataset"
)

// Option changes one thing about a call; the documentation of each function lists the options that it takes.
type Option struct {
	name string
	set  func(*settings)
}

// settings holds the values that options change.
type settings struct {
	trajectories, frames, size, steps, trajectory, stride int
	from, to                                              int
	every                                                 int
	region                                                dataset.Region
	moving                                                bool
	crop, posterior, quiet, best                          bool
	stopEarly                                             int
	dt, noise                                             float64
	seed                                                  uint64
	points                                                int
	vary                                                  map[string][2]float64
	columns, cond, at                                     []string // of a file of points, see Columns, Cond and At
	given                                                 []string // names of the options that were given
}

// Trajectories sets how many videos to simulate, or how many orbits, states or samples to draw.
func Trajectories(n int) Option {
	return Option{"Trajectories", func(s *settings) { s.trajectories = n }}
}

// Frames sets how many frames a simulated video has, or a clip of a long one.
func Frames(n int) Option { return Option{"Frames", func(s *settings) { s.frames = n }} }

// Stride sets how many frames apart the clips of a long video begin.
func Stride(n int) Option { return Option{"Stride", func(s *settings) { s.stride = n }} }

// Crop takes the middle square of frames that are not square.
func Crop() Option { return Option{"Crop", func(s *settings) { s.crop = true }} }

// CropTo keeps a part of pictures of your own: so many pixels wide and high, from the pixel (x, y) on, counted from the upper
// left corner.
func CropTo(x, y, width, height int) Option {
	return Option{"CropTo", func(s *settings) { s.region = dataset.Region{X: x, Y: y, Width: width, Height: height} }}
}

// Every takes only each n-th frame of videos of your own, and makes dt that much longer.
func Every(n int) Option { return Option{"Every", func(s *settings) { s.every = n }} }

// SubtractBackground paints everything that does not move in one colour.
func SubtractBackground() Option {
	return Option{"SubtractBackground", func(s *settings) { s.moving = true }}
}

// Size sets how many pixels wide and high a frame is.
func Size(pixels int) Option { return Option{"Size", func(s *settings) { s.size = pixels }} }

// Noise sets the standard deviation of the noise on every phase-space coordinate, which is added before a frame is
// drawn.
func Noise(std float64) Option { return Option{"Noise", func(s *settings) { s.noise = std }} }

// Vary lets a constant of the system differ from video to video, uniformly between two values. The constant has its name in
// JSON, such as "length" of a pendulum.
func Vary(constant string, low, high float64) Option {
	return Option{"Vary", func(s *settings) {
		if s.vary == nil {
			s.vary = map[string][2]float64{}
		}
		s.vary[constant] = [2]float64{low, high}
	}}
}

// Points sets how many points to draw from a density.
func Points(n int) Option { return Option{"Points", func(s *settings) { s.points = n }} }

// Seed chooses the random numbers of a simulation, or of samples.
func Seed(seed uint64) Option { return Option{"Seed", func(s *settings) { s.seed = seed }} }

// Dt sets the time between two frames, of a simulated video or of a rollout. A rollout with negative dt runs backward
// in time, one with a larger dt faster.
func Dt(dt float64) Option { return Option{"Dt", func(s *settings) { s.dt = dt }} }

// Steps sets how many intervals of dt a rollout has.
func Steps(n int) Option { return Option{"Steps", func(s *settings) { s.steps = n }} }

// Trajectory chooses a test video, counted from 0.
func Trajectory(i int) Option { return Option{"Trajectory", func(s *settings) { s.trajectory = i }} }

// From chooses the test video at which an interpolation begins.
func From(i int) Option { return Option{"From", func(s *settings) { s.from = i }} }

// To chooses the test video at which an interpolation ends.
func To(i int) Option { return Option{"To", func(s *settings) { s.to = i }} }

// Quiet makes a training report its progress without a picture. It suits several trainings in one cell that are
// compared afterwards.
func Quiet() Option { return Option{"Quiet", func(s *settings) { s.quiet = true }} }

// KeepBest makes the result of a training the state with the least error on held-out data, of the last stage of the
// training, instead of the last state.
func KeepBest() Option { return Option{"KeepBest", func(s *settings) { s.best = true }} }

// StopEarly does what KeepBest does, and ends a training after that many measurements on held-out data without a better
// one. A training has about 50. A training that was interrupted goes on with what it began with.
func StopEarly(patience int) Option {
	return Option{"StopEarly", func(s *settings) { s.stopEarly = patience }}
}

// FromPosterior draws samples from the latents of the training videos, instead of from the prior.
func FromPosterior() Option { return Option{"FromPosterior", func(s *settings) { s.posterior = true }} }

// applyOptions applies the options of a call to its defaults.
func applyOptions(call string, s settings, opts []Option, takes ...string) (settings, error) {
	for _, o := range opts {
		if !slices.Contains(takes, o.name) {
			return s, mistake("nb.%s does not apply to nb.%s, which takes nb.%s", o.name, call, strings.Join(takes, ", nb."))
		}
		o.set(&s)
		s.given = append(s.given, o.name)
	}
	return s, nil
}

func (s settings) has(name string) bool { return slices.Contains(s.given, name) }
