//go:build cgo && !noonnx && (linux || darwin) && (amd64 || arm64)

package onnx

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/gomlx/compute"
	onnxbackend "github.com/gomlx/compute-onnx"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/program"
)

// sizes are the batch sizes at which a program is lowered to learn which of its numbers follow the batch. They are
// primes that no layer has as its width.
var sizes = [3]int{1009, 1013, 1019}

// Lower returns a program with the values of its variables as an ONNX model (IR version 9, operator sets ai.onnx 21
// and com.microsoft 1), which any ONNX Runtime opens. Its inputs and outputs have the names of the program's; a scalar
// is a tensor of one number, [1]. The number of rows of the inputs is the model's axis "batch", of any size. Where a
// program cannot be made so, free is false and the model takes fixed rows only. Like [New], Lower needs ONNX Runtime's
// library.
func Lower(store *model.Store, p program.Program, fixed int, about map[string]string) (file []byte, free bool, err error) {
	opened, err := New("")
	if err != nil {
		return nil, false, err
	}
	b := opened.(*backend)
	b.Backend.(*onnxbackend.Backend).SetKeepModelProto(true)
	defer b.Finalize()
	if file, err = lowerFree(b, store, p); err != nil {
		if file, err = lowerAt(b, store, p, fixed); err != nil {
			return nil, false, err
		}
	} else {
		free = true
	}
	file, err = describe(file, p.Name, about)
	return file, free, err
}

// lowerFree lowers a program for any batch size.
func lowerFree(b *backend, store *model.Store, p program.Program) ([]byte, error) {
	first := p.Batched()
	if first < 0 {
		return lowerAt(b, store, p, 1)
	}
	var versions [3][]byte
	for i, n := range sizes {
		var err error
		if versions[i], err = lowerAt(b, store, p, n); err != nil {
			return nil, err
		}
	}
	return anyBatch(versions, p.Inputs[first].Name)
}

// lowerAt lowers a program at one batch size.
func lowerAt(b *backend, store *model.Store, p program.Program, batch int) ([]byte, error) {
	store.WithVariableAsConst(true)
	defer store.WithVariableAsConst(false)
	exec, err := model.NewExec(b, store, p.Build)
	if err != nil {
		return nil, err
	}
	defer exec.Finalize()
	var compiled compute.Executable
	b.compiled = func(e compute.Executable) { compiled = e }
	defer func() { b.compiled = nil }()
	if _, err := exec.Compile(p.Shapes(batch)...); err != nil {
		return nil, fmt.Errorf("%s cannot be written as ONNX: %w", p.Name, err)
	}
	if compiled == nil {
		return nil, errors.New("the program was not compiled")
	}
	var names []string
	for _, v := range p.Inputs {
		names = append(names, v.Name)
	}
	var file bytes.Buffer
	err = onnxbackend.SaveModel(b.Backend, compiled, &file, names, p.Outputs)
	return file.Bytes(), err
}
