package fakepjrt

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
)

// Program is a compiled program, as StableHLO text.
type Program struct{ Text string }

// Programs returns the programs compiled on the backend so far, in order.
func (b *Backend) Programs() ([]Program, error) {
	files, err := fs.Glob(os.DirFS(b.programs), "*.mlir")
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var all []Program
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(b.programs, file))
		if err != nil {
			return nil, err
		}
		all = append(all, Program{string(text)})
	}
	return all, nil
}

// CheckOperators fails the test if a program compiled on the backend uses an operator that another backend does not
// have, and names it. Loops, which other backends have unrolled, may use the operators that write and read the
// current states.
func (b *Backend) CheckOperators(tb testing.TB, other compute.Backend) {
	tb.Helper()
	programs, err := b.Programs()
	if err != nil {
		tb.Fatal(err)
	}
	if len(programs) == 0 {
		tb.Error("no program was compiled")
	}
	for i, p := range programs {
		missing := slices.DeleteFunc(p.Missing(other), func(operator string) bool {
			return p.count()["while"] > 0 && strings.HasPrefix(operator, "dynamic_")
		})
		if len(missing) > 0 {
			tb.Errorf("program %d of %d uses operators that %q does not have: %s", i+1, len(programs), other.Name(), strings.Join(missing, ", "))
		}
	}
}

// Count returns how often an operator occurs in the programs compiled on the backend.
func (b *Backend) Count(tb testing.TB, operator string) (n int) {
	tb.Helper()
	programs, err := b.Programs()
	if err != nil {
		tb.Fatal(err)
	}
	for _, p := range programs {
		n += p.count()[operator]
	}
	return n
}

// Operators returns the names of the StableHLO operators in the program, sorted.
func (p Program) Operators() []string {
	return slices.Sorted(maps.Keys(p.count()))
}

// count counts the operators in the text, such as "stablehlo.add" or "chlo.erf". It skips attributes such as
// "#stablehlo.dot".
func (p Program) count() map[string]int {
	counts := map[string]int{}
	for text := p.Text; ; {
		at := strings.Index(text, "hlo.")
		if at < 0 {
			return counts
		}
		before := text[:at]
		text = text[at+len("hlo."):]
		end := strings.IndexFunc(text, func(c rune) bool { return c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9') })
		if end < 0 {
			end = len(text)
		}
		before, found := strings.CutSuffix(before, "stable")
		if !found {
			before, found = strings.CutSuffix(before, "c")
		}
		if found && !strings.HasSuffix(before, "#") {
			counts[text[:end]]++
		}
	}
}
