package nbexec

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"hgn.local/kernels_xla/boundedtest"
)

// Readers of what comes from outside neither panic nor hang, and take memory in proportion to what they read. Each is run for
// long by: go test ./pkg/nbexec -run '^$' -fuzz FuzzNotebook

// FuzzNotebook reads a notebook, asks what an execution asks, writes it as a notebook and as a page that runs nothing, and reads
// what it wrote.
func FuzzNotebook(f *testing.F) {
	f.Add([]byte(example))
	if files, err := filepath.Glob("../../notebooks/*.ipynb"); err == nil {
		for _, file := range files {
			if nb, err := Load(file); err == nil {
				for _, c := range nb.Cells {
					c.Outputs = nil // pictures would only slow it down
				}
				if data, err := nb.Encode(); err == nil {
					f.Add(data)
				}
			}
		}
	}
	for _, text := range hostile {
		data, err := New(Markdown(text), Code(text), &Cell{Kind: RawCell, Source: text},
			&Cell{Kind: CodeCell, Outputs: []Output{{Kind: DisplayOutput, Data: map[string]any{"text/html": text}}, {Kind: ResultOutput, Data: map[string]any{"text/markdown": text}}, {Kind: DisplayOutput, Data: map[string]any{"text/latex": text}}}}).Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		boundedtest.Within(t, boundedtest.Text(len(data)), func() {
			nb, err := Parse(data)
			if err != nil {
				return
			}
			nb.Runnable()
			nb.Title()
			for _, c := range nb.Cells {
				c.FirstLine()
				asksForInput(c.text())
				quietFailure(c.text(), []string{c.Source}, false)
				c.tagged(skipTag)
			}
			first, err := nb.Encode()
			if err != nil {
				t.Fatalf("what was read cannot be written: %v", err)
			}
			again, err := Parse(first)
			if err != nil {
				t.Fatalf("what was written cannot be read: %v\n%s", err, first)
			}
			second, err := again.Encode()
			if err != nil || !bytes.Equal(first, second) {
				t.Fatalf("reading and writing again changes the file (%v)\n%s\n%s", err, first, second)
			}
			page, err := nb.HTML("name", "")
			if err != nil {
				t.Fatalf("no page: %v", err)
			}
			if found := runs(t, page); len(found) > 0 {
				t.Errorf("the page has %q", found)
			}
		})
	})
}

// FuzzMessage takes wire messages, signed, apart and records them as a cell's outputs.
func FuzzMessage(f *testing.F) {
	for kind, content := range map[string]string{
		"stream":              `{"name": "stdout", "text": "a\r\u001b[31mb\n"}`,
		"display_data":        `{"data": {"text/html": ["<b>", "x"], "application/json": {"k": [1]}}, "metadata": {"image/png": {"width": 3}}, "transient": {"display_id": "d"}}`,
		"update_display_data": `{"data": {"text/plain": "new"}, "transient": {"display_id": "d"}}`,
		"execute_result":      `{"data": {"text/plain": "3"}, "execution_count": 3}`,
		"error":               `{"ename": "ERROR", "evalue": "failed to run \"go get\"\n\ngo: downloading a v1\nmain.go:3:4: undefined: x", "traceback": ["Cell[2]: Line 3"]}`,
		"clear_output":        `{"wait": true}`,
		"status":              `{"execution_state": "idle"}`,
		"execute_reply":       `{"status": "error", "execution_count": 3, "evalue": "exit status 1", "traceback": null}`,
		"kernel_info_reply":   `{"language_info": {"name": "go"}}`,
	} {
		f.Add([]byte(`{"msg_type": "`+kind+`"}`), []byte(`{"msg_id": "1"}`), []byte(content), false)
		f.Add([]byte(`{"msg_type": "`+kind+`"}`), []byte(`{}`), []byte(content), true)
	}
	c := &connection{key: []byte("key")}
	f.Fuzz(func(t *testing.T, header, parent, content []byte, cut bool) {
		frames := [][]byte{[]byte("topic"), delimiter, c.sign(header, parent, nil, content), header, parent, nil, content}
		if cut {
			frames = [][]byte{header, parent, content}
		}
		boundedtest.Within(t, boundedtest.Text(len(header)+len(parent)+len(content)), func() {
			m, ok := c.parse("iopub", frames)
			if !ok {
				return
			}
			r := newRecorder()
			record := r.begin("1")
			m.parent = "1"
			for range 3 {
				written, err := r.take(m)
				if err != nil {
					return
				}
				lastLines(plainText(written), 1)
				r.take(message{kind: "stream", parent: "1", content: []byte(`{"name": "stderr", "text": "x"}`)})
			}
			cell := Code("!x")
			cell.Outputs = record.values()
			failureMessage(string(content), []string{string(content)}, record.written, false)
			quietFailure("!x\n%y", append(record.written, string(content)), false)
			if _, err := New(cell).Encode(); err != nil {
				t.Errorf("the outputs cannot be written: %v", err)
			}
			if _, err := New(cell).HTML("", ""); err != nil {
				t.Errorf("the outputs cannot be shown: %v", err)
			}
		})
	})
}

// FuzzKernelspec reads the kernelspec that a user may have edited.
func FuzzKernelspec(f *testing.F) {
	data, err := json.Marshal(kernelSpec{Argv: []string{"a"}, Language: "go", Env: map[string]string{"PATH": "x"}, Metadata: map[string]string{"root": ".", "gonb": "/bin/sh"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"metadata": {"root": "\u0000", "gonb": 3}}`))
	f.Add([]byte(`[]`))
	dir := f.TempDir()
	f.Setenv("JUPYTER_DATA_DIR", dir)
	folder := filepath.Join(dir, "kernels", SpecName)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(filepath.Join(folder, "kernel.json"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		boundedtest.Within(t, boundedtest.Text(len(data)), func() {
			if s, err := Status(); err != nil || !s.Installed || s.Usable != (s.Problem == "") {
				t.Errorf("the status is %+v, %v", s, err)
			}
		})
	})
}
