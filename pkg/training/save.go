package training

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/gomlx/gomlx/core/tensors/numpy"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/badinput"
)

// The files of a run folder that a training writes.
const (
	CheckpointFile = "checkpoint.npz"
	PreviousFile   = "previous.npz"
	LogFile        = "log.jsonl"
)

// Meta is the state of a training beside its variables.
type Meta struct {
	Step              int     `json:"step"`    // steps done
	Attempt           int     `json:"attempt"` // from 0
	Seconds           float64 `json:"seconds"`
	StepSecondsMedian float64 `json:"step_seconds_median"`
	StepSecondsTotal  float64 `json:"step_seconds_total"` // of all attempts; 0 is not known
	Losses            Losses  `json:"losses"`             // of the last step
	Smoothed          Losses  `json:"smoothed"`           // running means
	Pending           Mean    `json:"pending"`            // of the steps since the last point of the log

	// Notice says that another file than the wanted one was read, and why; it is not saved.
	Notice string `json:"-"`
}

// manifest is the archive's meta.json: what the arrays are.
type manifest struct {
	Format    string     `json:"format"`
	Version   int        `json:"version"`
	Meta      Meta       `json:"meta"`
	Variables []variable `json:"variables"` // in the order of their creation
}

const (
	manifestFile    = "meta.json"
	manifestFormat  = "hgn checkpoint"
	manifestVersion = 1
)

// variable says how one variable is stored: as the array Path, without its leading slash, of the archive.
type variable struct {
	Path      string `json:"path"`
	DType     string `json:"dtype"`
	Shape     []int  `json:"shape"`
	Trainable bool   `json:"trainable"`
}

// entry is the name of the variable's file in the archive.
func (v variable) entry() string { return strings.TrimPrefix(v.Path, "/") + ".npy" }

// SaveCheckpoint writes every variable of store, and meta, to one .npz file at path, whole or not at all: the file that was
// at path becomes previous.npz beside it, and is never lost. A store with a variable that has
// no value, or with a trainable one that is not finite, is an error.
func SaveCheckpoint(path string, store *model.Store, meta Meta) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return badinput.Errorf("cannot write the checkpoint %s: something that is no file has this name; move it away", path)
	}
	if err := finite(store); err != nil {
		return fmt.Errorf("the checkpoint %s was not written: %w", path, err)
	}
	written, err := atomicfile.Temporary(path, func(w io.Writer) error { return writeArchive(w, store, meta) })
	if err != nil {
		return fmt.Errorf("cannot write the checkpoint %s (the one before, if any, is intact): %w", path, err)
	}
	// Between the two renames there is no file at path; loading takes previous.npz then.
	err = os.Rename(path, filepath.Join(filepath.Dir(path), PreviousFile))
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		err = os.Rename(written, path)
	}
	if err != nil {
		os.Remove(written)
		return fmt.Errorf("cannot put the checkpoint %s in its place (the one before, if any, is intact): %w", path, err)
	}
	if folder, err := os.Open(filepath.Dir(path)); err == nil {
		folder.Sync() // Where the system can, it puts the renames on the disk.
		folder.Close()
	}
	return nil
}

// writeArchive writes the variables and what describes them. They are stored as they are: trained weights hardly compress.
func writeArchive(w io.Writer, store *model.Store, meta Meta) error {
	m := manifest{Format: manifestFormat, Version: manifestVersion, Meta: meta}
	for v := range store.IterVariables() {
		m.Variables = append(m.Variables, variable{v.Path(), v.DType().String(), v.Shape().Dimensions, v.Trainable})
	}
	if len(m.Variables) == 0 {
		return errors.New("the store has no variables: nothing was trained")
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	archive := zip.NewWriter(w)
	create := func(name string) (io.Writer, error) {
		return archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	}
	out, err := create(manifestFile)
	if err != nil {
		return err
	}
	if _, err := out.Write(text); err != nil {
		return err
	}
	for i, v := range m.Variables {
		value, err := store.GetVariable(v.Path).Value()
		if err != nil {
			return fmt.Errorf("variable %s has no value: %w", v.Path, err)
		}
		if out, err = create(m.Variables[i].entry()); err != nil {
			return err
		}
		if err := numpy.ToNpyWriter(value, out); err != nil {
			return fmt.Errorf("variable %s: %w", v.Path, err)
		}
	}
	return archive.Close()
}

// finite returns an error if a trainable variable holds a value that is not.
func finite(store *model.Store) error {
	for v := range store.IterVariables() {
		if !v.Trainable || !v.HasValue() {
			continue
		}
		value, err := v.Value()
		if err != nil {
			return err
		}
		bad := math.NaN()
		ok := true
		if err := value.ConstFlatData(func(flat any) { bad, ok = allFinite(flat) }); err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("the trainable variable %s holds %g", v.Path(), bad)
		}
	}
	return nil
}

// allFinite returns the first element of a float slice that is not finite.
func allFinite(flat any) (bad float64, ok bool) {
	switch flat := flat.(type) {
	case []float32:
		for _, x := range flat {
			if x-x != 0 {
				return float64(x), false
			}
		}
	case []float64:
		for _, x := range flat {
			if x-x != 0 {
				return x, false
			}
		}
	}
	return 0, true
}
