package prior

import (
	"testing"

	"hgn.local/kernels_xla/boundedtest"
)

// FuzzParse looks for names of priors that panic, or take long or much memory.
func FuzzParse(f *testing.F) {
	for _, name := range append(Names(), "normal:", "student:df=3", "student:df=-1", ":", "normal:=,=") {
		f.Add(name, 2)
	}
	f.Fuzz(func(t *testing.T, spec string, dim int) {
		boundedtest.Within(t, boundedtest.Text(len(spec)), func() {
			if p, err := Parse(spec, dim%64); (p == nil) == (err == nil) {
				t.Errorf("%q in %d dimensions: %v, %v", spec, dim, p, err)
			}
		})
	})
}
