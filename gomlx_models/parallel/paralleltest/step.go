// Package paralleltest checks that a model's training step is right for several devices.
package paralleltest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/parallel"
	"hgn.local/kernels_xla/fakepjrt"
)

// Input is what a training step's program says of one of its inputs.
type Input struct {
	Axis int // along which the batch lies, or parallel.Replicated
	Size int // of that axis
}

// Whole is an input that every device gets as a whole.
var Whole = Input{Axis: parallel.Replicated}

// CheckStep lowers a training step for 1, 2 and 4 devices through the real XLA backend. train does a step of a new model;
// inputs are what the program of the step has, before its variables. Programs for several devices must be the one
// for a single device, word for word, with the inputs of the batch cut along their batch axes, and with all other
// inputs and all outputs replicated: what is so computed is the same whatever the number of devices.
func CheckStep(t *testing.T, inputs []Input, train func(t *testing.T, backend compute.Backend, devices int)) {
	t.Helper()
	alone := step(t, 1, train)
	if strings.Contains(alone.Text, "sdy.") {
		t.Error("the program for a single device is distributed")
	}
	for _, n := range []int{2, 4} {
		p := step(t, n, train)
		if !strings.Contains(p.Text, fmt.Sprintf("num_partitions = %d", n)) {
			t.Errorf("the program for %d devices is not for as many", n)
		}
		if p.OnOne() != alone.OnOne() {
			t.Errorf("the program for %d devices is not that of a single device", n)
		}
		check(t, p, inputs)
		for i, v := range p.Outputs() {
			if !v.Replicated() {
				t.Errorf("output %d, of type %s, is in parts", i, v.Type)
			}
		}
	}
}

// check compares the inputs of a program with what they should be.
func check(t *testing.T, p fakepjrt.Program, inputs []Input) {
	t.Helper()
	arguments := 0
	for _, v := range p.Inputs() {
		want := Whole
		if name := fmt.Sprintf("arg%d", arguments); v.Name == name {
			if arguments < len(inputs) {
				want = inputs[arguments]
			}
			arguments++
		}
		if want == Whole {
			if !v.Replicated() {
				t.Errorf("input %s is in parts: %q", v.Name, v.Layout)
			}
			continue
		}
		layout := make([]string, len(v.Layout))
		layout[want.Axis] = `"batch"`
		if !slices.Equal(v.Layout, layout) {
			t.Errorf("input %s, %s, is laid out %q, not along axis %d", v.Name, v.Type, v.Layout, want.Axis)
		}
		if size := strings.Split(v.Type, "x")[want.Axis]; size != strconv.Itoa(want.Size) {
			t.Errorf("input %s, %s, has %s along axis %d, not %d", v.Name, v.Type, size, want.Axis, want.Size)
		}
	}
	if arguments != len(inputs) {
		t.Errorf("the program has %d inputs before its variables, not %d", arguments, len(inputs))
	}
}

// step is the program of a training step: the one with Adam's moments.
func step(t *testing.T, devices int, train func(t *testing.T, backend compute.Backend, devices int)) fakepjrt.Program {
	t.Helper()
	backend := fakepjrt.Open(t, 4)
	train(t, backend.Backend, devices)
	programs, err := backend.Programs()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range programs {
		if slices.ContainsFunc(p.Inputs(), func(v fakepjrt.Value) bool { return strings.Contains(v.Name, "AdamOptimizer") }) {
			return p
		}
	}
	t.Fatalf("none of %d programs is a training step", len(programs))
	return fakepjrt.Program{}
}
