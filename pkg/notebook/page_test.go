package notebook

import (
	"strings"
	"testing"
)

func TestPageIsWrittenIntoTheRunsFolder(t *testing.T) {
	dir := runsHere(t)
	out := must(t, inCell(t, func() { Page(Train("a", tiny(), tinyData())) }))
	pictures(t, dir, "a/"+PageFile)
	if !strings.Contains(out, "Page of the run a: ") {
		t.Errorf("nothing is said of the page:\n%s", out)
	}
}
