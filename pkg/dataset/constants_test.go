package dataset

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/npz"
	"hgn.local/pkg/physics"
)

func TestConstantsSurviveAnyLayoutOfJSON(t *testing.T) {
	r := small("pendulum")
	r.Constants = `{"gravity":9.8,"mass":0.70}`
	for what, marshal := range map[string]func(any) ([]byte, error){
		"one line": json.Marshal,
		"indented": func(v any) ([]byte, error) { return json.MarshalIndent(v, "", "\t") },
	} {
		text, err := marshal(&r)
		if err != nil {
			t.Fatal(err)
		}
		var again Recipe
		if err := json.Unmarshal(text, &again); err != nil || !reflect.DeepEqual(again, r) {
			t.Errorf("%s: %+v became %+v, %v", what, r, again, err)
		}
		if !strings.Contains(string(text), `9.8`) || strings.Contains(string(text), `\"`) {
			t.Errorf("%s: the constants are not an object: %s", what, text)
		}
	}
	for text, want := range map[string]Constants{
		`{"mass": 0.70,` + "\n\t" + `"gravity":9.8}`: r.Constants, `{}`: "", `null`: "", ` { } `: "", `{"a":[1, 2]}`: `{"a":[1,2]}`,
	} {
		c := Constants("before")
		if err := json.Unmarshal([]byte(text), &c); err != nil || c != want {
			t.Errorf("%s became %q, want %q (%v)", text, c, want, err)
		}
	}
	for _, text := range []string{`7`, `"mass"`, `[1]`, `true`} {
		var c Constants
		if err := json.Unmarshal([]byte(text), &c); !badinput.Is(err) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if text, _ := json.Marshal(small("pendulum")); strings.Contains(string(text), "constants") {
		t.Errorf("no constants, and yet: %s", text)
	}
}

// What is simulated, drawn and measured has the constants asked for; so do parts of the set and its copy on the disk.
func TestConstantsChangeThePhysics(t *testing.T) {
	heavy := physics.Pendulum()
	heavy.Mass = 2
	constants, err := ConstantsOf(heavy)
	if err != nil {
		t.Fatal(err)
	}
	r := small("pendulum")
	usual := generate(t, r)
	r.Constants, r.Noise = constants, 0
	set := generate(t, r)
	if set.Fingerprint() == usual.Fingerprint() || set.Constants != constants || set.Recipe.Constants != constants {
		t.Errorf("constants %q, %q, want %q", set.Constants, set.Recipe.Constants, constants)
	}
	path := filepath.Join(t.TempDir(), "a.npz")
	if err := set.Save(path); err != nil {
		t.Fatal(err)
	}
	loaded, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	_, test := loaded.Split(0.25)
	for what, s := range map[string]*Dataset{"generated": set, "loaded": loaded, "test set": test} {
		system, err := s.Physics()
		if err != nil || !reflect.DeepEqual(system, heavy) {
			t.Errorf("%s: the system is %+v, %v", what, system, err)
		}
		if mse, err := s.NoiseFloorMSE(); err != nil || mse != 0 {
			t.Errorf("%s: frames drawn again differ by %g, %v", what, mse, err)
		}
		q, p := s.State(1, 2)
		if want := heavy.Energy(q, p); s.Energy[s.T+2] != want {
			t.Errorf("%s: energy %g, want %g", what, s.Energy[s.T+2], want)
		}
	}
	if !reflect.DeepEqual(loaded, set) || generate(t, *loaded.Recipe).Fingerprint() != set.Fingerprint() {
		t.Error("constants do not survive saving and loading")
	}

	// Constants that are the defaults are none.
	r = small("pendulum")
	r.Constants = `{ "mass": 0.5 }`
	if same := generate(t, r); same.Constants != "" || same.Fingerprint() != usual.Fingerprint() {
		t.Errorf("the default constants give another set, with constants %q", same.Constants)
	}
	for constants, want := range map[Constants]string{`{"weight":1}`: "weight", `{"mass":-1}`: "mass", `x`: "JSON"} {
		r.Constants = constants
		if _, err := r.Stream(); !badinput.Is(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("constants %s: %v", constants, err)
		}
	}
	if _, err := (&Dataset{}).Physics(); !badinput.Is(err) {
		t.Errorf("an unknown system: %v", err)
	}
}

// A file whose constants cannot be read does not pass for one with the defaults.
func TestUnreadableConstantsMakeTheSystemUnknown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npz")
	for _, a := range []npz.Array{{Shape: []int{2}, Data: []uint8("{x")}, {Data: []float64{1}}} {
		content := arrays()
		content["system"] = npz.Array{Shape: []int{8}, Data: []uint8("pendulum")}
		content["constants"] = a
		write(t, path, content)
		if s, err := Load(path); err != nil || s.System != "" || s.Constants != "" {
			t.Errorf("%v: system %q, constants %q, %v", a.Data, s.System, s.Constants, err)
		}
	}
}
