package dataset

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
)

// Names come in the order of the times or numbers in them, however a folder lists them.
func TestNamesComeInTheOrderOfTheirNumbers(t *testing.T) {
	for _, want := range []string{
		"frame1 frame2 frame9 frame10 frame100",
		"t=0 t=0.125 t=0.25 t=0.375 t=0.5 t=0.75 t=1 t=1.125 t=10 t=10.5",
		"t0.0 t0.05 t0.1 t0.15 t0.2 t1.0",
		"t=0,125 t=0,25 t=0,5 t=1",
		"t=0 t=1e-05 t=5e-05 t=0.0001 t=0.00015",
		"t=-1.5 t=-1 t=-0.25 t=0 t=0.5",
		"x_-10 x_-9 x_0 x_3",
		"frame-1 frame-2 frame-10",
		"0.5s 0.75s 1s 12s",
		"seed2_t=0.125 seed2_t=0.5 seed10_t=0.25 seed10_t=1",
		"v1.8 v1.9 v1.10 v1.11 v2.1 v2.2",
		"2024.1.2 2024.2.1 2024.2.10 2024.10.1",
		"a b c9x c10",
		"1.5 1.25x",
		"t=0.000 t=0.125 t=0.250 t=0.500",
	} {
		names := strings.Fields(want)
		got := slices.Clone(names)
		for range 5 {
			rand.Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
			if err := inOrder(got, func(s string) string { return s }); err != nil || !slices.Equal(got, names) {
				t.Errorf("got %v, %v, want %v", got, err, names)
				break
			}
		}
	}
	for says, names := range map[string]string{"not clear": "t=0.50 t=0.125 t=0.7", "different units": "t=500ms t=1s"} {
		if err := inOrder(strings.Fields(names), func(s string) string { return s }); !badinput.Is(err) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want it to say %q", names, err, says)
		}
	}
}

// One step between two frames cannot stand for times that are not evenly spaced.
func TestTimesInNamesAreEvenlySpaced(t *testing.T) {
	for names, even := range map[string]bool{
		"t=0 t=0.125 t=0.25 t=0.375":          true,
		"t=0.00 t=0.33 t=0.67 t=1.00":         true,
		"t=0 t=1e-05 t=2e-05":                 true,
		"frame1 frame2 frame4":                true, // a number, not a time
		"a0.1_b5 a0.2_b7 a0.9_b9":             true,
		"t=0 t=0.125 t=0.375 t=0.5":           false,
		"t=0.1 t=0.2 t=0.3 t=0.4 t=0.5 t=0.9": false,
		"t=0 t=1e-05 t=3e-05":                 false,
		"run0.5_t0.1 run0.5_t0.2 run0.5_t1":   false,
	} {
		err := evenTimes(strings.Fields(names), func(s string) string { return s })
		if even && err != nil || !even && (!badinput.Is(err) || !strings.Contains(err.Error(), "missing")) {
			t.Errorf("%s: got %v", names, err)
		}
	}
}
