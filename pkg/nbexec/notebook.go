package nbexec

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"hgn.local/pkg/badinput"
)

// Notebook is a Jupyter notebook of format 4.
type Notebook struct {
	Cells    []*Cell
	Metadata map[string]any
	Minor    int // nbformat_minor: cells have ids from 5 on
	extra    object
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
	extra       object
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

	Name, Text string // stream: "stdout" or "stderr", and its text

	Data     map[string]any // display_data, execute_result: MIME type -> string, or JSON for the JSON types
	Metadata map[string]any
	Count    int // execute_result

	ErrorName, ErrorValue string // error
	Traceback             []string

	extra object
}

// specMetadata names this project's kernel to Jupyter.
var specMetadata = map[string]any{
	"kernelspec":    map[string]any{"name": SpecName, "display_name": SpecTitle, "language": "go"},
	"language_info": map[string]any{"name": "go", "file_extension": ".go", "mimetype": "text/x-go"},
}

// New returns a notebook of these cells for this project's kernel.
func New(cells ...*Cell) *Notebook {
	return &Notebook{Cells: cells, Metadata: maps.Clone(specMetadata), Minor: 4}
}

// Markdown returns a Markdown cell.
func Markdown(source string) *Cell { return &Cell{Kind: MarkdownCell, Source: source} }

// Code returns a code cell that was not executed.
func Code(source string) *Cell { return &Cell{Kind: CodeCell, Source: source} }

// The tags of a cell that an execution obeys, as nbclient and nbconvert do.
const (
	skipTag   = "skip-execution"   // the cell is not run and keeps the outputs that it has
	raisesTag = "raises-exception" // the cell may fail: its error is an output and the next cell runs
)

func (c *Cell) tagged(tag string) bool {
	tags, _ := c.Metadata["tags"].([]any)
	return slices.Contains(tags, any(tag))
}

// text returns the cell's source with \n at the end of every line. Editors on Windows write \r\n, and GoNB would take
// the \r for a part of the line. The saved notebook keeps the original line ends.
func (c *Cell) text() string {
	if !strings.Contains(c.Source, "\n") {
		return strings.ReplaceAll(strings.TrimRight(c.Source, "\r"), "\r", "\n")
	}
	return strings.TrimRight(lineEnd.ReplaceAllString(c.Source, "\n"), "\r")
}

var lineEnd = regexp.MustCompile(`\r+\n`)

// CodeCells returns the cells that an execution runs: code cells that are not empty.
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
	info, _ := nb.Metadata["language_info"].(map[string]any)
	name, _ := spec["name"].(string)
	for _, named := range []any{spec["language"], info["name"]} {
		language, _ := named.(string)
		switch language = strings.ToLower(strings.TrimSpace(language)); language {
		case "": // older notebooks name no language
		case "go", "golang":
			return nil
		default:
			return badinput.Errorf("the notebook is for the language %q, not for Go", language)
		}
	}
	if name != "" && !strings.HasPrefix(strings.ToLower(name), "gonb") {
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
		for line := range strings.Lines(c.text()) {
			if heading, ok := strings.CutPrefix(strings.TrimSpace(line), "#"); ok {
				return strings.TrimSpace(strings.TrimLeft(heading, "#"))
			}
		}
	}
	return ""
}

// FirstLine returns the line that names the cell, at most 60 characters of it: the first line of the program after
// %%, else the first declaration; imports, comments and special commands only if the cell has nothing else.
func (c *Cell) FirstLine() string {
	first, spare, imports := "", "", false
	for line := range strings.Lines(c.text()) {
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

// shorten cuts s to n characters and makes the last one an ellipsis.
func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
