//go:build cgo && !noonnx && (linux || darwin) && (amd64 || arm64)

package onnx

import (
	"fmt"

	"github.com/gomlx/compute"
	onnxbackend "github.com/gomlx/compute-onnx"
)

// Available tells whether this binary contains the backend.
const Available = true

// New opens the backend on the processor. Options follow the name "cpu" after a comma; see compute-onnx. It fails if
// the library is missing.
func New(config string) (compute.Backend, error) {
	if Library() == "" {
		return nil, fmt.Errorf("ONNX Runtime's library is not at hand: put it at %s, or name it in %s", Place(), LibraryEnv)
	}
	if config == "" {
		config = "cpu"
	}
	b, err := onnxbackend.New(config)
	if err != nil {
		return nil, err
	}
	return &backend{Backend: b}, nil
}

type backend struct {
	compute.Backend
	compiled func(compute.Executable) // is told every program of compute-onnx; may be nil
}

// Capabilities returns the capabilities of compute-onnx and those that this package adds.
func (b *backend) Capabilities() compute.Capabilities {
	c := b.Backend.Capabilities().Clone()
	c.Operations[compute.OpTypePad] = true
	c.Operations[compute.OpTypeAtan2] = true
	return c
}

func (b *backend) Builder(name string) compute.Builder {
	return &builder{Builder: b.Backend.Builder(name), backend: b}
}

type builder struct {
	backend *backend
	compute.Builder
	main *function
}

func (b *builder) Main() compute.Function {
	if b.main == nil {
		b.main = &function{Function: b.Builder.Main(), builder: b}
	}
	return b.main
}

func (b *builder) NewFunction(name string) (compute.Function, error) {
	f, err := b.Builder.NewFunction(name)
	if err != nil {
		return nil, err
	}
	return &function{Function: f, builder: b}, nil
}

// function builds with the operators of compute-onnx and with those of this package.
type function struct {
	compute.Function
	builder *builder
}

func (f *function) Builder() compute.Builder { return f.builder }

// steps builds one operator after the other, and stops at the first error.
type steps struct {
	*function
	err error
}

func (s *steps) do(v compute.Value, err error) compute.Value {
	if s.err == nil {
		s.err = err
	}
	return v
}
