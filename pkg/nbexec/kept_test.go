package nbexec

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
)

// What this package does not know of a notebook, of its cells and of outputs that are kept is written as it was read.
func TestUnknownFieldsAreKept(t *testing.T) {
	const notebook = `{"cells": [
  {"cell_type": "markdown", "metadata": {"editable": false, "slideshow": {"slide_type": "slide"}}, "source": ["a"], "attachments": {}, "collab": [1.50, {"x": null}]},
  {"cell_type": "raw", "metadata": {"raw_mimetype": "text/html"}, "source": ["b"], "attachments": {"f": {"image/png": ["AA\n", "BB"]}}},
  {"cell_type": "code", "execution_count": 3, "metadata": {"tags": ["skip-execution"]}, "source": ["c"], "attachments": {"g": {"text/plain": "x"}}, "Source": "another",
   "outputs": [
    {"output_type": "stream", "name": "stdout", "text": ["t\n"], "origin": 1},
    {"output_type": "display_data", "data": {"application/vnd.x+json": {"a": [1e400, 10000000000000000000000]}, "text/plain": ["p"]}, "metadata": {}, "transient": {"id": "d"}},
    {"output_type": "execute_result", "execution_count": 3, "data": {}, "metadata": {"m": 1}, "extra": "<&>"},
    {"output_type": "error", "ename": "E", "evalue": "v", "traceback": [], "more": true}]}
 ],
 "metadata": {"kernelspec": {"name": "gonb-hgn"}, "authors": [{"name": "A"}], "colab": {"provenance": []}}, "nbformat": 4, "nbformat_minor": 2, "signature": "sha256:0", "x": {"y": 2.0}}`
	nb, err := Parse([]byte("\ufeff" + notebook))
	if err != nil {
		t.Fatal(err)
	}
	if nb.Cells[2].Source != "c" {
		t.Errorf("the source is %q: names of fields are exact", nb.Cells[2].Source)
	}
	data, err := nb.Encode()
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if decode([]byte(notebook), &want) != nil || decode(data, &got) != nil {
		t.Fatal("not JSON")
	}
	if !reflect.DeepEqual(want, got) {
		t.Errorf("what was written differs from what was read:\n%s", data)
	}
}

// A notebook is refused when it is not whole, or too large to be read; one for another language is refused whatever names it.
func TestNotebooksThatCannotRun(t *testing.T) {
	for text, want := range map[string]string{
		`{"nbformat": 4, "cells": []} {"nbformat": 4}`:     "more text after the end",
		`{"nbformat": 4, "cells": {}}`:                     "cells",
		`{"nbformat": "4"}`:                                "nbformat",
		`{"nbformat": 4, "metadata": [], "cells": []}`:     "metadata",
		`{"nbformat": 4, "cells": [{"cell_type": "code"}`:  "unexpected EOF",
		`{"nbformat": 4, "cells": [{"cell_type": ["a"]}]}`: "cell 1: cell_type",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v, want %q", text, err, want)
		}
	}
	path := filepath.Join(t.TempDir(), "large")
	if err := os.WriteFile(path, make([]byte, 1025), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readAtMost(path, 1024); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("a large file: %v", err)
	}
	if data, err := readAtMost(path, 1025); err != nil || len(data) != 1025 {
		t.Errorf("a file of the largest size: %d bytes, %v", len(data), err)
	}
	if _, err := os.Stat("/dev/zero"); err == nil {
		if _, err := readAtMost("/dev/zero", 1024); err == nil || !strings.Contains(err.Error(), "larger than") {
			t.Errorf("a file without end: %v", err)
		}
	}
	for _, c := range []struct {
		spec, info map[string]any
		runs       bool
	}{
		{map[string]any{"name": "gonb-hgn", "language": "Go"}, nil, true},
		{map[string]any{"name": "x", "language": " GO "}, nil, true},
		{map[string]any{"name": "x", "language": "golang"}, nil, true},
		{map[string]any{"name": "GoNB"}, nil, true},
		{map[string]any{"name": "x"}, map[string]any{"name": "Go"}, true},
		{nil, map[string]any{"name": "go"}, true},
		{nil, nil, true},
		{map[string]any{"name": "gonb", "language": "Python"}, nil, false},
		{map[string]any{"name": "python3"}, nil, false},
		{nil, map[string]any{"name": "python"}, false},
	} {
		nb := New(Code("%%"))
		nb.Metadata = map[string]any{"kernelspec": c.spec, "language_info": c.info}
		if err := nb.Runnable(); (err == nil) != c.runs || err != nil && !badinput.Is(err) {
			t.Errorf("%v, %v: %v", c.spec, c.info, err)
		}
	}
}

// A cell that writes without end does not fill the memory, and one that writes much in small pieces is not slowed down by
// what it has written before.
func TestOutputsAreBounded(t *testing.T) {
	message := func(kind, content string) message {
		return message{kind: kind, parent: "1", content: json.RawMessage(content)}
	}
	r := newRecorder()
	record := r.begin("1")
	piece := message("stream", `{"name": "stdout", "text": "`+strings.Repeat("x", 100)+`"}`)
	for range 50_000 { // quadratic copying of these 5 MB would take minutes
		if _, err := r.take(piece); err != nil {
			t.Fatal(err)
		}
	}
	if outs := record.values(); len(outs) != 1 || len(outs[0].Text) != 5_000_000 {
		t.Errorf("the text has %d bytes", len(outs[0].Text))
	}
	r.limit = 50_000*len(piece.content) + 25_000
	more := message("stream", `{"name": "stderr", "text": "`+strings.Repeat("y", 10_000)+`"}`)
	if _, err := r.take(more); err != nil {
		t.Errorf("below the limit: %v", err)
	}
	if _, err := r.take(message("clear_output", `{"wait": false}`)); err != nil || record.size != 0 {
		t.Errorf("after what there was has been cleared: %d bytes, %v", record.size, err)
	}
	for i := range 1000 {
		if _, err := r.take(more); err != nil {
			if limit := i * 20_000; !errors.Is(err, errTooMuch) || limit > r.limit {
				t.Errorf("after %d pieces: %v", i, err)
			}
			break
		} else if i*20_000 > r.limit {
			t.Fatalf("%d pieces were kept", i)
		}
		r.take(message("stream", `{"name": "stdout", "text": ""}`))
	}
}

// The line that is reported is the one that says what went wrong.
func TestFailuresAreReportedByTheLineThatMatters(t *testing.T) {
	const elsewhere = " (for a module that the checkout does not have, add a cell %env GOPROXY=direct before the import)"
	failed := "failed to run \"/usr/local/go/bin/go get\": exit status 1\n\n"
	for value, want := range map[string]string{
		failed + "go: downloading github.com/google/uuid v1.6.0\ngo: gonb_1 imports\n\tgithub.com/google/uuid: module lookup disabled by GOPROXY=off\n":     "github.com/google/uuid: module lookup disabled by GOPROXY=off" + elsewhere,
		failed + "go: gonb_1: package gonb_1 imports github.com/google/uuid from implicitly required module; to add missing requirements, run:\n\tgo get x": "github.com/google/uuid: module lookup disabled by GOPROXY=off" + elsewhere,
		failed + "go: finding module for package a.b/c\ngo: gonb_1 imports\n\ta.b/c: cannot find module providing package a.b/c\n":                          "a.b/c: cannot find module providing package a.b/c" + elsewhere,
		failed + "go: gonb_1 imports\n\t" + modulePath() + "/pkg/no: cannot find module providing package " + modulePath() + "/pkg/no\n":                    modulePath() + "/pkg/no: cannot find module providing package " + modulePath() + "/pkg/no",
		"go: downloading go1.99 (linux/amd64)\ngo: warning: ignoring go.mod\ngo: upgraded a v1 => v2\n# gonb_1\n./main.go:3:4: undefined: x":                "undefined: x",
		"# gonb_1\nmain.go: In function 'f':\nmain.go:3:2: warning: #warning hello [-Wcpp]\nmain.go:4:2: error: 'y' undeclared":                             "error: 'y' undeclared",
		"go: added a.b/c v1.0.0\ngo: a.b/c@v1.0.0: verifying module: checksum mismatch":                                                                     "go: a.b/c@v1.0.0: verifying module: checksum mismatch",
	} {
		if got := failureMessage(value, nil, nil, false); got != want {
			t.Errorf("%q\nis reported as %q,\nwant %q", value, got, want)
		}
	}
	if got := failureMessage(failed+"go: x: module lookup disabled by GOPROXY=off", nil, nil, true); strings.Contains(got, "%env") {
		t.Errorf("advice that was followed: %q", got)
	}
	if got := failureMessage("exit status 1", nil, []string{"no such run\n", "go: downloading a v1\n", "exit status 1\n"}, false); got != "no such run (exit status 1)" {
		t.Errorf("a program's failure is %q", got)
	}
	if got := quietFailure("!go get a.b/c", []string{"go: a.b/c: module lookup disabled by GOPROXY=off\n", "exit status 1\n"}, false); !strings.HasSuffix(got, elsewhere) {
		t.Errorf("a shell command's failure is %q", got)
	}
}
