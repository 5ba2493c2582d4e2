package nbexec

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
)

const example = `{
 "cells": [
  {"cell_type": "markdown", "id": "a1", "metadata": {"tags": ["intro"]}, "source": ["# Title\n", "text & <more>"],
   "attachments": {"p.png": {"image/png": "AAAA"}}},
  {"cell_type": "code", "id": "b2", "execution_count": 7, "metadata": {"collapsed": false}, "source": "%%\nfmt.Println(1 < 2)",
   "outputs": [
    {"output_type": "stream", "name": "stdout", "text": ["true\n", "yes\n"]},
    {"output_type": "display_data", "data": {"text/html": ["<i>\n", "x</i>"], "image/png": "AAAA", "application/json": {"k": [1, 2.50]}}, "metadata": {"image/png": {"width": 300}}},
    {"output_type": "execute_result", "execution_count": 7, "data": {"text/plain": "3"}, "metadata": {}},
    {"output_type": "error", "ename": "ERROR", "evalue": "v", "traceback": ["t1", "t2"]}
   ]},
  {"cell_type": "code", "id": "c3", "execution_count": null, "metadata": {}, "source": [], "outputs": []},
  {"cell_type": "raw", "id": "d4", "metadata": {}, "source": "raw"}
 ],
 "metadata": {"kernelspec": {"name": "gonb-hgn", "display_name": "Go (HGN)", "language": "go"}, "mine": {"big": 12345678901234567890}},
 "nbformat": 4,
 "nbformat_minor": 5
}`

func TestNotebookRoundTrip(t *testing.T) {
	nb, err := Parse([]byte(example))
	if err != nil {
		t.Fatal(err)
	}
	if got := nb.Cells[0].Source; got != "# Title\ntext & <more>" {
		t.Errorf("source from a list of lines is %q", got)
	}
	if got := nb.Cells[1].Outputs[1].Data["text/html"]; got != "<i>\nx</i>" {
		t.Errorf("HTML from a list of lines is %q", got)
	}
	if len(nb.CodeCells()) != 1 || nb.Title() != "Title" {
		t.Errorf("%d code cells with content, title %q", len(nb.CodeCells()), nb.Title())
	}
	path := filepath.Join(t.TempDir(), "copy.ipynb")
	if err := nb.Save(path); err != nil {
		t.Fatal(err)
	}
	again, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(nb, again) {
		t.Errorf("loading what was saved gives another notebook:\n%+v\n%+v", nb.Cells, again.Cells)
	}

	// What is written is what Jupyter writes: same content as the original, text as lists of lines, nothing escaped.
	data, _ := os.ReadFile(path)
	var want, got map[string]any
	if decode([]byte(example), &want) != nil || decode(data, &got) != nil {
		t.Fatal("not JSON")
	}
	for _, key := range []string{"metadata", "nbformat", "nbformat_minor"} {
		if !reflect.DeepEqual(want[key], got[key]) {
			t.Errorf("%s is %v, want %v", key, got[key], want[key])
		}
	}
	for _, want := range []string{`"text & <more>"`, `"fmt.Println(1 < 2)"`, `"id": "b2"`, `"execution_count": null`, `12345678901234567890`, "\"true\\n\",\n"} {
		if !bytes.Contains(data, []byte(want)) {
			t.Errorf("the file lacks %s", want)
		}
	}
	if !bytes.HasSuffix(data, []byte("}\n")) {
		t.Error("the file does not end with a newline")
	}
}

func TestSaveIsAllOrNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "n.ipynb")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	nb := New(Code("x"))
	nb.Cells[0].Metadata = map[string]any{"impossible": func() {}}
	if err := nb.Save(path); err == nil {
		t.Fatal("saved what cannot be encoded")
	}
	if data, _ := os.ReadFile(path); string(data) != "precious" {
		t.Errorf("the old file became %q", data)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("left behind: %v", files)
	}
}

func TestBadNotebooksAreBadInput(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"not JSON":        "# a text",
		"empty":           "",
		"cut off":         example[:len(example)/2],
		"not a notebook":  `{"a": 1}`,
		"format 3":        `{"nbformat": 3, "worksheets": []}`,
		"a list":          `[1, 2]`,
		"unknown cell":    `{"nbformat": 4, "cells": [{"cell_type": "poem", "source": ""}]}`,
		"source a number": `{"nbformat": 4, "cells": [{"cell_type": "code", "source": 3}]}`,
		"unknown output":  `{"nbformat": 4, "cells": [{"cell_type": "code", "source": "", "outputs": [{"output_type": "smell"}]}]}`,
	} {
		path := filepath.Join(dir, "bad.ipynb")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Load(path)
		if !badinput.Is(err) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error is %v, want bad input in one line", name, err)
		}
	}
	if _, err := Load(filepath.Join(dir, "missing.ipynb")); !badinput.Is(err) {
		t.Errorf("missing file: error is %v, want bad input", err)
	}
}

func TestFirstLineNamesTheCell(t *testing.T) {
	for source, want := range map[string]string{
		"import (\n\t\"fmt\"\n)\n\n%%\nfmt.Println(1)": "fmt.Println(1)",
		"// A comment\nfunc f() {}":                    "func f() {}",
		ModuleLine:                                     shorten(ModuleLine, 60),
		"import \"fmt\"":                               "import \"fmt\"",
		"func f() {}\n%%\nf()":                         "f()",
		"%%bash\nls":                                   "ls",
	} {
		if got := Code(source).FirstLine(); got != want {
			t.Errorf("first line of %q is %q, want %q", source, got, want)
		}
	}
}

func TestRecorderFollowsTheProtocol(t *testing.T) {
	r := newRecorder()
	first, second := r.begin("1"), r.begin("2")
	send := func(parent, kind, content string) {
		t.Helper()
		if _, err := r.take(message{channel: "iopub", kind: kind, parent: parent, content: json.RawMessage(content)}); err != nil {
			t.Fatal(err)
		}
	}
	send("1", "stream", `{"name": "stdout", "text": "a"}`)
	send("1", "stream", `{"name": "stdout", "text": "b\n"}`)
	send("1", "stream", `{"name": "stderr", "text": "c"}`)
	send("1", "display_data", `{"data": {"text/plain": "old"}, "transient": {"display_id": "d"}}`)
	send("2", "update_display_data", `{"data": {"text/plain": "new"}, "transient": {"display_id": "d"}}`)
	send("2", "stream", `{"name": "stdout", "text": "1%"}`)
	send("2", "clear_output", `{"wait": true}`)
	send("2", "stream", `{"name": "stdout", "text": "2%"}`)
	send("3", "stream", `{"name": "stdout", "text": "of nobody"}`)

	if got := first.values(); len(got) != 3 || got[0].Text != "ab\n" || got[1].Text != "c" || got[2].Data["text/plain"] != "new" {
		t.Errorf("the first cell shows %+v", got)
	}
	if got := second.values(); len(got) != 1 || got[0].Text != "2%" {
		t.Errorf("the second cell shows %+v", got)
	}
	send("2", "clear_output", `{"wait": false}`)
	if got := second.values(); len(got) != 0 {
		t.Errorf("after clear_output the cell shows %+v", got)
	}
}

func TestPlainText(t *testing.T) {
	for in, want := range map[string]string{
		"\x1b[31mred\x1b[0m":         "red",
		"10%\r50%\r100%\ndone":       "100%\ndone",
		"line\r\nnext\r":             "line\nnext",
		"\x1b]0;title\x07text\x1b[K": "text",
	} {
		if got := plainText(in); got != want {
			t.Errorf("plainText(%q) = %q, want %q", in, got, want)
		}
	}
}
