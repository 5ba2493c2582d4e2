package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A page is written whole, and what it cannot show is refused in one line.
func TestPage(t *testing.T) {
	dir := t.TempDir()
	run, recurrent, out := filepath.Join(dir, "run"), filepath.Join(dir, "recurrent"), filepath.Join(dir, "page.html")
	trainTiny(t, run, "hgn", "pendulum", "refine=0")
	trainTiny(t, recurrent, "hgn", "pendulum", "refine=0", "dynamics=recurrent", "integrator=euler", "anchor=first")
	if code, stdout, stderr := hgn(t, "page", run, "--out", out); code != exitDone || stdout != "" {
		t.Fatalf("exit code %d, stdout %q, %s", code, stdout, stderr)
	}
	if text, err := os.ReadFile(out); err != nil || !bytes.HasPrefix(text, []byte("<!DOCTYPE html>")) || !bytes.HasSuffix(text, []byte("</html>\n")) {
		t.Errorf("the page is %.80q ... (%v)", text, err)
	}
	for says, args := range map[string][]string{
		"--out must end in .html":     {"page", run, "--out", filepath.Join(dir, "page.png")},
		"there is no folder":          {"page", run, "--out", filepath.Join(dir, "no", "page.html")},
		"required flag(s) \"out\"":    {"page", run},
		"nowhere is not the folder":   {"page", filepath.Join(dir, "nowhere"), "--out", out},
		"dynamics=recurrent has none": {"page", recurrent, "--out", out},
	} {
		code, stdout, stderr := hgn(t, args...)
		if code != exitBadInput || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, says) || stdout != "" {
			t.Errorf("hgn %q: exit code %d, stderr %q, want %q", args, code, stderr, says)
		}
	}
}
