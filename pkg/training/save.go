package training

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gomlx/gomlx/core/tensors/numpy"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/badinput"
)

// The files that a training writes to its run folder.
const (
	CheckpointFile = "checkpoint.npz"
	PreviousFile   = "previous.npz"
	LogFile        = "log.jsonl"
)

// Meta is the state of a training apart from its variables.
type Meta struct {
	Step              int     `json:"step"`    // steps done
	Attempt           int     `json:"attempt"` // from 0
	Seconds           float64 `json:"seconds"`
	StepSecondsMedian float64 `json:"step_seconds_median"`
	StepSecondsTotal  float64 `json:"step_seconds_total"` // of all attempts; 0 means unknown
	Losses            Losses  `json:"losses"`             // of the last step
	Smoothed          Losses  `json:"smoothed"`           // running means
	Pending           Mean    `json:"pending"`            // of the steps since the last point in the log
	Model             string  `json:"model,omitempty"`    // names what was trained, see Options.Model
	Best              *Best   `json:"best,omitempty"`     // nil if the training does not look for its best step
	Ended             int     `json:"ended,omitempty"`    // the step after which the training ended, if Step is an earlier one, its best; 0: it did not

	// These describe the file that was read; they are not saved. Notice says if it is not the requested file, and why.
	Notice string `json:"-"`
	Digest string `json:"-"` // its SHA-256
}

// manifest is the archive's meta.json, which describes the arrays.
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

// variable describes how one variable is stored: as the archive's array Path, without its leading slash.
type variable struct {
	Path      string `json:"path"`
	DType     string `json:"dtype"`
	Shape     []int  `json:"shape"`
	Trainable bool   `json:"trainable"`
	SHA256    string `json:"sha256,omitempty"` // of the array's file; earlier versions wrote none
}

// entry returns the name of the variable's file in the archive.
func (v variable) entry() string { return strings.TrimPrefix(v.Path, "/") + ".npy" }

// SaveCheckpoint writes every variable of store, and meta, to one .npz file at path, whole or not at all. The file
// that was at path becomes previous.npz beside it, and is never lost. SaveCheckpoint fails if a variable of the store
// has no value, or one that is not finite.
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
	// Between the two renames there is no file at path; loading then reads previous.npz.
	err = os.Rename(path, filepath.Join(filepath.Dir(path), PreviousFile))
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		err = atomicfile.Replace(written, path)
	}
	if err != nil {
		atomicfile.Discard(written)
		return fmt.Errorf("cannot put the checkpoint %s in its place (the one before, if any, is intact): %w", path, err)
	}
	if folder, err := os.Open(filepath.Dir(path)); err == nil {
		folder.Sync() // puts the renames on the disk, on systems that can
		folder.Close()
	}
	return nil
}

// writeArchive writes the variables and their description. It does not compress them: trained weights hardly
// compress. The description has the digests of the arrays, and the archive's comment has the digest of the
// description.
func writeArchive(w io.Writer, store *model.Store, meta Meta) error {
	m := manifest{Format: manifestFormat, Version: manifestVersion, Meta: meta}
	for v := range store.IterVariables() {
		value, err := v.Value()
		if err != nil {
			return fmt.Errorf("variable %s has no value: %w", v.Path(), err)
		}
		sum := sha256.New()
		if err := numpy.ToNpyWriter(value, sum); err != nil {
			return fmt.Errorf("variable %s: %w", v.Path(), err)
		}
		m.Variables = append(m.Variables, variable{v.Path(), v.DType().String(), v.Shape().Dimensions, v.Trainable, hex.EncodeToString(sum.Sum(nil))})
	}
	if len(m.Variables) == 0 {
		return errors.New("the store has no variables: nothing was trained")
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	archive := zip.NewWriter(w)
	if err := archive.SetComment(sealOf(text)); err != nil {
		return err
	}
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
	for _, v := range m.Variables {
		if out, err = create(v.entry()); err != nil {
			return err
		}
		value, err := store.GetVariable(v.Path).Value()
		if err != nil {
			return fmt.Errorf("variable %s has no value: %w", v.Path, err)
		}
		if err := numpy.ToNpyWriter(value, out); err != nil {
			return fmt.Errorf("variable %s: %w", v.Path, err)
		}
	}
	return archive.Close()
}

// sealOf returns the comment for an archive with this manifest.
func sealOf(manifest []byte) string {
	return fmt.Sprintf("sha256 of meta.json: %x", sha256.Sum256(manifest))
}
