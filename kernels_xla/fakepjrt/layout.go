package fakepjrt

import (
	"regexp"
	"strings"
)

// Value is an input or an output of a program.
type Value struct {
	Name   string   // empty for outputs
	Type   string   // as in "16x2xf32"
	Layout []string // in a program for several devices: for each axis the mesh axes along which it is cut, as in `"batch"`
}

// Replicated tells whether every device has all of the value.
func (v Value) Replicated() bool { return strings.Join(v.Layout, "") == "" }

var (
	layout = regexp.MustCompile(` \{ sdy\.sharding = #sdy\.sharding<@mesh, \[([^\]]*)\]> \}`)
	value  = regexp.MustCompile(`(?:%(\w+): )?tensor<([\w.]+)>(?:` + layout.String() + `)?`)
	mesh   = regexp.MustCompile(`(?m)^module .*\n|^ *sdy\.mesh .*\n`)
)

// Inputs lists the inputs of the program's function main.
func (p Program) Inputs() []Value {
	inputs, _, _ := strings.Cut(p.signature(), ") -> ")
	return values(inputs)
}

// Outputs lists the outputs of the program's function main.
func (p Program) Outputs() []Value {
	_, outputs, _ := strings.Cut(p.signature(), ") -> ")
	return values(outputs)
}

// OnOne returns the program's text without its name and without what concerns several devices.
func (p Program) OnOne() string {
	return mesh.ReplaceAllString(layout.ReplaceAllString(p.Text, ""), "")
}

// signature returns the line that declares main.
func (p Program) signature() string {
	_, text, _ := strings.Cut(p.Text, "@main(")
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func values(text string) (all []Value) {
	for _, m := range value.FindAllStringSubmatch(text, -1) {
		v := Value{Name: m[1], Type: m[2]}
		for _, axis := range strings.Split(m[3], ", ") {
			v.Layout = append(v.Layout, strings.Trim(axis, "{}"))
		}
		all = append(all, v)
	}
	return all
}
