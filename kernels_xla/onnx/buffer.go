//go:build cgo && !noonnx && (linux || darwin) && (amd64 || arm64)

package onnx

import (
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
)

// buffer wraps a buffer of compute-onnx so that it belongs to this package's backend: GoMLX asks each buffer for its
// backend.
type buffer struct {
	compute.Buffer
	backend *backend
}

func (b *buffer) Backend() compute.Backend { return b.backend }

func (b *buffer) CopyToDevice(device compute.DeviceNum) (compute.Buffer, error) {
	return b.backend.own(b.Buffer.CopyToDevice(device))
}

func (b *backend) own(inner compute.Buffer, err error) (compute.Buffer, error) {
	if err != nil {
		return nil, err
	}
	return &buffer{inner, b}, nil
}

func (b *backend) BufferFromFlatData(device compute.DeviceNum, flat any, shape shapes.Shape) (compute.Buffer, error) {
	return b.own(b.Backend.BufferFromFlatData(device, flat, shape))
}

func (b *backend) NewSharedBuffer(device compute.DeviceNum, shape shapes.Shape) (compute.Buffer, any, error) {
	inner, flat, err := b.Backend.NewSharedBuffer(device, shape)
	if err != nil {
		return nil, nil, err
	}
	return &buffer{inner, b}, flat, nil
}

// executable takes and returns this package's buffers.
type executable struct {
	compute.Executable
	backend *backend
}

func (b *builder) Compile() (compute.Executable, error) {
	e, err := b.Builder.Compile()
	if err != nil {
		return nil, err
	}
	if b.backend.compiled != nil {
		b.backend.compiled(e)
	}
	return &executable{e, b.backend}, nil
}

func (e *executable) Execute(inputs []compute.Buffer, donate []bool, device compute.DeviceNum) ([]compute.Buffer, error) {
	inner := make([]compute.Buffer, len(inputs))
	for i, in := range inputs {
		inner[i] = in
		if b, ok := in.(*buffer); ok {
			inner[i] = b.Buffer
		}
	}
	outputs, err := e.Executable.Execute(inner, donate, device)
	if err != nil {
		return nil, err
	}
	for i, out := range outputs {
		outputs[i] = &buffer{out, e.backend}
	}
	return outputs, nil
}
