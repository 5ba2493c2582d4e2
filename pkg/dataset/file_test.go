package dataset

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/npz"
	"hgn.local/pkg/physics"
)

func TestASetSurvivesSavingAndLoading(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npz")
	for _, system := range physics.Names() {
		set := generate(t, small(system))
		film := &Dataset{N: set.N, T: set.T, Size: set.Size, Dt: set.Dt, Frames: set.Frames}
		for what, s := range map[string]*Dataset{"simulated": set, "a part": set.Subset(4, 9), "a video alone": film} {
			if err := s.Save(path); err != nil {
				t.Fatal(err)
			}
			loaded, err := Load(path)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(loaded, s) || loaded.Fingerprint() != s.Fingerprint() {
				t.Errorf("%s, %s: what was loaded differs from what was saved", system, what)
			}
		}
	}
	if err := (&Dataset{}).Save(path); !badinput.Is(err) {
		t.Errorf("an empty set: %v", err)
	}
	if _, err := Load(path); err != nil {
		t.Errorf("refusing to save an empty set harmed the file: %v", err)
	}
}

// arrays are those of a valid file, for a test to spoil.
func arrays() map[string]npz.Array {
	floats := func(n int) []float64 { return make([]float64, n) }
	return map[string]npz.Array{
		"frames": {Shape: []int{2, 3, 8, 8, 3}, Data: make([]uint8, 2*3*8*8*3)},
		"dt":     {Data: []float64{0.1}},
		"q":      {Shape: []int{2, 3, 4}, Data: floats(24)},
		"p":      {Shape: []int{2, 3, 4}, Data: floats(24)},
		"energy": {Shape: []int{2, 3}, Data: floats(6)},
		"note":   {Shape: []int{1}, Data: floats(1)},
	}
}

func write(t *testing.T, path string, content map[string]npz.Array) {
	t.Helper()
	var all []npz.Array
	for name, a := range content {
		a.Name = name
		all = append(all, a)
	}
	if err := npz.Write(path, all...); err != nil {
		t.Fatal(err)
	}
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	frames := func(shape ...int) npz.Array {
		n, _ := product(shape...)
		return npz.Array{Shape: shape, Data: make([]uint8, n)}
	}
	floats := func(shape ...int) npz.Array {
		n, _ := product(shape...)
		return npz.Array{Shape: shape, Data: make([]float64, n)}
	}
	path := filepath.Join(t.TempDir(), "a.npz")
	for name, c := range map[string]struct {
		array string
		to    npz.Array // nothing: the array is left out
		want  string
	}{
		"no frames":           {"frames", npz.Array{}, `no array "frames"`},
		"no dt":               {"dt", npz.Array{}, "no array dt"},
		"no p":                {"p", npz.Array{}, "only one of the arrays q and p"},
		"float frames":        {"frames", floats(2, 3, 8, 8, 3), "from 0 to 255"},
		"four dimensions":     {"frames", frames(3, 8, 8, 3), "[trajectories, time, height, width, 3]"},
		"grey frames":         {"frames", frames(2, 3, 8, 8, 1), "1 channel,"},
		"oblong frames":       {"frames", frames(2, 3, 6, 8, 3), "8 x 6 pixels"},
		"one frame":           {"frames", frames(2, 1, 8, 8, 3), "at least 2 frames"},
		"no trajectory":       {"frames", frames(0, 3, 8, 8, 3), "no trajectory"},
		"tiny frames":         {"frames", frames(2, 3, 2, 2, 3), "2 pixels wide"},
		"other N in q":        {"q", floats(3, 3, 4), "does not go with 2 trajectories of 3 frames"},
		"q without d":         {"q", floats(2, 3), "does not go with"},
		"no coordinates":      {"q", floats(2, 3, 0), "does not go with"},
		"q, p differ":         {"p", floats(2, 3, 5), "(4 and 5)"},
		"other T in energy":   {"energy", floats(2, 4), "[trajectories, time]"},
		"integer q":           {"q", npz.Array{Shape: []int{2, 3, 4}, Data: make([]uint8, 24)}, "float64"},
		"zero dt":             {"dt", npz.Array{Data: []float64{0}}, "positive"},
		"negative dt":         {"dt", npz.Array{Data: []float64{-1}}, "positive"},
		"NaN dt":              {"dt", npz.Array{Data: []float64{math.NaN()}}, "finite"},
		"two dt":              {"dt", floats(2), "one positive number"},
		"empty dt":            {"dt", floats(0), "one positive number"},
		"infinite energy":     {"energy", npz.Array{Shape: []int{2, 3}, Data: []float64{0, 0, math.Inf(1), 0, 0, 0}}, "finite"},
		"frames as dt's type": {"dt", npz.Array{Data: []uint8{1}}, "float64"},
	} {
		content := arrays()
		if c.to.Data == nil {
			delete(content, c.array)
		} else {
			content[c.array] = c.to
		}
		write(t, path, content)
		_, err := Load(path)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) || !badinput.Is(err) {
			t.Errorf("%s: got %v, want a bad-input error naming the file, with %q", name, err, c.want)
		}
	}

	write(t, path, arrays())
	if s, err := Load(path); err != nil || s.D != 4 || s.System != "" || s.Recipe != nil {
		t.Errorf("the valid file: %+v, %v", s, err)
	}
	whole, _ := os.ReadFile(path)
	for what, content := range map[string][]byte{"cut short": whole[:len(whole)/2], "empty": nil, "text": []byte("frames: none")} {
		os.WriteFile(path, content, 0o644)
		if _, err := Load(path); !badinput.Is(err) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// What only says where a set comes from never keeps its frames from being used.
func TestAnUnreadableOriginIsUnknown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npz")
	for what, origin := range map[string]map[string]npz.Array{
		"other types":     {"system": {Shape: []int{1}, Data: []float64{1}}, "recipe": {Shape: []int{1}, Data: []float64{1}}, "noise": {Shape: []int{2}, Data: []float64{1, 2}}},
		"no JSON":         {"recipe": {Shape: []int{2}, Data: []uint8("{x")}},
		"another's":       {"recipe": {Shape: []int{22}, Data: []uint8(`{"trajectories": 9999}`)}},
		"negative noise":  {"noise": {Data: []float64{-1}}},
		"recipe a number": {"recipe": {Shape: []int{1}, Data: []uint8("7")}},
	} {
		content := arrays()
		for name, a := range origin {
			content[name] = a
		}
		write(t, path, content)
		if s, err := Load(path); err != nil || s.Recipe != nil || s.System != "" || s.Noise != 0 {
			t.Errorf("%s: %+v, %v", what, s, err)
		}
	}
}
