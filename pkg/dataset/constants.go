package dataset

import (
	"bytes"
	"encoding/json"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/physics"
)

// Constants holds a system's constants that differ from its defaults: a JSON object such as {"gravity":9.8}, "" for
// none. Reading JSON brings them into one form, without spaces and with sorted keys, so that equal constants are
// equal strings whatever the layout of their file.
type Constants string

// ConstantsOf returns the constants of s that differ from the defaults.
func ConstantsOf(s physics.System) (Constants, error) {
	text, err := physics.Constants(s)
	return Constants(text), err
}

// MarshalJSON writes the object itself, not a string that holds it.
func (c Constants) MarshalJSON() ([]byte, error) {
	if c == "" {
		return []byte("null"), nil
	}
	return []byte(c), nil
}

// UnmarshalJSON reads an object or null.
func (c *Constants) UnmarshalJSON(text []byte) error {
	var object map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // numbers stay as they are written
	if err := decoder.Decode(&object); err != nil {
		return badinput.Errorf("the constants of a system must be a JSON object such as {\"gravity\": 9.8}, not %s", text)
	}
	*c = ""
	if len(object) > 0 {
		sorted, err := json.Marshal(object)
		if err != nil {
			return err
		}
		*c = Constants(sorted)
	}
	return nil
}

// Physics returns the system of the recipe, with its constants. A system of the user's own must be defined, and must
// be the same as when the recipe was written.
func (r Recipe) Physics() (physics.System, error) {
	s, err := physics.New(r.System, json.RawMessage(r.Constants))
	switch {
	case r.Own == "":
		return s, err
	case err != nil:
		return nil, badinput.Errorf("the system %s was written by its user, in a cell of a notebook for example, and is not known here: define it first, by nb.Define", r.System)
	case physics.Fingerprint(s) != r.Own:
		return nil, badinput.Errorf("the system %s has changed since these data were described: describe them again, and train a new run", r.System)
	}
	return s, nil
}

// Physics returns the system that the set shows, with its constants. It fails if the system is unknown, as for videos
// of your own.
func (s *Dataset) Physics() (physics.System, error) {
	if s.System == "" {
		return nil, badinput.Errorf("the system behind these frames is unknown (a video of your own?)")
	}
	system, err := physics.New(s.System, json.RawMessage(s.Constants))
	if err != nil {
		return nil, err
	}
	if s.Q != nil && system.Dim() != s.D {
		return nil, badinput.Errorf("the data set has %d coordinates, but %s has %d", s.D, s.System, system.Dim())
	}
	return system, nil
}
