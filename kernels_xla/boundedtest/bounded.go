// Package boundedtest is for fuzz tests of readers: what comes from outside takes neither long nor much memory, whatever it is.
package boundedtest

import (
	"runtime"
	"testing"
	"time"
)

// Time is the processor time that reading one input may take.
const Time = 10 * time.Second

// Text returns a bound, in bytes, on what is allocated for reading a text of a size, for example a notebook.
func Text(size int) int { return 64<<20 + 2000*size }

// Within fails the test if do takes more processor time than Time, or allocates more than most bytes, freed ones
// included. The test must not be parallel, since both are of the whole process.
func Within(t testing.TB, most int, do func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := processorTime()
	do()
	took := processorTime() - began
	runtime.ReadMemStats(&after)
	if took > Time {
		t.Errorf("reading took %v, more than %v", took, Time)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > uint64(most) {
		t.Errorf("reading took %d MiB of memory, more than %d", used>>20, most>>20)
	}
}
