package nbexec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/badinput"
)

// The JSON of nbformat 4. Fields are in the alphabetical order in which Jupyter writes them.
type (
	fileNotebook struct {
		Cells    []json.RawMessage `json:"cells"`
		Metadata map[string]any    `json:"metadata"`
		Format   int               `json:"nbformat"`
		Minor    int               `json:"nbformat_minor"`
	}
	fileCell struct {
		Attachments map[string]any `json:"attachments,omitempty"`
		Kind        string         `json:"cell_type"`
		ID          string         `json:"id,omitempty"`
		Metadata    map[string]any `json:"metadata"`
		Source      multiline      `json:"source"`
	}
	fileCodeCell struct {
		Kind     string            `json:"cell_type"`
		Count    *int              `json:"execution_count"`
		ID       string            `json:"id,omitempty"`
		Metadata map[string]any    `json:"metadata"`
		Outputs  []json.RawMessage `json:"outputs"`
		Source   multiline         `json:"source"`
	}
	fileStream struct {
		Name string    `json:"name"`
		Kind string    `json:"output_type"`
		Text multiline `json:"text"`
	}
	fileError struct {
		Name      string   `json:"ename"`
		Value     string   `json:"evalue"`
		Kind      string   `json:"output_type"`
		Traceback []string `json:"traceback"`
	}
	fileDisplay struct {
		Data     map[string]any `json:"data"`
		Metadata map[string]any `json:"metadata"`
		Kind     string         `json:"output_type"`
	}
	fileResult struct {
		Data     map[string]any `json:"data"`
		Count    *int           `json:"execution_count"`
		Metadata map[string]any `json:"metadata"`
		Kind     string         `json:"output_type"`
	}
)

// Load reads a notebook. A file that is no nbformat 4 notebook is bad input.
func Load(path string) (*Notebook, error) {
	data, err := os.ReadFile(path)
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

// Parse decodes a notebook from its JSON.
func Parse(data []byte) (*Notebook, error) {
	var file fileNotebook
	if err := decode(data, &file); err != nil {
		return nil, fmt.Errorf("not a notebook: %w", err)
	}
	if file.Format == 0 {
		return nil, errors.New("not a notebook: the file has no nbformat")
	}
	if file.Format != 4 {
		return nil, fmt.Errorf("notebook format is %d, format 4 is wanted (open and save the notebook in Jupyter to convert it)", file.Format)
	}
	nb := &Notebook{Metadata: file.Metadata, Minor: file.Minor}
	for i, raw := range file.Cells {
		cell, err := parseCell(raw)
		if err != nil {
			return nil, fmt.Errorf("cell %d: %w", i+1, err)
		}
		nb.Cells = append(nb.Cells, cell)
	}
	return nb, nil
}

func parseCell(raw json.RawMessage) (*Cell, error) {
	var file struct {
		fileCell
		Outputs []json.RawMessage `json:"outputs"`
		Count   *int              `json:"execution_count"`
	}
	if err := decode(raw, &file); err != nil {
		return nil, err
	}
	cell := &Cell{ID: file.ID, Kind: file.Kind, Source: string(file.Source), Metadata: file.Metadata, Attachments: file.Attachments}
	switch cell.Kind {
	case MarkdownCell, RawCell:
		return cell, nil
	case CodeCell:
	default:
		return nil, fmt.Errorf("unknown cell type %q", cell.Kind)
	}
	if file.Count != nil {
		cell.Count = *file.Count
	}
	for i, raw := range file.Outputs {
		output, err := parseOutput(raw)
		if err != nil {
			return nil, fmt.Errorf("output %d: %w", i+1, err)
		}
		cell.Outputs = append(cell.Outputs, output)
	}
	return cell, nil
}

func parseOutput(raw json.RawMessage) (Output, error) {
	var file struct {
		fileStream
		Data      map[string]any `json:"data"`
		Metadata  map[string]any `json:"metadata"`
		Count     *int           `json:"execution_count"`
		ErrorName string         `json:"ename"`
		Value     string         `json:"evalue"`
		Traceback []string       `json:"traceback"`
	}
	if err := decode(raw, &file); err != nil {
		return Output{}, err
	}
	out := Output{Kind: file.Kind, Name: file.Name, Text: string(file.Text), Data: joinLines(file.Data), Metadata: file.Metadata,
		ErrorName: file.ErrorName, ErrorValue: file.Value, Traceback: file.Traceback}
	if file.Count != nil {
		out.Count = *file.Count
	}
	switch out.Kind {
	case StreamOutput, DisplayOutput, ResultOutput, ErrorOutput:
		return out, nil
	}
	return Output{}, fmt.Errorf("unknown output type %q", out.Kind)
}

// Encode returns the notebook as nbformat 4 JSON: multi-line text as lists of lines, indented by one space.
func (nb *Notebook) Encode() ([]byte, error) {
	file := fileNotebook{Cells: []json.RawMessage{}, Metadata: orEmpty(nb.Metadata), Format: 4, Minor: nb.Minor}
	for _, c := range nb.Cells {
		var err error
		var raw []byte
		if c.Kind == CodeCell {
			code := fileCodeCell{Kind: c.Kind, Count: count(c.Count), ID: c.ID, Metadata: orEmpty(c.Metadata),
				Outputs: []json.RawMessage{}, Source: multiline(c.Source)}
			for _, o := range c.Outputs {
				out, err := encode(o.file())
				if err != nil {
					return nil, err
				}
				code.Outputs = append(code.Outputs, out)
			}
			raw, err = encode(code)
		} else {
			raw, err = encode(fileCell{Attachments: c.Attachments, Kind: c.Kind, ID: c.ID, Metadata: orEmpty(c.Metadata), Source: multiline(c.Source)})
		}
		if err != nil {
			return nil, err
		}
		file.Cells = append(file.Cells, raw)
	}
	data, err := encode(file)
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

func (o Output) file() any {
	switch o.Kind {
	case StreamOutput:
		return fileStream{Name: o.Name, Kind: o.Kind, Text: multiline(o.Text)}
	case ErrorOutput:
		return fileError{Name: o.ErrorName, Value: o.ErrorValue, Kind: o.Kind, Traceback: append([]string{}, o.Traceback...)}
	case ResultOutput:
		return fileResult{Data: splitLines(o.Data), Count: count(o.Count), Metadata: orEmpty(o.Metadata), Kind: o.Kind}
	}
	return fileDisplay{Data: splitLines(o.Data), Metadata: orEmpty(o.Metadata), Kind: o.Kind}
}

// joinLines turns the text of a MIME bundle, which may be lists of lines, into single strings.
func joinLines(data map[string]any) map[string]any {
	for mime, v := range data {
		lines, ok := v.([]any)
		if !ok || isJSON(mime) {
			continue
		}
		var text strings.Builder
		for _, line := range lines {
			fmt.Fprint(&text, line)
		}
		data[mime] = text.String()
	}
	return data
}

// splitLines is the inverse of joinLines, for the MIME types that are text.
func splitLines(data map[string]any) map[string]any {
	split := make(map[string]any, len(data))
	for mime, v := range data {
		text, ok := v.(string)
		if ok && (strings.HasPrefix(mime, "text/") || mime == "image/svg+xml" || mime == "application/javascript") {
			split[mime] = multiline(text)
		} else {
			split[mime] = v
		}
	}
	return split
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

// decode keeps numbers as they are written.
func decode(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return d.Decode(v)
}

// encode leaves <, > and & readable, as Jupyter does.
func encode(v any) ([]byte, error) {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimRight(buf.Bytes(), "\n"), err
}
