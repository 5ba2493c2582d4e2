package nbexec

import (
	"strings"
	"testing"
)

// Cells run on the backend that was chosen for them, unless the user names one; with ONNX they find its library too.
func TestCellsRunOnTheChosenBackend(t *testing.T) {
	for _, c := range []struct {
		user, backend string
		noXLA         bool
		want, library string
	}{
		{"", "onnx", true, "onnx", "/some/libonnxruntime.so"},
		{"", "go", true, "go", ""},
		{"", "", true, "go", ""},
		{"", "", false, "", ""},
		{"go", "onnx", true, "", ""}, // the process's own is inherited
	} {
		t.Setenv("GOMLX_BACKEND", c.user)
		t.Setenv(onnxLibrary, "/some/libonnxruntime.so")
		vars := (&Environment{Tools: &Tools{}, NoXLA: c.noXLA, Backend: c.backend}).Variables()
		if vars["GOMLX_BACKEND"] != c.want || vars[onnxLibrary] != c.library {
			t.Errorf("%+v: GOMLX_BACKEND is %q and the library %q", c, vars["GOMLX_BACKEND"], vars[onnxLibrary])
		}
	}
}

// Cells that this package runs have no page, also if a Jupyter server has started this process.
func TestNoPage(t *testing.T) {
	t.Setenv("JPY_SESSION_NAME", "a.ipynb")
	t.Setenv("JPY_PARENT_PID", "1")
	env := (&Environment{Tools: &Tools{}}).Environ()
	for _, name := range []string{"JPY_SESSION_NAME", "JPY_PARENT_PID"} {
		last := ""
		for _, v := range env {
			if strings.HasPrefix(v, name+"=") {
				last = v
			}
		}
		if last != name+"=" {
			t.Errorf("a cell finds %q", last)
		}
	}
}
