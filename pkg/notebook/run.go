package notebook

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/runs"
)

// Run is a training in a folder, opened by Open or trained by Train.
type Run struct {
	*runs.Run
	drawn *figures.Run // makes its pictures
	said  string       // the last note that the cell has shown below a picture
	quiet bool         // its training shows no pictures

	best      bool // its training keeps its best state
	stopEarly int  // see StopEarly
}

func newRun(r *runs.Run) *Run {
	drawn := figures.Of(r, plainName(r), openDevice)
	drawn.Tests = tests(20)
	return &Run{Run: r, drawn: drawn}
}

// Folder returns the folder of all runs: $HGN_RUNS, or runs/ in the working directory, which in a cell is the
// notebook's folder.
func Folder() string {
	if dir := os.Getenv("HGN_RUNS"); dir != "" {
		return dir
	}
	return "runs"
}

// Open opens a run by the name under which it was trained.
func Open(name string) (r *Run) {
	cell(func() (err error) {
		r, err = open(name)
		return err
	})
	return r
}

func open(name string) (*Run, error) {
	dir, err := folderOf(name)
	if err != nil {
		return nil, err
	}
	r, err := runs.Open(dir)
	if err != nil {
		if _, there := os.Stat(dir); there == nil {
			return nil, err
		}
		return nil, mistake("there is no run %q in %s (%s): train it first with nb.Train(%q, ...)", name, Folder(), existing(), name)
	}
	if !r.Trained() {
		return nil, mistake("nothing was trained in the run %q yet: run the cell with nb.Train(%q, ...) first", name, name)
	}
	return newRun(r), nil
}

// folderOf returns the folder of a run.
func folderOf(name string) (string, error) {
	if name == "" || strings.HasPrefix(name, ".") || strings.ContainsAny(name, `/\:`) {
		return "", mistake("%q is no name for a run, which becomes a folder's name: use letters, digits, - and _", name)
	}
	suffix, err := trialSuffix()
	return filepath.Join(Folder(), strings.TrimSuffix(name, suffix)+suffix), err
}

// existing lists the runs in the folder.
func existing() string {
	entries, _ := os.ReadDir(Folder()) // sorted; a missing folder has none
	var names []string
	for _, e := range entries {
		if r, err := runs.Open(filepath.Join(Folder(), e.Name())); err == nil && r.Trained() {
			names = append(names, e.Name())
		}
	}
	switch {
	case len(names) == 0:
		return "it holds none yet"
	case len(names) > 20:
		return fmt.Sprintf("it holds %s and %d more", strings.Join(names[:20], ", "), len(names)-20)
	}
	return "it holds " + strings.Join(names, ", ")
}

// Model returns the trained model of videos, an *hgn.Model if the run is one of an HGN.
func (r *Run) Model() (m video.Model) {
	cell(func() (err error) {
		m, err = r.loaded()
		return err
	})
	return m
}

// Test returns the videos that were held out from training, with the states behind them if these are known.
func (r *Run) Test() (s *dataset.Dataset) {
	cell(func() (err error) {
		s, err = r.tested()
		return err
	})
	return s
}

// loaded does the work of Model.
func (r *Run) loaded() (video.Model, error) {
	if err := r.ofVideos(); err != nil {
		return nil, err
	}
	return r.drawn.VideoModel()
}

// ofVideos fails if the run is one of a density.
func (r *Run) ofVideos() error {
	if r.OfDensity() {
		return mistake("the run %q learned a density, so that there are no videos to show: nb.Show, nb.Flow, nb.Landscape and nb.DensityTable show it", r.Name())
	}
	return nil
}

// asHGN returns the model as an HGN, for a call that shows what only an HGN has.
func (r *Run) asHGN(call, shows string) (*hgn.Model, error) {
	m, err := r.loaded()
	if err != nil {
		return nil, err
	}
	h, ok := m.(*hgn.Model)
	if !ok {
		return nil, mistake("nb.%s shows %s, and the run %q is of an %s: train one with hgn.Quick(), for example", call, shows, r.Name(), figures.ModelName(r.Config))
	}
	return h, nil
}

// tested does the work of Test.
func (r *Run) tested() (*dataset.Dataset, error) {
	if err := r.ofVideos(); err != nil {
		return nil, err
	}
	return r.drawn.Test()
}

// ready returns the model and the test videos, from which most pictures start.
func (r *Run) ready() (video.Model, *dataset.Dataset, error) {
	m, err := r.loaded()
	if err != nil {
		return nil, nil, err
	}
	s, err := r.tested()
	return m, s, err
}

// openDevice opens the backend once and displays its notices as they come.
var openDevice = sync.OnceValues(func() (*device.Device, error) {
	return device.Open(device.Options{Notice: notices{}})
})
