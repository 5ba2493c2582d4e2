package export

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/program"
)

// ExamplesFile is the file with an input of every program in a folder and the output that it had here, so that a reader
// can tell whether it runs the programs rightly.
const ExamplesFile = "examples.json"

// Example is one call of a program. The arrays have the names of the program's inputs and outputs.
type Example struct {
	Inputs  map[string]Array `json:"inputs"`
	Outputs map[string]Array `json:"outputs"`
}

// Array holds numbers in row-major order. One that is not finite is a text: "NaN", "Infinity" or "-Infinity".
type Array struct {
	DType  string  `json:"dtype"` // NumPy's name
	Shape  []int   `json:"shape"`
	Values numbers `json:"values"`
}

type numbers []float64

func (n numbers) MarshalJSON() ([]byte, error) {
	b := []byte{'['}
	for i, v := range n {
		if i > 0 {
			b = append(b, ',')
		}
		switch {
		case math.IsNaN(v):
			b = append(b, `"NaN"`...)
		case math.IsInf(v, 0):
			b = append(b, map[bool]string{true: `"Infinity"`, false: `"-Infinity"`}[v > 0]...)
		default:
			b = strconv.AppendFloat(b, v, 'g', -1, 64)
		}
	}
	return append(b, ']'), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *numbers) UnmarshalJSON(text []byte) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	*n = make(numbers, len(raw))
	for i, r := range raw {
		s := string(r)
		if s[0] == '"' {
			s = s[1 : len(s)-1]
		}
		var err error
		if (*n)[i], err = strconv.ParseFloat(s, 64); err != nil {
			return err
		}
	}
	return nil
}

// exampleOf runs a program on some rows of noise: bytes of every value, numbers of a standard normal density, and a time step
// of a tenth.
func exampleOf(backend compute.Backend, store *model.Store, p program.Program, rows int) (Example, error) {
	e := Example{Inputs: map[string]Array{}, Outputs: map[string]Array{}}
	rng := rand.New(rand.NewPCG(1, 2))
	var in []any
	for _, v := range p.Inputs {
		t, err := noiseOf(rng, v, rows)
		if err != nil {
			return e, err
		}
		in, e.Inputs[v.Name] = append(in, t), arrayOf(t)
	}
	out, err := p.Run(backend, store, in...)
	if err != nil {
		return e, err
	}
	for i, name := range p.Outputs {
		e.Outputs[name] = arrayOf(out[i])
	}
	return e, nil
}

// noiseOf draws an input.
func noiseOf(rng *rand.Rand, v program.Value, rows int) (*tensors.Tensor, error) {
	shape := v.Shape(rows)
	if shape.IsScalar() {
		return nets.Tensor(v.DType, []float64{0.1}), nil
	}
	switch v.DType {
	case dtypes.Uint8:
		bytes := make([]uint8, shape.Size())
		for i := range bytes {
			bytes[i] = uint8(rng.IntN(256))
		}
		return tensors.FromFlatDataAndDimensions(bytes, shape.Dimensions...), nil
	case dtypes.Float32, dtypes.Float64:
		x := make([]float64, shape.Size())
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		return nets.Tensor(v.DType, x, shape.Dimensions...), nil
	}
	return nil, fmt.Errorf("there is no example of the input %s of type %s", v.Name, v.DType)
}

func arrayOf(t *tensors.Tensor) Array {
	a := Array{DType: numpyName(t.DType()), Shape: append([]int{}, t.Shape().Dimensions...)}
	if t.DType() == dtypes.Uint8 {
		for _, b := range tensors.MustCopyFlatData[uint8](t) {
			a.Values = append(a.Values, float64(b))
		}
		return a
	}
	a.Values = nets.Float64s(t)
	return a
}
