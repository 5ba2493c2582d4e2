//go:build cgo && !noonnx && (linux || darwin) && (amd64 || arm64)

package onnx

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// batchAxis is the name of the axis of a model's inputs and outputs whose length is the number of rows. rowsName is the
// value within the model that holds this number.
const (
	batchAxis = "batch"
	rowsName  = "batch_rows"
)

// anyBatch makes one model of any batch size from three models of the same program, lowered at the batch sizes in
// sizes. They differ where a number follows the batch: in the shapes of inputs and outputs, and in constants that hold
// shapes. Every such number is base + slope·batch, which two of the models give and the third confirms. In the
// result they are computed from the length of the first axis of the input called first. anyBatch fails if the models
// differ in anything else.
func anyBatch(models [3][]byte, first string) ([]byte, error) {
	var whole, graphs [3]message
	for i, b := range models {
		var err error
		if whole[i], err = parse(b); err != nil {
			return nil, err
		}
		if graphs[i], err = parse(whole[i].first(modelGraph)); err != nil {
			return nil, err
		}
		if len(graphs[i]) != len(graphs[0]) {
			return nil, fmt.Errorf("the graph has %d parts with one batch and %d with another", len(graphs[0]), len(graphs[i]))
		}
	}
	made := []field{rowsOf(first)}
	var constants, rest message
	for i, f := range graphs[0] {
		three := [3]field{f, graphs[1][i], graphs[2][i]}
		if f.equal(three[1]) && f.equal(three[2]) {
			rest = append(rest, f)
			continue
		}
		switch f.number {
		case graphInitializer:
			parts, nodes, err := computed(three)
			if err != nil {
				return nil, err
			}
			constants, made = append(constants, parts...), append(made, nodes...)
		case graphInput, graphOutput, graphInfo:
			open, err := opened(three)
			if err != nil {
				return nil, err
			}
			rest = append(rest, open)
		default:
			return nil, fmt.Errorf("an operator itself follows the batch")
		}
	}
	graph := append(append(message(made), rest...), constants...)
	return replaceFirst(whole[0], modelGraph, graph.encode()).encode(), nil
}

// rowsOf makes the node that computes the number of rows of an input.
func rowsOf(input string) field {
	attribute := func(name string, v int64) field {
		return bytesField(nodeAttribute, message{textField(attributeName, name), intField(attributeInt, v), intField(attributeType, typeInt)}.encode())
	}
	return bytesField(graphNode, message{
		textField(nodeInput, input), textField(nodeOutput, rowsName), textField(nodeType, "Shape"), attribute("start", 0), attribute("end", 1),
	}.encode())
}

// affine returns base and slope of numbers that are base + slope·batch at the three sizes.
func affine(at [3]int64) (base, slope int64, ok bool) {
	step := int64(sizes[1] - sizes[0])
	slope = (at[1] - at[0]) / step
	base = at[0] - slope*int64(sizes[0])
	for i, n := range sizes {
		if base+slope*int64(n) != at[i] {
			return 0, 0, false
		}
	}
	return base, slope, true
}

// computed replaces a constant of integers that follow the batch by the nodes that compute it.
func computed(three [3]field) (constants, nodes []field, err error) {
	var tensors [3]message
	for i, f := range three {
		if tensors[i], err = parse(f.content()); err != nil {
			return nil, nil, err
		}
	}
	name := string(tensors[0].first(tensorName))
	dims := tensors[0].ints(tensorDims)
	raw := tensors[0].first(tensorRaw)
	for _, t := range tensors {
		if t.int(tensorType) != typeInt64 || string(t.first(tensorName)) != name || !slices.Equal(t.ints(tensorDims), dims) || len(t.first(tensorRaw)) != len(raw) {
			return nil, nil, fmt.Errorf("the constant %s follows the batch", name)
		}
	}
	bases, slopes := make([]byte, len(raw)), make([]byte, len(raw))
	for at := 0; at+8 <= len(raw); at += 8 {
		var values [3]int64
		for i, t := range tensors {
			values[i] = int64(binary.LittleEndian.Uint64(t.first(tensorRaw)[at:]))
		}
		base, slope, ok := affine(values)
		if !ok {
			return nil, nil, fmt.Errorf("the constant %s does not follow the batch in a straight line", name)
		}
		binary.LittleEndian.PutUint64(bases[at:], uint64(base))
		binary.LittleEndian.PutUint64(slopes[at:], uint64(slope))
	}
	constant := func(suffix string, raw []byte) field {
		t := replaceFirst(replaceFirst(tensors[0], tensorRaw, raw), tensorName, []byte(name+suffix))
		return bytesField(graphInitializer, t.encode())
	}
	node := func(kind, a, b, out string) field {
		return bytesField(graphNode, message{textField(nodeInput, a), textField(nodeInput, b), textField(nodeOutput, out), textField(nodeType, kind)}.encode())
	}
	return []field{constant("_base", bases), constant("_slope", slopes)},
		[]field{node("Mul", name+"_slope", rowsName, name+"_rows"), node("Add", name+"_base", name+"_rows", name)}, nil
}

// opened gives the axis of an input or output that follows the batch its name in place of its length.
func opened(three [3]field) (field, error) {
	var shapes [3]message
	var path [3][3]message // the value, its type, its tensor type
	for i, f := range three {
		m, err := parse(f.content())
		for level := range path[i] {
			if err != nil {
				return field{}, err
			}
			path[i][level] = m
			m, err = parse(m.first([]protowire.Number{infoType, typeTensor, typeShape}[level]))
		}
		if err != nil {
			return field{}, err
		}
		shapes[i] = m
	}
	name := string(path[0][0].first(infoName))
	if len(shapes[1]) != len(shapes[0]) || len(shapes[2]) != len(shapes[0]) {
		return field{}, fmt.Errorf("the number of axes of %s follows the batch", name)
	}
	shape := slices.Clone(shapes[0])
	for axis, dim := range shape {
		var lengths [3]int64
		for i, s := range shapes {
			d, err := parse(s[axis].content())
			if err != nil {
				return field{}, err
			}
			lengths[i] = d.int(dimValue)
		}
		base, slope, ok := affine(lengths)
		switch {
		case !ok:
			return field{}, fmt.Errorf("axis %d of %s does not follow the batch in a straight line", axis, name)
		case base == 0 && slope == 1:
			shape[axis] = bytesField(dim.number, message{textField(dimParam, batchAxis)}.encode())
		case slope != 0:
			shape[axis] = bytesField(dim.number, message{textField(dimParam, fmt.Sprintf("%d_%s_%d", slope, batchAxis, base))}.encode())
		}
	}
	of := path[0]
	tensor := replaceFirst(of[2], typeShape, shape.encode())
	kind := replaceFirst(of[1], typeTensor, tensor.encode())
	return bytesField(three[0].number, replaceFirst(of[0], infoType, kind.encode()).encode()), nil
}

// replaceFirst returns a message with another content in its first field of a number.
func replaceFirst(m message, number protowire.Number, content []byte) message {
	m = slices.Clone(m)
	for i, f := range m {
		if f.number == number {
			m[i] = bytesField(number, content)
			break
		}
	}
	return m
}

// describe names a model's graph, and adds entries to the model's metadata.
func describe(file []byte, name string, about map[string]string) ([]byte, error) {
	m, err := parse(file)
	if err != nil {
		return nil, err
	}
	graph, err := parse(m.first(modelGraph))
	if err != nil {
		return nil, err
	}
	m = replaceFirst(m, modelGraph, replaceFirst(graph, graphName, []byte(name)).encode())
	for _, key := range slices.Sorted(maps.Keys(about)) {
		m = append(m, bytesField(modelMetadata, message{textField(entryKey, key), textField(entryValue, about[key])}.encode()))
	}
	return m.encode(), nil
}
