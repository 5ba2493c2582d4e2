package params

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"hgn.local/kernels_xla/boundedtest"
)

// FuzzSet looks for assignments that make Set panic, take long or much memory, change another field than the one that is named, or are refused otherwise
// than as bad input.
func FuzzSet(f *testing.F) {
	type fields struct {
		Rate   float64  `json:"rate"`
		Hidden []int    `json:"hidden"`
		Name   string   `json:"name"`
		On     bool     `json:"on"`
		Least  *float64 `json:"least"`
		Steps  int      `json:"steps"`
	}
	before := fields{Rate: 0.1, Hidden: []int{4, 4}, Name: "a", Steps: 7}
	for _, seed := range []string{"rate=0.5", "hidden=[1,2]", "name=b=c", "on=true", "least=null", "steps=1e3", "rate", "rate=NaN", "=", `name="\ud800"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, assignment string) {
		after := before
		after.Hidden = []int{4, 4}
		var err error
		boundedtest.Within(t, boundedtest.Text(len(assignment)), func() { err = Set(&after, assignment) })
		if err != nil {
			if bad := new(Error); !errors.As(err, &bad) {
				t.Errorf("%q: not as bad input: %v", assignment, err)
			}
			return
		}
		key, _, _ := strings.Cut(assignment, "=")
		was, is := map[string]json.RawMessage{}, map[string]json.RawMessage{}
		for to, from := range map[*map[string]json.RawMessage]fields{&was: before, &is: after} {
			text, err := json.Marshal(from)
			if err != nil {
				t.Fatalf("%q: %v", assignment, err)
			}
			if err := json.Unmarshal(text, to); err != nil {
				t.Fatal(err)
			}
		}
		for name := range was {
			if name != key && string(was[name]) != string(is[name]) {
				t.Errorf("%q changes %s from %s to %s", assignment, name, was[name], is[name])
			}
		}
	})
}
