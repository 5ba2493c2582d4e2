package graphtest

import (
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// Tests run on the backend that GOMLX_BACKEND names and on no other, it computes, and both ways to it lead to the same one.
func TestTheBackendIsTheOneNamed(t *testing.T) {
	d := Device(t)
	t.Logf("tests run on %s", d.Describe())
	wanted, _, _ := strings.Cut(named(), ":")
	switch {
	case wanted == "" || wanted == "go":
		if !d.IsGo() || Backend(t) != Go(t) || !strings.HasPrefix(Sequential(t).Name(), "Go") {
			t.Errorf("GOMLX_BACKEND is %q, and the backend is %s", named(), d.Describe())
		}
	case d.IsGo() || strings.HasPrefix(d.Backend.Name(), "Go") || !strings.HasPrefix(d.Name, wanted):
		t.Errorf("GOMLX_BACKEND is %q, and the backend is %s", named(), d.Describe())
	case Sequential(t) != d.Backend || !strings.HasPrefix(Go(t).Name(), "Go"):
		t.Errorf("GOMLX_BACKEND is %q; small graphs run on %s, and the Go backend is %s", named(), Sequential(t).Name(), Go(t).Name())
	}
	out, err := MustNewExec(d.Backend, func(x *Node) *Node { return ReduceAllSum(Square(x)) }).Call([]float32{1, 2, 3})
	OK(t, err)
	if got := tensors.ToScalar[float32](out[0]); got != 14 {
		t.Errorf("1 + 4 + 9 is %g on %s", got, d.Describe())
	}
}
