package params_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"hgn.local/gomlx_models/params"
)

// A batch that memory cannot hold is refused, and one whose size overflows too.
func TestCheckBatch(t *testing.T) {
	for _, c := range []struct {
		batch, values int
		fits          bool
	}{{256, 2, true}, {16, 31 * 64 * 64 * 3, true}, {1e12, 2, false}, {1e8, 31 * 32 * 32 * 3, false}, {1 << 62, 1 << 20, false}} {
		if err := params.CheckBatch(c.batch, c.values); (err == nil) != c.fits {
			t.Errorf("%d examples of %d numbers: %v", c.batch, c.values, err)
		}
	}
}

type stage struct {
	Unroll int     `json:"unroll"`
	Until  float64 `json:"until"`
}

type settings struct {
	Steps  int     `json:"steps"`
	Seed   uint64  `json:"seed"`
	Rate   float64 `json:"rate"`
	Widths []int   `json:"widths"`
	Latent string  `json:"latent"`
	Live   bool    `json:"live"`
	Stages []stage `json:"stages"`
}

func defaults() settings {
	return settings{Steps: 100, Seed: 1, Rate: 0.1, Widths: []int{64, 32}, Latent: "line", Stages: []stage{{3, 0.1}}}
}

// One assignment changes its own field and no other.
func TestSet(t *testing.T) {
	for assignment, change := range map[string]func(s *settings){
		"steps=3":                             func(s *settings) { s.Steps = 3 },
		"steps=-3":                            func(s *settings) { s.Steps = -3 },
		"seed=18446744073709551615":           func(s *settings) { s.Seed = 1<<64 - 1 },
		"rate=0.5":                            func(s *settings) { s.Rate = 0.5 },
		"rate=1e-3":                           func(s *settings) { s.Rate = 1e-3 },
		"widths=[16]":                         func(s *settings) { s.Widths = []int{16} },
		"widths=[1, 2, 3]":                    func(s *settings) { s.Widths = []int{1, 2, 3} },
		"widths=[]":                           func(s *settings) { s.Widths = []int{} },
		"latent=circle":                       func(s *settings) { s.Latent = "circle" },
		`latent="circle"`:                     func(s *settings) { s.Latent = "circle" },
		"latent=circle,line*2":                func(s *settings) { s.Latent = "circle,line*2" },
		"latent=a=b":                          func(s *settings) { s.Latent = "a=b" },
		"latent=":                             func(s *settings) { s.Latent = "" },
		"live=true":                           func(s *settings) { s.Live = true },
		`stages=[{"unroll":5,"until":0.5}]`:   func(s *settings) { s.Stages = []stage{{5, 0.5}} },
		`stages=[{"unroll": 5}, {"until":1}]`: func(s *settings) { s.Stages = []stage{{Unroll: 5}, {Until: 1}} },
	} {
		t.Run(assignment, func(t *testing.T) {
			got, want := defaults(), defaults()
			if err := params.Set(&got, assignment); err != nil {
				t.Fatal(err)
			}
			if change(&want); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

// What cannot be set is refused as bad input, names what is wrong, and changes nothing.
func TestSetRefuses(t *testing.T) {
	for assignment, says := range map[string]string{
		"steps":          "key=value",
		"":               "key=value",
		"=3":             "unknown parameter",
		"stpes=3":        "latent, live, rate, seed, stages, steps, widths",
		"Steps=3":        "unknown parameter",
		"steps =3":       "unknown parameter",
		"steps=many":     "steps cannot be many",
		"steps=0.5":      "steps cannot be 0.5",
		"steps=":         "steps cannot be",
		"steps=3 4":      "steps cannot be 3 4",
		"steps=3}":       "steps cannot be 3}",
		"seed=-1":        "seed cannot be -1",
		"rate=fast":      "rate cannot be fast",
		"rate=[1]":       "rate cannot be [1]",
		"rate=NaN":       "rate cannot be NaN",
		"widths=64":      "widths cannot be 64",
		"widths=[64":     "widths cannot be [64",
		`widths=[5,"x"]`: `widths cannot be [5,"x"]: its present value is [64,32]`,
		"live=yes":       "live cannot be yes",
		"stages=[3]":     "stages cannot be [3]",
	} {
		t.Run(assignment, func(t *testing.T) {
			s := defaults()
			err := params.Set(&s, assignment)
			if err == nil {
				t.Fatalf("accepted, and made %+v", s)
			}
			if !strings.Contains(err.Error(), says) {
				t.Errorf("the error %q does not say %q", err, says)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error %q is more than one line", err)
			}
			if !badInput(err) {
				t.Errorf("the error %q is not marked as bad input", err)
			}
			if !reflect.DeepEqual(s, defaults()) {
				t.Errorf("the refused assignment made %+v of %+v", s, defaults())
			}
		})
	}
}

// A copy made before Set keeps its values, lists included.
func TestSetLeavesCopiesAlone(t *testing.T) {
	s := defaults()
	before := s
	for _, assignment := range []string{"widths=[1,2]", `stages=[{"unroll":9}]`} {
		if err := params.Set(&s, assignment); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(before, defaults()) {
		t.Errorf("setting the original made the copy %+v, want %+v", before, defaults())
	}
}

func TestErrorIsBadInput(t *testing.T) {
	err := params.Errorf("z must be at least %d", 1)
	if err.Error() != "z must be at least 1" {
		t.Errorf("the error says %q", err)
	}
	if !badInput(fmt.Errorf("reading run.json: %w", err)) {
		t.Error("the wrapped error is not bad input any more")
	}
}

func badInput(err error) bool {
	var b interface{ BadInput() bool }
	return errors.As(err, &b) && b.BadInput()
}
