package selftest

import (
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
)

// rounding builds with matrix products and convolutions whose operands of float32 are rounded as TF32 has them.
type rounding struct{ compute.Builder }

func (b rounding) Main() compute.Function { return roundingFunction{b.Builder.Main()} }

type roundingFunction struct{ compute.Function }

// round leaves a float32 11 significant bits, by Veltkamp's splitting.
func (f roundingFunction) round(x compute.Value) (compute.Value, error) {
	s, err := f.Shape(x)
	if err != nil || s.DType != dtypes.Float32 {
		return x, err
	}
	c, err := f.Constant([]float32{1<<13 + 1})
	if err != nil {
		return nil, err
	}
	large, err := f.Mul(x, c)
	if err != nil {
		return nil, err
	}
	rest, err := f.Sub(large, x)
	if err != nil {
		return nil, err
	}
	return f.Sub(large, rest)
}

func (f roundingFunction) DotGeneral(lhs compute.Value, lhsContracting, lhsBatch []int, rhs compute.Value, rhsContracting, rhsBatch []int,
	config compute.DotGeneralConfig) (compute.Value, error) {
	lhs, err := f.round(lhs)
	if err != nil {
		return nil, err
	}
	if rhs, err = f.round(rhs); err != nil {
		return nil, err
	}
	return f.Function.DotGeneral(lhs, lhsContracting, lhsBatch, rhs, rhsContracting, rhsBatch, config)
}

func (f roundingFunction) FusedDense(x, weight, bias compute.Value, options compute.DenseConfig) (compute.Value, error) {
	x, err := f.round(x)
	if err != nil {
		return nil, err
	}
	if weight, err = f.round(weight); err != nil {
		return nil, err
	}
	return f.Function.FusedDense(x, weight, bias, options)
}

// Rounded to TF32 before every product, the battery fails the strict tolerances and stays within those for TF32.
func TestTF32(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the battery once more")
	}
	d := *open(t)
	d.Backend = &clocked{Backend: d.Backend, build: func(b compute.Builder) compute.Builder { return rounding{b} }}
	kept := references(t)
	strict := 0
	worst := map[string]Check{}
	note := func(kind string, c Check) {
		if w, seen := worst[kind]; !seen || c.Severity() > w.Severity() {
			worst[kind] = c
		}
	}
	for _, c := range cases() {
		got, _, err := c.measure(d.Backend, false)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		for i, x := range compare(c.name, got, kept.Cases[c.name], TF32) {
			if !x.OK {
				t.Errorf("%+v", x)
			}
			note([]string{"loss", "gradient", "gradient", "gradient", "gradient", "losses", "losses", "losses", "losses", "decrease"}[i], x)
		}
		for _, x := range compare(c.name, got, kept.Cases[c.name], Single) {
			if !x.OK {
				strict++
			}
		}
	}
	states, far, err := rollout(d.Backend)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range compareRollout(states, far, kept.Rollout, TF32.Rollout) {
		note("rollout", x)
		if !x.OK {
			t.Errorf("%+v", x)
		}
	}
	for kind, c := range worst {
		t.Logf("%s: at most %.1e (%s)", kind, c.Difference, c.Name)
	}
	if t.Logf("%d fail the strict tolerances", strict); strict == 0 {
		t.Error("rounding to TF32 passes the strict tolerances")
	}
}
