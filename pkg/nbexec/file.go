package nbexec

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/badinput"
)

// object is a JSON object of nbformat 4. It keeps fields that this package does not know as they were read, and
// writes them again.
type object map[string]json.RawMessage

// take decodes the named field into v, if it is present, and removes it.
func (o object) take(name string, v any) error {
	raw, ok := o[name]
	if !ok {
		return nil
	}
	delete(o, name)
	if err := decode(raw, v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// with returns the object for writing: its own unknown fields and these. Go writes keys in the alphabetical order
// that Jupyter uses.
func (o object) with(fields map[string]any) map[string]any {
	for name, raw := range o {
		fields[name] = raw
	}
	return fields
}

// maxNotebook is the size in bytes above which a file is refused before it is read into memory.
const maxNotebook = 256 << 20

// Load reads a notebook. It returns an error marked as bad input if the file is no nbformat 4 notebook.
func Load(path string) (*Notebook, error) {
	data, err := readAtMost(path, maxNotebook)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, badinput.Errorf("there is no notebook %s", path)
	case err != nil:
		return nil, badinput.Errorf("reading the notebook: %w", err)
	}
	nb, err := Parse(data)
	if err != nil {
		return nil, badinput.Errorf("%s: %w", path, err)
	}
	return nb, nil
}

// readAtMost reads a file, or a pipe, that holds at most limit bytes.
func readAtMost(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	tooLarge := fmt.Errorf("%s is larger than %d MiB", path, limit>>20)
	if info, err := file.Stat(); err == nil && info.Size() > limit {
		return nil, tooLarge
	}
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(data)) > limit { // a pipe, or a growing file
		err = tooLarge
	}
	return data, err
}

// Parse decodes a notebook from its JSON.
func Parse(data []byte) (*Notebook, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // some editors write a byte order mark first
	nb := &Notebook{}
	var cells []json.RawMessage
	var format int
	if err := decode(data, &nb.extra); err != nil {
		return nil, fmt.Errorf("not a notebook: %w", err)
	}
	if err := nb.extra.take("nbformat", &format); err != nil {
		return nil, fmt.Errorf("not a notebook: %w", err)
	}
	if format == 0 {
		return nil, errors.New("not a notebook: the file has no nbformat")
	}
	if format != 4 {
		return nil, fmt.Errorf("notebook format is %d, format 4 is wanted (open and save the notebook in Jupyter to convert it)", format)
	}
	if err := cmp.Or(nb.extra.take("nbformat_minor", &nb.Minor), nb.extra.take("metadata", &nb.Metadata), nb.extra.take("cells", &cells)); err != nil {
		return nil, err
	}
	for i, raw := range cells {
		cell, err := parseCell(raw)
		if err != nil {
			return nil, fmt.Errorf("cell %d: %w", i+1, err)
		}
		nb.Cells = append(nb.Cells, cell)
	}
	return nb, nil
}

func parseCell(raw json.RawMessage) (*Cell, error) {
	cell := &Cell{}
	var o object
	if err := decode(raw, &o); err != nil {
		return nil, err
	}
	var source multiline
	err := cmp.Or(o.take("cell_type", &cell.Kind), o.take("id", &cell.ID), o.take("source", &source),
		o.take("metadata", &cell.Metadata), o.take("attachments", &cell.Attachments))
	cell.Source, cell.extra = string(source), o
	if err != nil {
		return nil, err
	}
	switch cell.Kind {
	case MarkdownCell, RawCell:
		return cell, nil
	case CodeCell:
	default:
		return nil, fmt.Errorf("unknown cell type %q", cell.Kind)
	}
	var outputs []json.RawMessage
	if err := cmp.Or(o.take("execution_count", &cell.Count), o.take("outputs", &outputs)); err != nil {
		return nil, err
	}
	for i, raw := range outputs {
		output, err := parseOutput(raw)
		if err != nil {
			return nil, fmt.Errorf("output %d: %w", i+1, err)
		}
		cell.Outputs = append(cell.Outputs, output)
	}
	return cell, nil
}

func parseOutput(raw json.RawMessage) (Output, error) {
	var out Output
	var o object
	if err := decode(raw, &o); err != nil {
		return out, err
	}
	var text multiline
	err := o.take("output_type", &out.Kind)
	switch out.Kind {
	case StreamOutput:
		err = cmp.Or(err, o.take("name", &out.Name), o.take("text", &text))
		out.Text = string(text)
	case DisplayOutput, ResultOutput:
		err = cmp.Or(err, o.take("data", &out.Data), o.take("metadata", &out.Metadata))
		out.Data = joinLines(out.Data)
		if out.Kind == ResultOutput {
			err = cmp.Or(err, o.take("execution_count", &out.Count))
		}
	case ErrorOutput:
		err = cmp.Or(err, o.take("ename", &out.ErrorName), o.take("evalue", &out.ErrorValue), o.take("traceback", &out.Traceback))
	default:
		err = cmp.Or(err, fmt.Errorf("unknown output type %q", out.Kind))
	}
	out.extra = o
	return out, err
}

// Encode returns the notebook as nbformat 4 JSON: multi-line text as lists of lines, indented by one space.
func (nb *Notebook) Encode() ([]byte, error) {
	cells := []any{}
	for _, c := range nb.Cells {
		cells = append(cells, c.file())
	}
	data, err := encode(nb.extra.with(map[string]any{"cells": cells, "metadata": orEmpty(nb.Metadata), "nbformat": 4, "nbformat_minor": nb.Minor}))
	if err != nil {
		return nil, err
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, data, "", " "); err != nil {
		return nil, err
	}
	indented.WriteByte('\n')
	return indented.Bytes(), nil
}

// Save writes the notebook to path, whole or not at all.
func (nb *Notebook) Save(path string) error {
	data, err := nb.Encode()
	if err != nil {
		return fmt.Errorf("encoding the notebook: %w", err)
	}
	return atomicfile.WriteFile(path, data)
}

func (c *Cell) file() map[string]any {
	fields := map[string]any{"cell_type": c.Kind, "metadata": orEmpty(c.Metadata), "source": multiline(c.Source)}
	if c.ID != "" {
		fields["id"] = c.ID
	}
	if c.Attachments != nil {
		fields["attachments"] = c.Attachments
	}
	if c.Kind == CodeCell {
		outputs := []any{}
		for _, o := range c.Outputs {
			outputs = append(outputs, o.file())
		}
		fields["execution_count"], fields["outputs"] = count(c.Count), outputs
	}
	return c.extra.with(fields)
}

func (o Output) file() map[string]any {
	fields := map[string]any{"output_type": o.Kind}
	switch o.Kind {
	case StreamOutput:
		fields["name"], fields["text"] = o.Name, multiline(o.Text)
	case ErrorOutput:
		fields["ename"], fields["evalue"], fields["traceback"] = o.ErrorName, o.ErrorValue, append([]string{}, o.Traceback...)
	case ResultOutput:
		fields["execution_count"] = count(o.Count)
		fallthrough
	default:
		fields["data"], fields["metadata"] = splitLines(o.Data), orEmpty(o.Metadata)
	}
	return o.extra.with(fields)
}

func isJSON(mime string) bool { return mime == "application/json" || strings.HasSuffix(mime, "+json") }

func count(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

// decode reads one JSON value and keeps numbers as written.
func decode(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("there is more text after the end of the JSON")
	}
	return nil
}

// encode leaves <, > and & readable, like Jupyter.
func encode(v any) ([]byte, error) {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimRight(buf.Bytes(), "\n"), err
}
