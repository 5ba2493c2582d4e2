package prior

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"hgn.local/gomlx_models/params"
)

// kinds maps the names of the priors to their options with defaults, and to their constructors.
var kinds = map[string]struct {
	options map[string]float64
	make    func(dim int, o map[string]float64) (Prior, error)
}{
	"normal": {
		map[string]float64{"scale": 1},
		func(dim int, o map[string]float64) (Prior, error) { return Normal{dim, o["scale"]}, nil },
	},
	"soft_uniform": {
		map[string]float64{"width": 4, "sharpness": 10},
		func(dim int, o map[string]float64) (Prior, error) {
			return SoftUniform{dim, o["width"], o["sharpness"]}, nil
		},
	},
	"uniform": {
		map[string]float64{"width": 4},
		func(dim int, o map[string]float64) (Prior, error) { return Uniform{dim, o["width"]}, nil },
	},
	"mixture": {
		map[string]float64{"k": 4, "radius": 1.5, "scale": 0.5},
		func(dim int, o map[string]float64) (Prior, error) {
			if k := o["k"]; k != math.Trunc(k) || k > 1000 {
				return nil, params.Errorf("a mixture has a whole number k of components, at most 1000, not %g", k)
			}
			return evenMixture(dim, int(o["k"]), o["radius"], o["scale"]), nil
		},
	},
}

// Names lists the priors that Parse knows.
func Names() []string { return slices.Sorted(maps.Keys(kinds)) }

// Parse makes the prior on R^dim that spec names; the package documentation lists the names and options.
func Parse(spec string, dim int) (Prior, error) {
	if dim < 1 {
		return nil, params.Errorf("a prior has at least 1 coordinate, not %d", dim)
	}
	name, rest, given := strings.Cut(spec, ":")
	kind, ok := kinds[name]
	if !ok {
		return nil, params.Errorf("unknown prior %q: choose one of %s", spec, strings.Join(Names(), ", "))
	}
	options := maps.Clone(kind.options)
	if given {
		for _, option := range strings.Split(rest, ",") {
			if err := set(options, name, option); err != nil {
				return nil, err
			}
		}
	}
	return kind.make(dim, options)
}

// set takes one option, key=value; all values must be positive.
func set(options map[string]float64, name, option string) error {
	key, value, ok := strings.Cut(option, "=")
	if _, known := options[key]; !known || !ok {
		return params.Errorf("the prior %s has no option %q: it takes %s, each as key=value", name, option, strings.Join(slices.Sorted(maps.Keys(options)), ", "))
	}
	v, err := strconv.ParseFloat(value, 64)
	if err != nil || !(v > 0) || math.IsInf(v, 0) {
		return params.Errorf("%s of the prior %s must be a positive number, not %q", key, name, value)
	}
	options[key] = v
	return nil
}
