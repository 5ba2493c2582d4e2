package nbexec

import (
	"encoding/json"
	"strings"

	"hgn.local/pkg/badinput"
)

// Notebook is a Jupyter notebook of format 4.
type Notebook struct {
	Cells    []*Cell
	Metadata map[string]any
	Minor    int // nbformat_minor: cells have ids from 5 on
}

// Kinds of cells.
const (
	CodeCell     = "code"
	MarkdownCell = "markdown"
	RawCell      = "raw"
)

// Cell is one cell. Outputs and Count belong to code cells only.
type Cell struct {
	ID          string // "" before format 4.5
	Kind        string // CodeCell, MarkdownCell or RawCell
	Source      string
	Metadata    map[string]any
	Attachments map[string]any // files pasted into a Markdown cell: name -> MIME bundle
	Outputs     []Output
	Count       int // execution_count, 0 for a cell that was not executed
}

// Kinds of outputs.
const (
	StreamOutput  = "stream"
	DisplayOutput = "display_data"
	ResultOutput  = "execute_result"
	ErrorOutput   = "error"
)

// Output is one output of a code cell.
type Output struct {
	Kind string

	Name, Text string // stream: "stdout" or "stderr", and what was written

	Data     map[string]any // display_data, execute_result: MIME type -> string, or JSON for the JSON types
	Metadata map[string]any
	Count    int // execute_result

	ErrorName, ErrorValue string // error
	Traceback             []string
}

// specMetadata names this project's kernel to Jupyter.
var specMetadata = map[string]any{
	"kernelspec":    map[string]any{"name": SpecName, "display_name": SpecTitle, "language": "go"},
	"language_info": map[string]any{"name": "go", "file_extension": ".go", "mimetype": "text/x-go"},
}

// New returns a notebook of these cells for this project's kernel.
func New(cells ...*Cell) *Notebook {
	return &Notebook{Cells: cells, Metadata: specMetadata, Minor: 4}
}

// Markdown returns a Markdown cell.
func Markdown(source string) *Cell { return &Cell{Kind: MarkdownCell, Source: source} }

// Code returns a code cell that was not executed.
func Code(source string) *Cell { return &Cell{Kind: CodeCell, Source: source} }

// CodeCells returns the cells that an execution runs: code cells with something in them.
func (nb *Notebook) CodeCells() []*Cell {
	var cells []*Cell
	for _, c := range nb.Cells {
		if c.Kind == CodeCell && strings.TrimSpace(c.Source) != "" {
			cells = append(cells, c)
		}
	}
	return cells
}

// Runnable refuses, as bad input, a notebook that a Go kernel cannot run.
func (nb *Notebook) Runnable() error {
	if len(nb.CodeCells()) == 0 {
		return badinput.Errorf("the notebook has no code cells")
	}
	spec, _ := nb.Metadata["kernelspec"].(map[string]any)
	language, _ := spec["language"].(string)
	name, _ := spec["name"].(string)
	if (language != "" && language != "go") || (language == "" && name != "" && !strings.HasPrefix(name, "gonb")) {
		return badinput.Errorf("the notebook is for the kernel %q, not for Go", name)
	}
	return nil
}

// Title returns the first heading of the Markdown cells, or "".
func (nb *Notebook) Title() string {
	for _, c := range nb.Cells {
		if c.Kind != MarkdownCell {
			continue
		}
		for line := range strings.Lines(c.Source) {
			if heading, ok := strings.CutPrefix(strings.TrimSpace(line), "#"); ok {
				return strings.TrimSpace(strings.TrimLeft(heading, "#"))
			}
		}
	}
	return ""
}

// FirstLine returns the line that names the cell, at most 60 characters of it: the first line of the program after %%, else
// the first declaration; imports, comments and special commands only where there is nothing else.
func (c *Cell) FirstLine() string {
	first, spare, imports := "", "", false
	for line := range strings.Lines(c.Source) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line == "%%":
			if line == "%%" {
				first = ""
			}
		case imports:
			imports = line != ")"
		case strings.HasPrefix(line, "import"), strings.HasPrefix(line, "//"), strings.HasPrefix(line, "defer "), isSpecial(line):
			imports = strings.HasPrefix(line, "import") && strings.HasSuffix(line, "(")
			if spare == "" {
				spare = line
			}
		case first == "":
			first = line
		}
	}
	if first == "" {
		first = spare
	}
	return shorten(first, 60)
}

// isSpecial reports whether GoNB takes the line as a special command (%...) or a shell command (!...), not as Go.
func isSpecial(line string) bool {
	line = strings.TrimPrefix(line, "//gonb:")
	return strings.HasPrefix(line, "%") || strings.HasPrefix(line, "!")
}

// shorten cuts s to n characters, the last of which is then an ellipsis.
func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// multiline is text that nbformat stores as one string or as a list of lines.
type multiline string

func (m *multiline) UnmarshalJSON(data []byte) error {
	var lines []string
	if json.Unmarshal(data, &lines) == nil {
		*m = multiline(strings.Join(lines, ""))
		return nil
	}
	return json.Unmarshal(data, (*string)(m))
}

func (m multiline) MarshalJSON() ([]byte, error) {
	lines := []string{}
	for line := range strings.Lines(string(m)) {
		lines = append(lines, line)
	}
	return encode(lines)
}
