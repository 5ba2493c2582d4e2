package main

import (
	"math"
	"strings"
	"testing"

	"hgn.local/pkg/selftest"
)

// A report of a bad backend marks what failed, the worst first: what is not finite, and what could not be computed.
func TestSelftestReportOfABadBackend(t *testing.T) {
	nan := math.NaN()
	r := &selftest.Report{Backend: "bad", Failed: 3, Checks: []selftest.Check{
		{Name: "good: loss", Value: 1, Reference: 1, Tolerance: 1e-3, OK: true},
		{Name: "off: loss", Value: 2, Reference: 1, Difference: 1, Tolerance: 1e-3},
		{Name: "off: norm", Value: 1, Reference: 1, Tolerance: 1e-3, OK: true},
		{Name: "nan: loss", Value: nan, Reference: 1, Difference: nan, Tolerance: 1e-3},
		{Name: "nan: norm", Value: 1, Reference: 1, Difference: 1e-9, Tolerance: 1e-3, OK: true},
		{Name: "broken: runs", Value: nan, Reference: nan, Difference: nan, Tolerance: 1, Error: "no such\noperator"},
	}}
	var out strings.Builder
	printSelftest(&out, r)
	rows := map[string]string{}
	for line := range strings.Lines(out.String()) {
		if name, _, found := strings.Cut(line, " "); found && rows[name] == "" {
			rows[name] = line
		}
	}
	for name, failed := range map[string]bool{"good": false, "off": true, "nan": true, "broken": true} {
		if strings.Contains(rows[name], "FAILED") != failed {
			t.Errorf("the row of %s is %q", name, rows[name])
		}
	}
	text := out.String()
	first, second, third := strings.Index(text, "\nnan: loss: NaN"), strings.Index(text, "\nbroken: no such operator"), strings.Index(text, "\noff: loss: 2, the reference is 1")
	if first < 0 || second < first || third < second || !strings.Contains(text, "3 of 6 checks failed on bad") {
		t.Errorf("printed:\n%s", text)
	}
}

func TestSelftestUsage(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	for _, args := range [][]string{{"--benchmark", "tiny"}, {"--only-benchmark"}} {
		if code, _, stderr := hgn(t, append([]string{"selftest"}, args...)...); code != exitBadInput || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%v: exit code %d, %q", args, code, stderr)
		}
	}
	code, stdout, stderr := hgn(t, "selftest", "--only-benchmark", "--benchmark", "rnvp/quick")
	if code != exitDone || !strings.Contains(stdout, "benchmark: rnvp quick") || !strings.Contains(stdout, "nothing was checked") {
		t.Errorf("exit code %d, %s%s", code, stdout, stderr)
	}
}
