package page

import (
	"encoding/binary"
	"math"

	"hgn.local/gomlx_models/nets"
)

// weights collects the bytes of all weights of a page, little-endian.
type weights struct{ bytes []byte }

// matrix says where in the weights a matrix lies.
type matrix struct {
	At      int  `json:"at"`
	Rows    int  `json:"rows"`
	Columns int  `json:"columns"`
	Bytes   bool `json:"bytes,omitempty"` // int8 behind one float32 scale for each column, and otherwise float32
}

// layer is a nets.Layer in the description.
type layer struct {
	Weights    matrix  `json:"weights"`
	Biases     *matrix `json:"biases,omitempty"`
	Activation string  `json:"activation"`
}

// layers appends the weights of a network.
func (w *weights) layers(all []nets.Layer) []layer {
	var out []layer
	for _, l := range all {
		out = append(out, w.layer(l, w.floats(l.Weights, l.In, l.Out)))
	}
	return out
}

// coarse appends the weights of a layer as bytes.
func (w *weights) coarse(l nets.Layer) layer { return w.layer(l, w.small(l.Weights, l.In, l.Out)) }

func (w *weights) layer(l nets.Layer, m matrix) layer {
	out := layer{Weights: m, Activation: l.Activation}
	if l.Biases != nil {
		b := w.floats(l.Biases, 1, l.Out)
		out.Biases = &b
	}
	return out
}

// floats appends a matrix in float32.
func (w *weights) floats(values []float64, rows, columns int) matrix {
	m := matrix{At: len(w.bytes), Rows: rows, Columns: columns}
	for _, v := range values {
		w.bytes = binary.LittleEndian.AppendUint32(w.bytes, math.Float32bits(float32(v)))
	}
	return m
}

// small appends a matrix as signed bytes, each column in units of a 127th of its largest value.
func (w *weights) small(values []float64, rows, columns int) matrix {
	scales := make([]float64, columns)
	for i, v := range values {
		scales[i%columns] = max(scales[i%columns], math.Abs(v)/127)
	}
	m := w.floats(scales, rows, columns)
	m.Bytes = true
	for i, v := range values {
		if s := scales[i%columns]; s > 0 {
			v /= s
		}
		w.bytes = append(w.bytes, byte(int8(math.Round(v))))
	}
	for len(w.bytes)%4 != 0 {
		w.bytes = append(w.bytes, 0)
	}
	return m
}
