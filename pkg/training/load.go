package training

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/pkg/badinput"
)

// checkpoint holds a file's contents.
type checkpoint struct {
	meta      Meta
	variables []variable
	values    []*tensors.Tensor
}

// LoadCheckpoint fills store with the variables of a checkpoint and returns its meta data. It creates variables that
// the store lacks. If the file is missing or damaged, or belongs to another model, it returns an error and changes
// nothing in the store.
//
// If path is named checkpoint.npz and is missing or damaged, LoadCheckpoint reads previous.npz beside it, and
// Meta.Notice says so.
func LoadCheckpoint(path string, store *model.Store) (Meta, error) {
	c, err := readWhole(path)
	if err != nil {
		return Meta{}, err
	}
	if err := c.fill(path, store); err != nil {
		return Meta{}, err
	}
	return c.meta, nil
}

// ReadMeta returns the meta data that LoadCheckpoint would, without a store.
func ReadMeta(path string) (Meta, error) {
	c, err := readWhole(path)
	if err != nil {
		return Meta{}, err
	}
	return c.meta, nil
}

// SameVariables tells whether two checkpoints hold the same variables with the same values, to the last bit.
func SameVariables(a, b string) (bool, error) {
	x, err := readWhole(a)
	if err != nil {
		return false, err
	}
	y, err := readWhole(b)
	if err != nil || len(x.variables) != len(y.variables) {
		return false, err
	}
	for i, v := range x.variables {
		if v.Path != y.variables[i].Path || !x.values[i].Equal(y.values[i]) {
			return false, nil
		}
	}
	return true, nil
}

// HasCheckpoint reports whether a run folder has a checkpoint, damaged or not.
func HasCheckpoint(dir string) bool {
	for _, name := range []string{CheckpointFile, PreviousFile} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return true
		}
	}
	return false
}

// readWhole reads a checkpoint, or the previous one if it cannot be read.
func readWhole(path string) (*checkpoint, error) {
	c, err := read(path)
	if err == nil || filepath.Base(path) != CheckpointFile {
		return c, explained(path, err)
	}
	previous := filepath.Join(filepath.Dir(path), PreviousFile)
	c, errPrevious := read(previous)
	switch {
	case errPrevious == nil:
		c.meta.Notice = fmt.Sprintf("%s %s: the checkpoint before it, %s, is used", path, describe(err), PreviousFile)
		return c, nil
	case errors.Is(errPrevious, fs.ErrNotExist):
		return nil, explained(path, err)
	}
	return nil, badinput.Errorf("%s %s, and %s beside it %s: put a copy of one of them back, or train again in another folder",
		path, describe(err), PreviousFile, describe(errPrevious))
}

func describe(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "does not exist"
	}
	return err.Error()
}

// explained turns an error of read into a sentence that says what to do.
func explained(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return badinput.Errorf("there is no checkpoint %s: train first, or name the folder of a run that was trained", path)
	}
	return badinput.Errorf("%s %w: put a copy of the file back, or train again in another folder", path, err)
}

// read reads and checks a whole file. Its errors continue a sentence that begins with the file's name.
func read(path string) (*checkpoint, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, errors.New("is not a file")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot be read (%w)", err)
	}
	defer file.Close()
	whole, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("cannot be read (%w)", err)
	}
	digest := sha256.Sum256(whole)
	size := int64(len(whole))
	archive, err := zip.NewReader(bytes.NewReader(whole), size)
	if err != nil {
		return nil, errors.New("is damaged, cut short, or no checkpoint at all")
	}
	entries := map[string]*zip.File{}
	for _, e := range archive.File {
		entries[e.Name] = e
	}
	described := entries[manifestFile]
	if described == nil {
		return nil, errors.New("is not a checkpoint of this program")
	}
	text, err := contents(described, size)
	if err != nil {
		return nil, fmt.Errorf("is damaged (%w)", err)
	}
	if archive.Comment != "" && archive.Comment != sealOf(text) { // earlier versions wrote no comment
		return nil, errors.New("is damaged (its description is not the one that was written)")
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil || m.Format != manifestFormat {
		return nil, errors.New("is not a checkpoint of this program")
	}
	if m.Version != manifestVersion {
		return nil, fmt.Errorf("is a checkpoint of format version %d, and this program reads version %d", m.Version, manifestVersion)
	}
	if len(m.Variables) == 0 || len(entries) != len(m.Variables)+1 || len(archive.File) != len(entries) {
		return nil, errors.New("is damaged (its variables are not those that it lists)")
	}
	c := &checkpoint{meta: m.Meta, variables: m.Variables}
	c.meta.Digest = hex.EncodeToString(digest[:])
	for _, v := range m.Variables {
		value, err := v.read(entries[v.entry()], size)
		if err != nil {
			return nil, fmt.Errorf("is damaged (variable %s: %w)", v.Path, err)
		}
		c.values = append(c.values, value)
	}
	return c, nil
}

// contents reads an entry of an archive to its end, where zip compares its checksum. No entry that this program wrote
// is longer than the archive.
func contents(e *zip.File, limit int64) ([]byte, error) {
	r, err := e.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = errors.New("an impossible size")
	}
	return data, err
}

// read returns the variable's value. The manifest's description decides; the array's own header is for other
// programs.
func (v variable) read(e *zip.File, limit int64) (*tensors.Tensor, error) {
	if e == nil {
		return nil, errors.New("missing")
	}
	dtype, err := dtypes.DTypeString(v.DType)
	if err != nil {
		return nil, fmt.Errorf("unknown type %q", v.DType)
	}
	size := int64(dtype.Size())
	for _, n := range v.Shape {
		if n < 0 || n > 0 && size > limit/int64(n) {
			return nil, fmt.Errorf("impossible shape %v", v.Shape)
		}
		size *= int64(n)
	}
	data, err := contents(e, limit)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(data); v.SHA256 != "" && v.SHA256 != hex.EncodeToString(sum[:]) {
		return nil, errors.New("it is not the one that was written")
	}
	const start = "\x93NUMPY\x01\x00"
	header := len(start) + 2
	if len(data) < header || string(data[:len(start)]) != start {
		return nil, errors.New("not a NumPy array")
	}
	header += int(data[len(start)]) | int(data[len(start)+1])<<8
	if int64(len(data)) != int64(header)+size {
		return nil, fmt.Errorf("%d bytes do not fill the shape %v", len(data)-header, v.Shape)
	}
	value := tensors.FromShape(shapes.Make(dtype, v.Shape...))
	return value, value.MutableBytes(func(bytes []byte) { copy(bytes, data[header:]) })
}

// suits fails if the variables do not match a store's.
func (c *checkpoint) suits(path string, store *model.Store) error {
	other := "another model"
	if c.meta.Model != "" {
		other += " or a variant (model " + c.meta.Model + ")"
	}
	for i, saved := range c.variables {
		v := store.GetVariable(saved.Path)
		if v != nil && !v.Shape().Equal(c.values[i].Shape()) {
			return badinput.Errorf("%s holds %s: its variable %s is %s, and here it is %s; use the parameters that it was trained with",
				path, other, saved.Path, c.values[i].Shape(), v.Shape())
		}
	}
	for v := range store.IterVariables() {
		known := slices.ContainsFunc(c.variables, func(saved variable) bool { return saved.Path == v.Path() })
		if v.Trainable && !known {
			return badinput.Errorf("%s holds %s: it has no variable %s; use the parameters that it was trained with", path, other, v.Path())
		}
	}
	return nil
}

// fill compares everything and then stores the values. If they do not match the store, its error tells whether those
// of the previous checkpoint do.
func (c *checkpoint) fill(path string, store *model.Store) error {
	if err := c.suits(path, store); err != nil {
		previous := filepath.Join(filepath.Dir(path), PreviousFile)
		if before, errBefore := read(previous); filepath.Base(path) == CheckpointFile && errBefore == nil && before.suits(previous, store) == nil {
			return badinput.Errorf("%w; or move it away: %s beside it, of step %d, is of this model", err, PreviousFile, before.meta.Step)
		}
		return err
	}
	for i, saved := range c.variables {
		v := store.GetVariable(saved.Path)
		var err error
		if v == nil {
			v, err = store.CreateVariable(saved.Path, c.values[i])
		} else {
			err = v.SetValue(c.values[i])
		}
		if err != nil {
			return fmt.Errorf("loading variable %s from %s: %w", saved.Path, path, err)
		}
		v.SetTrainable(saved.Trainable)
	}
	return nil
}
