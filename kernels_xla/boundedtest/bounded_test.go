package boundedtest

import (
	"fmt"
	"strings"
	"testing"
)

// recorder is a test that keeps what it is told.
type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

var kept []byte

// What is allocated counts, even if it is free again.
func TestWithin(t *testing.T) {
	for most, want := range map[int]int{32 << 20: 0, 8 << 20: 1} {
		r := &recorder{TB: t}
		Within(r, most, func() {
			for range 16 {
				kept = make([]byte, 1<<20)
			}
		})
		if len(r.said) != want || want > 0 && !strings.Contains(r.said[0], "16 MiB of memory, more than 8") {
			t.Errorf("16 MiB with a bound of %d MiB: %q", most>>20, r.said)
		}
	}
}
