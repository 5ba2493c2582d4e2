package physics

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
)

// constant is one field of a system with struct tags: json names it; above, min and max limit its value.
type constant struct {
	key   string
	value reflect.Value // settable; a float64, a colour [3]uint8, or a list of colours
	tag   reflect.StructTag
}

// constantsOf lists the constants of a system, a pointer to a struct, including those of embedded structs.
func constantsOf(s System) []constant {
	v := reflect.ValueOf(s).Elem()
	var constants []constant
	for _, field := range reflect.VisibleFields(v.Type()) {
		if key := field.Tag.Get("json"); key != "" && key != "-" {
			constants = append(constants, constant{key, v.FieldByIndex(field.Index), field.Tag})
		}
	}
	return constants
}

// check compares a number with its limits. The error completes the sentence "mass of pendulum ...".
func (c constant) check() error {
	if c.value.Kind() != reflect.Float64 {
		return nil
	}
	x := c.value.Float()
	if !finite(x) {
		return fmt.Errorf("must be a finite number, not %g", x)
	}
	for _, limit := range []struct {
		tag, words string
		holds      func(limit float64) bool
	}{
		{"above", "greater than", func(limit float64) bool { return x > limit }},
		{"min", "at least", func(limit float64) bool { return x >= limit }},
		{"max", "at most", func(limit float64) bool { return x <= limit }},
	} {
		text, limited := c.tag.Lookup(limit.tag)
		if !limited {
			continue
		}
		bound, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fmt.Errorf("has the tag %s:%q, which is not a number", limit.tag, text)
		}
		if !limit.holds(bound) {
			return fmt.Errorf("must be %s %s, not %g", limit.words, text, x)
		}
	}
	return nil
}

// decode sets the constant from JSON. The error completes the sentence "mass of pendulum ...".
func (c constant) decode(text json.RawMessage) error {
	switch value := c.value.Addr().Interface().(type) {
	case *float64:
		var x *float64 // null leaves it nil
		if err := json.Unmarshal(text, &x); err != nil || x == nil {
			return fmt.Errorf("must be a finite number, not %s", text)
		}
		*value = *x
	case *[3]uint8:
		var numbers []*int
		err := json.Unmarshal(text, &numbers)
		color, ok := toColor(numbers)
		if err != nil || !ok {
			return fmt.Errorf("must be a colour [red, green, blue] of whole numbers from 0 to 255, not %s", text)
		}
		*value = color
	case *[][3]uint8:
		var rows [][]*int
		err := json.Unmarshal(text, &rows)
		colors := make([][3]uint8, len(rows))
		for i, row := range rows {
			color, ok := toColor(row)
			if !ok {
				err = strconv.ErrRange
			}
			colors[i] = color
		}
		if err != nil || rows == nil {
			return fmt.Errorf("must be a list of colours [red, green, blue] of whole numbers from 0 to 255, not %s", text)
		}
		*value = colors
	default:
		return fmt.Errorf("is a %s, which JSON does not set", c.value.Type())
	}
	return nil
}

// toColor converts exactly three numbers from 0 to 255 to a colour.
func toColor(numbers []*int) (color [3]uint8, ok bool) {
	if len(numbers) != len(color) {
		return color, false
	}
	for i, n := range numbers {
		if n == nil || *n < 0 || *n > 255 {
			return color, false
		}
		color[i] = uint8(*n)
	}
	return color, true
}
