package physics

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
)

// change gives a constant another value that makes sense.
func change(c constant) {
	switch value := c.value.Addr().Interface().(type) {
	case *float64:
		*value *= 1.25
	case *[3]uint8:
		value[0]++
	case *[][3]uint8:
		(*value)[len(*value)-1][2]++
	default:
		panic(fmt.Sprintf("%s is a %T", c.key, value))
	}
}

// behaviour is all that a system shows from one seed.
func behaviour(s System) string {
	q, p := s.Sample(rand.New(rand.NewPCG(7, 7)))
	dq, dp := make([]float64, s.Dim()), make([]float64, s.Dim())
	s.Derivative(q, p, dq, dp)
	return fmt.Sprint(q, p, dq, dp, s.Energy(q, p), s.Noise(), s.Disks(q))
}

// Each constant alone, and all of them together, survive the way through JSON, and each one matters.
func TestConstantsSurviveJSON(t *testing.T) {
	for _, name := range Names() {
		defaults, _ := ByName(name)
		if json, err := Constants(defaults); json != nil || err != nil {
			t.Errorf("%s: the defaults differ from the defaults by %s, %v", name, json, err)
		}
		n := len(constantsOf(defaults))
		for i := range n + 1 {
			changed, _ := ByName(name)
			keys := ConstantKeys(changed)
			if i < n {
				keys = keys[i : i+1]
			}
			for _, c := range constantsOf(changed) {
				if slices.Contains(keys, c.key) {
					change(c)
				}
			}
			text, err := Constants(changed)
			if err != nil {
				t.Fatal(err)
			}
			var object map[string]any
			if err := json.Unmarshal(text, &object); err != nil || len(object) != len(keys) {
				t.Errorf("%s with other %v: %s, %v", name, keys, text, err)
			}
			again, err := New(name, text)
			if err != nil || !reflect.DeepEqual(again, changed) {
				t.Errorf("%s with %s came back as %+v, %v", name, text, again, err)
			}
			if behaviour(again) == behaviour(defaults) {
				t.Errorf("%s: %s changes nothing", name, text)
			}
			fresh, _ := ByName(name)
			if !reflect.DeepEqual(fresh, defaults) {
				t.Fatalf("%s: changing one system's %v changed the defaults", name, keys)
			}
		}
	}
	s, err := New("pendulum", json.RawMessage(`{"potential_factor": 2, "mass": 0.7}`))
	if err != nil || s.(*PendulumSystem).PotentialFactor != 2 {
		t.Fatalf("the paper's pendulum: %+v, %v", s, err)
	}
	if text, _ := Constants(s); string(text) != `{"mass":0.7,"potential_factor":2}` {
		t.Errorf("the keys are not sorted: %s", text)
	}
	for _, nothing := range []string{"", " ", "null", "{}"} {
		if s, err := New("pendulum", json.RawMessage(nothing)); err != nil || !reflect.DeepEqual(s, Pendulum()) {
			t.Errorf("no constants, written as %q: %+v, %v", nothing, s, err)
		}
	}
}

// Every exported field of a system can be set, but for the number of bodies, which its name tells.
func TestEveryFieldIsAConstant(t *testing.T) {
	for _, name := range Names() {
		s, _ := ByName(name)
		keys := ConstantKeys(s)
		for _, field := range reflect.VisibleFields(reflect.TypeOf(s).Elem()) {
			if key := field.Tag.Get("json"); field.IsExported() && !field.Anonymous && key != "-" && !slices.Contains(keys, key) {
				t.Errorf("%s: the field %s cannot be set", name, field.Name)
			}
		}
	}
}

func TestBadConstantsAreRefused(t *testing.T) {
	for _, c := range []struct{ system, constants, want string }{
		{"pendulum", `[1]`, "JSON object"},
		{"pendulum", `{"mass": 1`, "JSON object"},
		{"pendulum", `{"masss": 1}`, `no constant "masss"`},
		{"pendulum", `{"Mass": 1}`, `no constant "Mass"`},
		{"pendulum", `{"mass": "heavy"}`, `mass of pendulum must be a finite number, not "heavy"`},
		{"pendulum", `{"mass": null}`, "not null"},
		{"pendulum", `{"mass": [1]}`, "finite number"},
		{"pendulum", `{"mass": 1e999}`, "finite number"},
		{"pendulum", `{"mass": 0}`, "mass of pendulum must be greater than 0, not 0"},
		{"pendulum", `{"length": -1}`, "length of pendulum must be greater than 0"},
		{"pendulum", `{"gravity": 0}`, "gravity"},
		{"pendulum", `{"potential_factor": -2}`, "potential_factor"},
		{"pendulum", `{"noise_std": -0.1}`, "noise_std of pendulum must be at least 0"},
		{"pendulum", `{"radius_max": 1}`, "radius_max of pendulum must be at least radius_min, 1.3"},
		{"pendulum", `{"radius_min": -1}`, "radius_min"},
		{"pendulum", `{"color": [1, 2]}`, "color"},
		{"pendulum", `{"color": [1, 2, 256]}`, "color"},
		{"pendulum", `{"color": [1, 2, 2.5]}`, "color"},
		{"pendulum", `{"color": [1, 2, null]}`, "color"},
		{"pendulum", `{"color": null}`, "color"},
		{"pendulum", `{"color": "red"}`, "color"},
		{"mass_spring", `{"stiffness": 0}`, "stiffness"},
		{"mass_spring", `{"radius_max": 1e308, "stiffness": 1e-300}`, "infinitely large"},
		{"damped_spring", `{"damping": -0.1}`, "damping of damped_spring must be at least 0"},
		{"damped_spring", `{"mass": -1}`, "mass"},
		{"two_body", `{"bodies": 3}`, "bodies"},
		{"two_body", `{"radius_min": 0}`, "radius_min of two_body must be greater than 0"},
		{"two_body", `{"momentum_spread": 0.5}`, "momentum_spread of two_body must be at most 0.3"},
		{"two_body", `{"colors": [[1, 2, 3]]}`, "colors of two_body must be 2 colours"},
		{"two_body", `{"colors": [[1, 2, 3], [1, 2]]}`, "colors"},
		{"two_body", `{"colors": null}`, "colors"},
		{"double_pendulum", `{"length2": 0}`, "length2"},
		{"damped_pendulum", `{"damping": -1}`, "damping of damped_pendulum must be at least 0"},
		{"lennard_jones", `{"depth": 0}`, "depth of lennard_jones must be greater than 0"},
		{"lennard_jones", `{"colors": [[1, 2, 3]]}`, "colors of lennard_jones must be 4 colours"},
		{"matching_pennies", `{"stake": -1}`, "stake of matching_pennies must be greater than 0"},
		{"rock_paper_scissors", `{"floor": 0.34}`, "floor of rock_paper_scissors must be at most 0.3"},
	} {
		_, err := New(c.system, json.RawMessage(c.constants))
		if err == nil || !strings.Contains(err.Error(), c.want) || !badinput.Is(err) {
			t.Errorf("%s with %s: got %v, want a bad-input error with %q", c.system, c.constants, err, c.want)
			continue
		}
		if system, _ := ByName(c.system); c.want != "JSON object" && !strings.Contains(err.Error(), list(system)) {
			t.Errorf("%s with %s: %v does not say which constants there are", c.system, c.constants, err)
		}
	}
	if _, err := New("spring", nil); !badinput.Is(err) {
		t.Errorf("an unknown system: got %v", err)
	}

	negative, nan, four := Pendulum(), Pendulum(), TwoBody()
	negative.Mass, nan.Length, four.Bodies = -1, math.NaN(), 4
	for name, s := range map[string]System{
		"no system": nil, "a nil system": (*PendulumSystem)(nil), "negative mass": negative, "NaN": nan, "four bodies": four,
		"another type": broken{MassSpringSystem: MassSpring()},
	} {
		if text, err := Constants(s); err == nil || !badinput.Is(err) {
			t.Errorf("constants of %s: %s, %v; want a bad-input error", name, text, err)
		}
	}
}

func TestParseConstants(t *testing.T) {
	text, err := ParseConstants([]string{"mass=.7", " gravity = 1e1", "color=[1, 2, 3]", "length=+2"})
	if want := `{"color":[1,2,3],"gravity":10,"length":2,"mass":0.7}`; err != nil || string(text) != want {
		t.Errorf("got %s, %v, want %s", text, err, want)
	}
	if _, err := New("pendulum", text); err != nil {
		t.Error(err)
	}
	if text, err := ParseConstants(nil); text != nil || err != nil {
		t.Errorf("no assignments: %s, %v", text, err)
	}
	for _, c := range []struct {
		assignments []string
		want        string
	}{
		{[]string{"mass"}, "key=value"},
		{[]string{"=1"}, "key=value"},
		{[]string{"mass="}, "key=value"},
		{[]string{"mass=heavy"}, "value of mass must be"},
		{[]string{"mass=NaN"}, "value of mass must be"},
		{[]string{"mass=1e999"}, "value of mass must be"},
		{[]string{"color=[1,2"}, "value of color must be"},
		{[]string{"mass=1", "mass=2"}, "mass is set twice"},
	} {
		if text, err := ParseConstants(c.assignments); err == nil || !strings.Contains(err.Error(), c.want) || !badinput.Is(err) {
			t.Errorf("%v: got %s, %v, want a bad-input error with %q", c.assignments, text, err, c.want)
		}
	}
}

// With other constants the canvas still holds the discs; the time between frames keeps pace with gravity.
func TestTheCanvasFollowsTheConstants(t *testing.T) {
	for _, c := range []struct {
		system, constants string
		dt                float64
	}{
		{"mass_spring", `{"mass": 8, "radius_max": 3}`, 0.5},
		{"mass_spring", `{"stiffness": 0.1}`, 0.5},
		{"mass_spring", `{"stiffness": 50, "noise_std": 0.5}`, 0.02},
		{"damped_spring", `{"stiffness": 0.1, "damping": 2, "mass": 3}`, 0.5},
		{"damped_spring", `{"damping": 0}`, 0.125},
		{"pendulum", `{"length": 3, "mass": 4, "potential_factor": 2}`, 0.125},
		{"double_pendulum", `{"length1": 2, "length2": 0.3, "mass1": 9, "radius_max": 3}`, 0.125},
		{"double_pendulum", `{"length2": 2, "mass2": 3}`, 0.125},
		{"two_body", `{"radius_max": 3, "mass": 2, "momentum_spread": 0.3}`, 0.5},
		{"two_body", `{"gravity": 9, "noise_std": 0.3}`, 0.5},
		{"three_body", `{"gravity": 4, "mass": 2.25}`, 0.125 / 3},
		{"damped_pendulum", `{"length": 2, "damping": 1}`, 0.125},
		{"damped_double_pendulum", `{"length1": 2, "damping": 1}`, 0.125},
		{"lennard_jones", `{"diameter": 2, "depth": 3, "bowl": 0.5, "mass": 0.7, "momentum_max": 6}`, 0.3},
		{"matching_pennies", `{"floor": 0.001, "stake": 4}`, 0.5},
		{"rock_paper_scissors", `{"floor": 0.3, "noise_std": 0.2}`, 1},
		{"rock_paper_scissors", `{"floor": 0.001, "stake": 4}`, 0.5},
		{"three_body", `{"radius_min": 3.6, "radius_max": 4.8, "noise_std": 0.5}`, 1},
	} {
		s, err := New(c.system, json.RawMessage(c.constants))
		if err != nil {
			t.Fatal(err)
		}
		if reach := farthest(t, s, 50, c.dt); reach > s.Extent()+1e-12 {
			t.Errorf("%s with %s: a disc reaches to %.3f on a canvas of half width %.3f", c.system, c.constants, reach, s.Extent())
		}
	}
}
