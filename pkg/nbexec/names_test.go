package nbexec

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestRunNamesOfNotebooks checks that no two notebooks train different runs of one name: they share the folder of runs, and
// the second would refuse to go on with the first's. What is only suggested counts as well. The same training may be in two.
func TestRunNamesOfNotebooks(t *testing.T) {
	files, err := filepath.Glob("../../notebooks/*.ipynb")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no notebooks (%v)", err)
	}
	train := regexp.MustCompile(`nb\.Train(?:ing)?\(("[^"]+").*`)
	type place struct{ file, call string }
	seen := map[string]place{}
	for _, file := range files {
		n, err := Load(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range n.Cells {
			for _, m := range train.FindAllStringSubmatch(c.Source, -1) {
				name, here := m[1], place{filepath.Base(file), strings.ReplaceAll(m[0], ", nb.Quiet()", "")}
				there, ok := seen[name]
				if !ok {
					seen[name] = here
					continue
				}
				// Parameters in a variable may have been changed before the call.
				same := there.call == here.call && !strings.Contains(here.call, ", p, ")
				if there.file != here.file && !same {
					t.Errorf("%s trains a run %s, and %s another one of that name:\n%s\n%s", here.file, name, there.file, here.call, there.call)
				}
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("%d runs were found, which is too few: %v", len(seen), seen)
	}
}
