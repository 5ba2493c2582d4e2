package selftest

import (
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
)

// clocked is a backend that records how long it compiles, which GoMLX does not separate from building graphs and from
// their first run. It wraps buffers because GoMLX asks each for its backend.
type clocked struct {
	compute.Backend
	build func(compute.Builder) compute.Builder // wraps every builder; nil leaves them alone
	spent time.Duration                         // time spent compiling
}

func (b *clocked) Builder(name string) compute.Builder {
	inner := b.Backend.Builder(name)
	if b.build != nil {
		inner = b.build(inner)
	}
	return &clockedBuilder{inner, b}
}

type clockedBuilder struct {
	compute.Builder
	backend *clocked
}

func (b *clockedBuilder) Compile() (compute.Executable, error) {
	began := time.Now()
	e, err := b.Builder.Compile()
	b.backend.spent += time.Since(began)
	if err != nil {
		return nil, err
	}
	return &clockedExecutable{e, b.backend}, nil
}

type clockedExecutable struct {
	compute.Executable
	backend *clocked
}

func (e *clockedExecutable) Execute(inputs []compute.Buffer, donate []bool, device compute.DeviceNum) ([]compute.Buffer, error) {
	inner := make([]compute.Buffer, len(inputs))
	for i, in := range inputs {
		inner[i] = in
		if b, ok := in.(*clockedBuffer); ok {
			inner[i] = b.Buffer
		}
	}
	outputs, err := e.Executable.Execute(inner, donate, device)
	if err != nil {
		return nil, err
	}
	for i, out := range outputs {
		outputs[i] = &clockedBuffer{out, e.backend}
	}
	return outputs, nil
}

type clockedBuffer struct {
	compute.Buffer
	backend *clocked
}

func (b *clockedBuffer) Backend() compute.Backend { return b.backend }

func (b *clockedBuffer) CopyToDevice(device compute.DeviceNum) (compute.Buffer, error) {
	return b.backend.own(b.Buffer.CopyToDevice(device))
}

func (b *clocked) own(inner compute.Buffer, err error) (compute.Buffer, error) {
	if err != nil {
		return nil, err
	}
	return &clockedBuffer{inner, b}, nil
}

func (b *clocked) BufferFromFlatData(device compute.DeviceNum, flat any, shape shapes.Shape) (compute.Buffer, error) {
	return b.own(b.Backend.BufferFromFlatData(device, flat, shape))
}

func (b *clocked) NewSharedBuffer(device compute.DeviceNum, shape shapes.Shape) (compute.Buffer, any, error) {
	inner, flat, err := b.Backend.NewSharedBuffer(device, shape)
	if err != nil {
		return nil, nil, err
	}
	return &clockedBuffer{inner, b}, flat, nil
}
