package notebook

import (
	"context"
	"fmt"
	"path/filepath"

	"hgn.local/pkg/dataset"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// Data says where the videos or points of a training come from. They are made when they are needed.
type Data struct{ source runs.Source }

// Simulate describes videos of a physical system: by default 5000 of 30 frames at 32 x 32 pixels with dt = 0.125 and the
// paper's noise (Toth et al. 2020, Section 4). The system is one of package physics, or one of your own, see Define.
// Options: Trajectories, Frames, Size, Dt, Noise, Seed, and Vary for constants that differ from video to video.
func Simulate(system physics.System, opts ...Option) (d *Data) {
	cell(func() (err error) {
		d, err = simulate(system, opts)
		return err
	})
	return d
}

func simulate(system physics.System, opts []Option) (*Data, error) {
	if system == nil {
		return nil, mistake("nb.Simulate needs a system, for example physics.Pendulum()")
	}
	constants, err := dataset.ConstantsOf(system)
	if err != nil {
		return nil, err
	}
	source := runs.Simulated(system.Name())
	r := source.Recipe
	s, err := applyOptions("Simulate", settings{trajectories: r.Trajectories, frames: r.Frames, size: r.Size, dt: r.Dt, noise: r.Noise, seed: r.Seed},
		opts, "Trajectories", "Frames", "Size", "Dt", "Noise", "Seed", "Vary")
	if err != nil {
		return nil, err
	}
	vary, err := dataset.RangesOf(s.vary)
	if err != nil {
		return nil, err
	}
	if s.has("Noise") && s.noise < 0 {
		return nil, mistake("noise is a standard deviation and must not be negative, got %g", s.noise)
	}
	*r = dataset.Recipe{System: r.System, Own: physics.Fingerprint(system), Constants: constants, Vary: vary, Trajectories: s.trajectories, Frames: s.frames, Size: s.size, Dt: s.dt, Noise: s.noise, Seed: s.seed}
	d := &Data{source}
	if _, err := d.first(1); err != nil { // a recipe that cannot work is better refused here than by a training
		return nil, err
	}
	return d, nil
}

// Load takes your own videos: a .npz file with frames uint8 [N, T, P, P, 3] and dt, a film (.mp4, .mov, .mkv, .webm or .avi,
// if ffmpeg is installed), a GIF or an animated PNG, a folder of these, or a folder of PNGs or of folders of them, with
// frames in the order of their names; see package dataset. Part of them is held out for testing. Options: Dt, if the files do not tell it; Frames and Stride, to cut long videos into clips of
// that many frames that begin that many frames apart; Every, to take only each so-many-th frame; CropTo, to keep a part of the
// pictures; Size, to resize frames; Crop, to take the middle of frames that are not square; SubtractBackground, to keep only
// what moves.
func Load(path string, opts ...Option) (d *Data) {
	cell(func() (err error) {
		d, err = load("Load", path, opts)
		return err
	})
	return d
}

func load(call, path string, opts []Option) (*Data, error) {
	s, err := applyOptions(call, settings{}, opts, "Dt", "Frames", "Stride", "Size", "Crop", "CropTo", "Every", "SubtractBackground")
	if err != nil {
		return nil, err
	}
	source, err := runs.FromFiles(context.Background(), path, dataset.ImportOptions{
		Dt: s.dt, Size: s.size, Crop: s.crop, Length: s.frames, Stride: s.stride,
		Every: s.every, CropTo: s.region, SubtractBackground: s.moving,
	})
	if err != nil {
		return nil, err
	}
	for _, remark := range source.Remarks {
		showNote("%s.", relative(path, remark))
	}
	return &Data{source}, nil
}

// first returns the first n training videos.
func (d *Data) first(n int) (*dataset.Dataset, error) {
	return d.source.Sample(context.Background(), n)
}

const shownVideos = 4

// show displays some videos as a film strip, or a density.
func (d *Data) show() error {
	if d.source.Density != nil {
		return showDensity(d.source.Density)
	}
	set, err := d.first(shownVideos)
	if err != nil {
		return err
	}
	var films []plots.Film
	for i := range set.N {
		films = append(films, plots.Film{Label: fmt.Sprintf("video %d", i), Frames: figures.Frames(set, i)})
	}
	what := d.source.String()
	if d.source.File != "" {
		what = filepath.Base(d.source.File)
	}
	title := fmt.Sprintf("%s: %d × %d pixels, dt = %g", what, set.Size, set.Size, set.Dt)
	strip, err := plots.FilmStrip(plots.Strip{Title: title, Size: set.Size, Times: figures.Times(set.T, set.Dt)}, films...)
	if err != nil {
		return err
	}
	name := "videos"
	if set.System != "" {
		name = set.System + "_videos"
	}
	return showPicture(Folder(), name, "Film strip of training videos", strip)
}
