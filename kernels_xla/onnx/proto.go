//go:build cgo && !noonnx && (linux || darwin) && (amd64 || arm64)

package onnx

import (
	"bytes"
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
)

// message is the list of a protobuf message's fields. compute-onnx keeps the types of ONNX's messages to itself.
type message []field

// field is one field with its value as it is encoded, without its tag.
type field struct {
	number protowire.Number
	kind   protowire.Type
	value  []byte
}

// The numbers of the fields of onnx.proto that this package reads or writes.
const (
	modelGraph, modelMetadata                                                                   = 7, 14
	graphNode, graphName, graphInitializer, graphInput, graphOutput, graphInfo protowire.Number = 1, 2, 5, 11, 12, 13
	nodeInput, nodeOutput, nodeType, nodeAttribute                             protowire.Number = 1, 2, 4, 5
	attributeName, attributeInt, attributeType                                 protowire.Number = 1, 3, 20
	tensorDims, tensorType, tensorName, tensorRaw                              protowire.Number = 1, 2, 8, 9
	infoName, infoType                                                         protowire.Number = 1, 2
	typeTensor, typeShape, shapeDim, dimValue, dimParam                        protowire.Number = 1, 2, 1, 1, 2
	entryKey, entryValue                                                       protowire.Number = 1, 2
)

// typeInt is the type of an attribute that is an integer, typeInt64 that of a tensor of integers.
const (
	typeInt   = 2
	typeInt64 = 7
)

var errNotONNX = errors.New("it is no ONNX model")

// parse splits an encoded message into its fields.
func parse(b []byte) (m message, err error) {
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return nil, errNotONNX
		}
		b = b[n:]
		if n = protowire.ConsumeFieldValue(number, kind, b); n < 0 {
			return nil, errNotONNX
		}
		m = append(m, field{number, kind, b[:n]})
		b = b[n:]
	}
	return m, nil
}

// encode puts the fields together again.
func (m message) encode() []byte {
	var b []byte
	for _, f := range m {
		b = protowire.AppendTag(b, f.number, f.kind)
		b = append(b, f.value...)
	}
	return b
}

// content returns the bytes of a string, of bytes, or of a message.
func (f field) content() []byte {
	if f.kind != protowire.BytesType {
		return nil
	}
	content, _ := protowire.ConsumeBytes(f.value)
	return content
}

// bytesField makes a field of bytes, of a string, or of an encoded message.
func bytesField(number protowire.Number, content []byte) field {
	return field{number, protowire.BytesType, protowire.AppendBytes(nil, content)}
}

func textField(number protowire.Number, text string) field { return bytesField(number, []byte(text)) }

func intField(number protowire.Number, v int64) field {
	return field{number, protowire.VarintType, protowire.AppendVarint(nil, uint64(v))}
}

// first returns the content of the first field with a number, or nil.
func (m message) first(number protowire.Number) []byte {
	for _, f := range m {
		if f.number == number {
			return f.content()
		}
	}
	return nil
}

// ints returns the integers of a field that is repeated or packed.
func (m message) ints(number protowire.Number) (all []int64) {
	for _, f := range m {
		if f.number != number {
			continue
		}
		packed := f.value
		if f.kind == protowire.BytesType {
			packed = f.content()
		}
		for len(packed) > 0 {
			v, n := protowire.ConsumeVarint(packed)
			if n < 0 {
				return all
			}
			all, packed = append(all, int64(v)), packed[n:]
		}
	}
	return all
}

// int returns the last integer of a field, 0 if there is none.
func (m message) int(number protowire.Number) int64 {
	if all := m.ints(number); len(all) > 0 {
		return all[len(all)-1]
	}
	return 0
}

func (f field) equal(g field) bool {
	return f.number == g.number && f.kind == g.kind && bytes.Equal(f.value, g.value)
}
