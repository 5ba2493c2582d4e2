package params

import (
	"slices"
	"strings"
	"testing"
)

// Sizes whose graphs or weights would take memory or time without bound are refused, with the bound.
func TestSizesAreBounded(t *testing.T) {
	for says, err := range map[string]error{
		"layers must be at most 1000, not 1000000000": AtLeastOne([]Count{{Name: "layers", Value: 1e9, Most: MostParts}}),
		"layers must be at least 1, not 0":            AtLeastOne([]Count{{Name: "layers", Most: MostParts}}),
		"at most 16384, not [64 1000000000]":          Widths("hidden", []int{64, 1e9}),
		"at most 16384, not [-1]":                     MaybeWidths("hidden", []int{-1}),
		"must hold at most 1000 widths":               MaybeWidths("hidden", slices.Repeat([]int{1}, 1001)),
		"at least one width":                          Widths("hidden", nil),
	} {
		if err == nil || !strings.Contains(err.Error(), says) || len(err.Error()) > 250 {
			t.Errorf("%v, want %q", err, says)
		}
	}
	for _, err := range []error{AtLeastOne([]Count{{Name: "steps", Value: 1e9}, {Name: "layers", Value: 1000, Most: MostParts}}), Widths("hidden", []int{1, MostWidth}), MaybeWidths("hidden", nil)} {
		if err != nil {
			t.Error(err)
		}
	}
}
