package nets

import (
	"fmt"

	"github.com/gomlx/gomlx/ml/model"
)

// Layer is one layer of a trained perceptron as plain numbers, for programs that evaluate it outside a graph:
// y = a(x·W + b), x [In] -> y [Out].
type Layer struct {
	In, Out    int
	Weights    []float64 // W, [In, Out] row-major
	Biases     []float64 // b, [Out]; nil for none
	Activation string    // a, see LayerActivations
}

// LayerActivations lists the functions a of a Layer by their names:
//
//	linear       z
//	relu         max(z, 0)
//	squareplus   (z + √(z²+4))/2, of Energy and Smooth
//	squareplus2  z + √(z²+1), the squareplus of a ForceField
//	root         √(1+z²), of EvenEnergy
//	softplus     log(1 + eᶻ)
//	tanh
func LayerActivations() []string {
	return []string{"linear", "relu", "squareplus", "squareplus2", "root", "softplus", "tanh"}
}

// LinearLayers returns the layer that Linear has made in scope.
func LinearLayers(scope *model.Scope) ([]Layer, error) {
	l, err := withBiasRow(scope, "linear")
	return []Layer{l}, err
}

// MLPLayers returns the layers that MLP has made in scope.
func MLPLayers(scope *model.Scope) (all []Layer, err error) {
	for i := 0; ; i++ {
		at := scope.At("hidden_%d", i)
		if at.GetVariable("weights") == nil {
			return all, nil
		}
		l, err := withBiasRow(at, "relu")
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
}

// EnergyLayers returns the layers that Energy has made in scope.
func EnergyLayers(scope *model.Scope) ([]Layer, error) { return smoothWith(scope, "readout") }

// SmoothLayers returns the layers that Smooth has made in scope.
func SmoothLayers(scope *model.Scope) ([]Layer, error) { return smoothWith(scope, "outputs") }

// EvenEnergyLayers returns the layers that EvenEnergy has made in scope.
func EvenEnergyLayers(scope *model.Scope) ([]Layer, error) {
	w, err := read(scope, "weights", "root")
	if err != nil {
		return nil, err
	}
	c, err := read(scope, "coefficients", "linear")
	return []Layer{w, c}, err
}

// ForceFieldLayers returns the layers that ForceField has made in scope with that activation.
func ForceFieldLayers(scope *model.Scope, activation string) (all []Layer, err error) {
	if activation == "squareplus" {
		activation = "squareplus2"
	}
	for i := 0; ; i++ {
		at := scope.At("layer_%d", i)
		if at.GetVariable("weights") == nil {
			break
		}
		w, err := read(at, "weights", activation) // [out, in+1]
		if err != nil {
			return nil, err
		}
		out, in := w.In, w.Out-1
		l := Layer{In: in, Out: out, Weights: make([]float64, in*out), Biases: make([]float64, out), Activation: activation}
		for j := range out {
			for i := range in {
				l.Weights[i*out+j] = w.Weights[j*(in+1)+i]
			}
			l.Biases[j] = w.Weights[j*(in+1)+in]
		}
		all = append(all, l)
	}
	readout, err := read(scope, "readout", "linear")
	return append(all, readout), err
}

// smoothWith returns the layers of smoothLayers and the last one, which has the name last.
func smoothWith(scope *model.Scope, last string) (all []Layer, err error) {
	for i := 0; ; i++ {
		at := scope.At("layer_%d", i)
		if at.GetVariable("weights") == nil {
			break
		}
		l, err := read(at, "weights", "squareplus")
		if err != nil {
			return nil, err
		}
		b, err := read(at, "biases", "")
		if err != nil {
			return nil, err
		}
		l.Biases = b.Weights
		all = append(all, l)
	}
	l, err := read(scope, last, "linear")
	return append(all, l), err
}

// withBiasRow reads a layer whose biases are the last row of its weights.
func withBiasRow(scope *model.Scope, activation string) (Layer, error) {
	l, err := read(scope, "weights", activation)
	if err != nil {
		return l, err
	}
	l.In--
	l.Weights, l.Biases = l.Weights[:l.In*l.Out], l.Weights[l.In*l.Out:]
	return l, nil
}

// read returns the matrix called name in scope as a layer without biases.
func read(scope *model.Scope, name, activation string) (Layer, error) {
	v := scope.GetVariable(name)
	if v == nil {
		return Layer{}, fmt.Errorf("there is no variable %s in %s: build or load the model first", name, scope.Scope())
	}
	t, err := v.Value()
	if err != nil {
		return Layer{}, err
	}
	dims := t.Shape().Dimensions
	if len(dims) != 2 {
		return Layer{}, fmt.Errorf("the variable %s in %s has the shape %v, and a layer's has two axes", name, scope.Scope(), dims)
	}
	return Layer{In: dims[0], Out: dims[1], Weights: Float64s(t), Activation: activation}, nil
}
