package runs

import (
	"maps"
	"testing"
)

// A time that a busy machine has spoilt is brought back to what can be; times that can be stay.
func TestBoundTimesOfStages(t *testing.T) {
	unrolls := map[any]int{"short": 3, "middle": 6, "whole": 15, "single frames": 15}
	times := map[any]float64{"short": 2, "middle": 3, "whole": 5, "single frames": 6}
	kept := maps.Clone(times)
	if bound(kept, unrolls); !maps.Equal(kept, times) {
		t.Errorf("%v became %v", times, kept)
	}
	spoilt := map[any]float64{"short": 2, "middle": 500, "whole": 0.5, "single frames": 6}
	bound(spoilt, unrolls)
	if want := (map[any]float64{"short": 2, "middle": 6, "whole": 2, "single frames": 6}); !maps.Equal(spoilt, want) {
		t.Errorf("spoilt times became %v, want %v", spoilt, want)
	}
}

// What the losses of single frames add to those of means costs a gradient less, and nothing else does.
func TestSharpStagesAreLighter(t *testing.T) {
	times := map[any]float64{"short": 2, "whole": 5, "single frames": 10}
	lighten(times, map[any]bool{"single frames": true})
	if want := (map[any]float64{"short": 2, "whole": 5, "single frames": 7}); !maps.Equal(times, want) {
		t.Errorf("the times became %v, want %v", times, want)
	}
	alone := map[any]float64{"single frames": 10}
	if lighten(alone, map[any]bool{"single frames": true}); alone["single frames"] != 10 {
		t.Errorf("a stage without another became %v", alone)
	}
}
