package export

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gomlx/compute/dtypes"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/kernels_xla/device"
	"hgn.local/kernels_xla/onnx"
	"hgn.local/kernels_xla/program"
	"hgn.local/kernels_xla/stablehlo"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// IndexFile is the file that describes a folder of programs.
const IndexFile = "programs.json"

// Index describes a folder of programs.
type Index struct {
	Format     string      `json:"format"` // "hgn programs"
	Version    int         `json:"version"`
	Kind       string      `json:"kind"`       // "onnx" or "stablehlo"
	Run        runs.Config `json:"run"`        // as in run.json
	Steps      int         `json:"steps"`      // that were trained
	Checkpoint string      `json:"checkpoint"` // SHA-256
	Programs   []Entry     `json:"programs"`
}

// Entry describes one program.
type Entry struct {
	Name    string   `json:"name"`
	About   string   `json:"about"`
	File    string   `json:"file"`
	Batch   *int     `json:"batch"` // number of rows that it takes, null for any
	Inputs  []Input  `json:"inputs"`
	Outputs []string `json:"outputs"`
}

// Input describes what a program takes, in order.
type Input struct {
	Name     string `json:"name"`
	DType    string `json:"dtype"`              // NumPy's name
	Shape    []any  `json:"shape"`              // numbers, and "batch" for the number of rows
	Variable bool   `json:"variable,omitempty"` // it is a weight, under this name in the file of [Safetensors]
}

const indexFormat, indexVersion = "hgn programs", 1

// exampleRows is the number of rows in the examples of programs that take any number.
const exampleRows = 3

// exported is a model whose programs can be written.
type exported interface {
	runs.Model
	Programs() ([]program.Program, error)
}

// load opens the trained model of a run.
func load(r *runs.Run, d *device.Device) (exported, training.Meta, error) {
	m, meta, err := r.Load(d)
	if err != nil {
		return nil, meta, err
	}
	e, ok := m.(exported)
	if !ok {
		return nil, meta, badinput.Errorf("a model %s has no programs to export", r.Model)
	}
	return e, meta, nil
}

// lower turns a program into the content of a file.
type lower func(m exported, p program.Program) (text []byte, e Entry, err error)

// ONNX writes the programs of a run's model into a folder as ONNX models, which hold the weights. They take any number
// of rows; a program that cannot be written so takes batch rows, and its entry says so. It needs ONNX Runtime's library.
func ONNX(r *runs.Run, d *device.Device, dir string, batch int) (Index, error) {
	return write(r, d, dir, batch, "onnx", func(m exported, p program.Program) ([]byte, Entry, error) {
		if !onnx.Available || onnx.Library() == "" {
			return nil, Entry{}, badinput.Errorf("ONNX files are written by ONNX Runtime's library, which is not at hand: put it at %s, or name it in %s", onnx.Place(), onnx.LibraryEnv)
		}
		about := map[string]string{"hgn.model": r.Model, "hgn.program": p.Name, "hgn.about": p.About}
		text, free, err := onnx.Lower(m.Store(), p, batch, about)
		e := Entry{File: p.Name + ".onnx", Inputs: inputsOf(p)}
		if !free {
			e.Batch = &batch
		}
		for i, in := range e.Inputs {
			if len(in.Shape) == 0 { // ONNX Runtime's backend has no scalars
				e.Inputs[i].Shape = []any{1}
			}
		}
		return text, e, err
	})
}

// StableHLO writes the programs of a run's model into a folder as StableHLO text, for batch rows. The weights are
// arguments of the text's function main, under the names that [Safetensors] gives them. It needs XLA's CPU plugin.
func StableHLO(r *runs.Run, d *device.Device, dir string, batch int) (Index, error) {
	return write(r, d, dir, batch, "stablehlo", func(m exported, p program.Program) ([]byte, Entry, error) {
		text, takes, err := stablehlo.Lower(d.Backend, m.Store(), p, batch)
		if errors.Is(err, stablehlo.ErrNoText) {
			err = badinput.Errorf("%w", err)
		}
		e := Entry{File: p.Name + ".mlir", Batch: &batch}
		for _, a := range takes {
			if a.Variable {
				v := m.Store().GetVariable(a.Name)
				e.Inputs = append(e.Inputs, Input{Name: weightName(a.Name), DType: numpyName(v.DType()), Shape: dimensions(v.Shape().Dimensions), Variable: true})
				continue
			}
			for _, in := range inputsOf(p) {
				if in.Name == a.Name {
					e.Inputs = append(e.Inputs, in)
				}
			}
		}
		return text, e, err
	})
}

// write lowers every program, and then writes their files and the index.
func write(r *runs.Run, d *device.Device, dir string, batch int, kind string, lower lower) (Index, error) {
	index := Index{Format: indexFormat, Version: indexVersion, Kind: kind, Run: r.Config}
	if batch < 1 {
		return index, badinput.Errorf("a program takes at least 1 row, not %d", batch)
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return index, badinput.Errorf("%s is a file: name a folder for the programs", dir)
	}
	m, meta, err := load(r, d)
	if err != nil {
		return index, err
	}
	index.Steps, index.Checkpoint = meta.Step, meta.Digest
	programs, err := m.Programs()
	if err != nil {
		return index, err
	}
	texts := make([][]byte, len(programs))
	examples := map[string]Example{}
	for i, p := range programs {
		var e Entry
		if texts[i], e, err = lower(m, p); err != nil {
			return index, err
		}
		rows := exampleRows
		if e.Batch != nil {
			rows = *e.Batch
		}
		if examples[p.Name], err = exampleOf(d.Backend, m.Store(), p, rows); err != nil {
			return index, err
		}
		e.Name, e.About, e.Outputs = p.Name, p.About, p.Outputs
		index.Programs = append(index.Programs, e)
	}
	text, err := json.MarshalIndent(index, "", "  ")
	if err != nil {
		return index, err
	}
	calls, err := json.Marshal(examples)
	if err != nil {
		return index, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return index, badinput.Errorf("cannot make the folder %s: %w; choose another", dir, err)
	}
	for i, e := range index.Programs {
		if err := atomicfile.WriteFile(filepath.Join(dir, e.File), texts[i]); err != nil {
			return index, err
		}
	}
	if err := atomicfile.WriteFile(filepath.Join(dir, ExamplesFile), append(calls, '\n')); err != nil {
		return index, err
	}
	return index, atomicfile.WriteFile(filepath.Join(dir, IndexFile), append(text, '\n'))
}

func inputsOf(p program.Program) (all []Input) {
	for _, v := range p.Inputs {
		all = append(all, Input{Name: v.Name, DType: numpyName(v.DType), Shape: dimensions(v.Dims)})
	}
	return all
}

// dimensions lists a shape, with "batch" for the number of rows.
func dimensions(dims []int) []any {
	all := []any{}
	for _, n := range dims {
		if n == program.Batch {
			all = append(all, "batch")
		} else {
			all = append(all, n)
		}
	}
	return all
}

// numpyName returns NumPy's name of a type.
func numpyName(d dtypes.DType) string { return strings.ToLower(d.String()) }

// Rows says in words how many rows a program takes.
func (e Entry) Rows() string {
	if e.Batch == nil {
		return "any number of rows"
	}
	return "rows: " + strconv.Itoa(*e.Batch)
}
