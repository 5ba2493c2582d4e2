package physics

import (
	"encoding/json"
	"strconv"
	"strings"

	"hgn.local/pkg/badinput"
)

// ParseConstants converts assignments "key=value" from a command line to the JSON object for [New]; nil if there are
// none. A value is a number or, for colours, a JSON list: mass=0.7, color=[173,146,0]. New checks whether a system
// has such constants.
func ParseConstants(assignments []string) (json.RawMessage, error) {
	if len(assignments) == 0 {
		return nil, nil
	}
	object := map[string]json.RawMessage{}
	for _, assignment := range assignments {
		key, value, found := strings.Cut(assignment, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if !found || key == "" || value == "" {
			return nil, badinput.Errorf("a constant is set by key=value, for example mass=0.7, not by %q", assignment)
		}
		if _, twice := object[key]; twice {
			return nil, badinput.Errorf("the constant %s is set twice: set it once", key)
		}
		x, err := strconv.ParseFloat(value, 64) // beyond the range of float64 it is infinite
		if err == nil && finite(x) {
			value = strconv.FormatFloat(x, 'g', -1, 64) // JSON has no .5 or +1
		}
		if !finite(x) || !json.Valid([]byte(value)) {
			return nil, badinput.Errorf("the value of %s must be a finite number, or a list of numbers such as [173,146,0], not %s", key, value)
		}
		object[key] = json.RawMessage(value)
	}
	return json.Marshal(object)
}
