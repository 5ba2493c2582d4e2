// Package stablehlo writes a model's programs as StableHLO text, the form in which XLA's compilers take them: the text is
// the one that go-xla gives to XLA's CPU plugin.
package stablehlo

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/progcache"
	"hgn.local/kernels_xla/program"
)

// ErrNoText is returned when the backend's compiler cannot be listened to: it is not XLA's CPU plugin, the cache of
// programs is turned off, or the platform has none.
var ErrNoText = errors.New("StableHLO is what XLA's CPU plugin is given to compile: run this on it, with the cache of programs turned on (hgn doctor tells which backend is used)")

// Argument is an argument of the text's function main.
type Argument struct {
	Name     string // of the program's input, or the path of a variable
	Variable bool
}

// Lower returns a program for a number of rows as StableHLO text, and what its function main takes, in order. The
// variables are arguments; their values are in the store.
func Lower(backend compute.Backend, store *model.Store, p program.Program, batch int) (text []byte, takes []Argument, err error) {
	exec, err := model.NewExec(backend, store, p.Build)
	if err != nil {
		return nil, nil, err
	}
	defer exec.Finalize()
	stop := progcache.Observe(func(t []byte) { text = t })
	defer stop()
	g, err := exec.Compile(p.Shapes(batch)...)
	if err != nil {
		return nil, nil, fmt.Errorf("%s cannot be written as StableHLO: %w", p.Name, err)
	}
	if text == nil || !strings.Contains(string(text), "func.func @main") {
		return nil, nil, ErrNoText
	}
	for i := range g.NumParameters() {
		name := g.GetParameterByHandle(graph.ParameterHandle(i)).GetParameterName()
		if store.GetVariable(name) != nil {
			takes = append(takes, Argument{Name: name, Variable: true})
			continue
		}
		var number int
		if _, err := fmt.Sscanf(name, "arg%d", &number); err != nil || number >= len(p.Inputs) {
			return nil, nil, fmt.Errorf("the program %s has an argument %q that is no input", p.Name, name)
		}
		takes = append(takes, Argument{Name: p.Inputs[number].Name})
	}
	return text, takes, nil
}
