package runs

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hgn.local/gomlx_models/points"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/density"
)

// Density says from which points a density is learned: a sample of a target, or the points of a file, of which a
// tenth is held out for testing.
type Density struct {
	Target string `json:"target"`           // see density.Named; a file by its absolute path
	Points int    `json:"points,omitempty"` // number drawn to train on, unless the target is a file of points
	Seed   uint64 `json:"seed"`             // for drawing the points and choosing which are held out
	Dim    int    `json:"dim"`              // coordinates of a point
	Digest string `json:"digest,omitempty"` // of a file's contents, to detect that it has changed
	Own    string `json:"own,omitempty"`    // density.Fingerprint of a target that its user defined
	Energy bool   `json:"energy,omitempty"` // Target is an energy of package targets, of which no points are drawn to learn from

	// Of a file of points.
	Names []string            `json:"names,omitempty"` // of the coordinates, if the file or its user names them
	Cond  []density.Condition `json:"cond,omitempty"`  // what the points are given with: p(x|c) is learned
	Shape []int               `json:"shape,omitempty"` // height and width of the picture that a point is, if the file says so

	near string // the run folder, see moved
}

// TrainPoints and TestPoints are the default numbers of points drawn from a target.
const (
	TrainPoints = 50_000
	TestPoints  = 10_000
)

// heldOutPoints is the share of a file's points that is kept for testing.
const heldOutPoints = 0.1

// FromDensity describes the points of a target; n is the number to draw, and is ignored for a file.
func FromDensity(target string, n int, seed uint64) (Source, error) {
	return FromColumns(target, n, seed, density.Selection{})
}

// FromColumns is FromDensity with a selection of the columns of a file that are coordinates and conditions.
func FromColumns(target string, n int, seed uint64, columns density.Selection) (Source, error) {
	d := &Density{Target: target, Points: n, Seed: seed}
	file, ink := strings.CutPrefix(target, "ink:")
	if _, err := os.Stat(file); err == nil && filepath.Ext(file) != "" {
		if file, err = filepath.Abs(file); err != nil {
			return Source{}, err
		}
		if d.Digest, err = digestOf(file); err != nil {
			return Source{}, err
		}
		if d.Target = file; ink {
			d.Target = "ink:" + file
		}
	}
	t, err := density.Chosen(d.Target, columns)
	if err != nil {
		return Source{}, err
	}
	d.Dim, d.Own = t.Dim(), density.Fingerprint(t)
	if s, given := t.(*density.Samples); given {
		d.Points, d.Names, d.Shape = 0, s.Names(), s.Shape()
		d.Cond, _ = s.Conditions()
	} else if n < 2 {
		return Source{}, badinput.Errorf("a density is learned from at least 2 points, not %d", n)
	}
	if _, err := d.Train(); err != nil { // refuse useless points here rather than in the training
		return Source{}, err
	}
	source := Source{Density: d}
	if s, given := t.(*density.Samples); given {
		if remark := s.Remark(); remark != "" {
			source.Remarks = []string{target + ": " + remark}
		}
	}
	return source, nil
}

// Identity returns the same string for the same target wherever its file lies: the target's name, or the file's name
// and a digest of its contents.
func (d *Density) Identity() string {
	if d.Energy {
		return "energy " + d.Target
	}
	if d.Digest == "" {
		return d.Target
	}
	id := filepath.Base(d.Target) + " " + d.Digest
	if d.Names != nil {
		id += " of " + strings.Join(d.Names, ",")
	}
	if len(d.Cond) > 0 {
		id += " given " + strings.Join(d.selection().Cond, ",")
	}
	return id
}

// Exact returns the target if its log-density is known, and nil otherwise.
func (d *Density) Exact() (density.Exact, error) {
	t, err := d.Open()
	if err != nil {
		return nil, err
	}
	e, _ := t.(density.Exact)
	return e, nil
}

// Open returns the target. It fails if its file has changed, or its definition.
func (d *Density) Open() (density.Target, error) {
	if d.Energy {
		return d.ofEnergy()
	}
	if d.Own != "" {
		t, err := density.Named(d.Target)
		if err != nil {
			return nil, badinput.Errorf("the density %s was written by its user, in a cell of a notebook for example, and is not known here: define it first, by nb.Sampler or nb.LogDensity", d.Target)
		}
		if density.Fingerprint(t) != d.Own {
			return nil, badinput.Errorf("the density %s has changed since these data were described: describe them again, and train a new run", d.Target)
		}
		return t, nil
	}
	if d.Digest == "" {
		return density.Chosen(d.Target, d.selection())
	}
	file, ink := strings.CutPrefix(d.Target, "ink:")
	found, err := moved(d.near, file, "target", func(file string) (bool, error) {
		digest, err := digestOf(file)
		return digest == d.Digest, err
	})
	if err != nil {
		return nil, err
	}
	if ink {
		found = "ink:" + found
	}
	return density.Chosen(found, d.selection())
}

// Train returns the points to learn from; none for an energy.
func (d *Density) Train() (points.Points, error) {
	if d.Energy {
		return points.Points{}, nil
	}
	t, err := d.Open()
	if err != nil {
		return points.Points{}, err
	}
	if s, given := t.(*density.Samples); given {
		train, _, err := s.Split(d.random(0), heldOutPoints)
		if err != nil {
			return points.Points{}, err
		}
		return pointsOf(train), nil
	}
	if err := density.CheckCount(d.Points, d.Dim); err != nil {
		return points.Points{}, err
	}
	return points.Points{X: t.Sample(d.random(1), d.Points), Dim: d.Dim}, nil
}

// Test returns points that no training has seen: n of them, or TestPoints if n is 0; for a file, the held-out points.
func (d *Density) Test(n int) (points.Points, error) {
	t, err := d.Open()
	if err != nil {
		return points.Points{}, err
	}
	if s, given := t.(*density.Samples); given {
		_, test, err := s.Split(d.random(0), heldOutPoints)
		if err != nil {
			return points.Points{}, err
		}
		return pointsOf(test), nil
	}
	if n == 0 {
		n = TestPoints
	}
	if err := density.CheckCount(n, d.Dim); err != nil {
		return points.Points{}, err
	}
	return points.Points{X: t.Sample(d.random(2), n), Dim: d.Dim}, nil
}

// random returns the stream of random numbers for one use of the points.
func (d *Density) random(use uint64) *rand.Rand { return rand.New(rand.NewPCG(d.Seed, use)) }

// String describes the points in a few words.
func (d *Density) String() string {
	if d.Energy {
		return "the energy " + d.Target
	}
	if d.Points == 0 {
		text := "the points of " + d.Target
		if d.Names != nil {
			text += ", columns " + strings.Join(d.Names, ", ")
		}
		for i, c := range d.Cond {
			text += []string{", given ", " and "}[min(i, 1)] + c.Name
		}
		return text
	}
	return fmt.Sprintf("%d points of %s", d.Points, d.Target)
}

// Dim returns the number of coordinates of the points.
func (s Source) Dim() (int, error) {
	if s.Density == nil || s.Density.Dim < 1 {
		return 0, badinput.Errorf("a run of a density needs points: a target or a file")
	}
	return s.Density.Dim, nil
}

// DensityModels lists the models that learn a density from points.
var DensityModels = []string{"nhf", "rnvp", "nsf"}

// suits fails if a model learns from other data than this source has.
func (s Source) suits(model string) error {
	of := slices.Contains(DensityModels, model)
	switch {
	case s.Density != nil && s.Density.Energy && model != "nhf":
		return badinput.Errorf("the model %s learns from points and not from an energy: train nhf on it", model)
	case of && (s.Recipe != nil || s.File != ""):
		return badinput.Errorf("the model %s learns a density from points: give it a density instead of videos", model)
	case !of && s.Density != nil:
		return badinput.Errorf("the model %s learns from videos: give it a system or files of frames instead of a density", model)
	}
	return nil
}

// OfDensity tells whether the run's model is a density model.
func (c Config) OfDensity() bool { return c.Data.Density != nil }

func digestOf(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", badinput.Errorf("cannot read %s: %w", file, err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
