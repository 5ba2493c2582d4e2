// Package sheet writes tables, for a terminal and in Markdown.
package sheet

import (
	"cmp"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// Sheet is a table as text. A cell may have several lines.
type Sheet struct {
	Title  string
	Header []string
	Rows   [][]string
	Left   int      // this many columns, of words, are set flush left and wrapped; the others are figures
	Words  int      // width at which words are wrapped on a terminal; 0 is 34
	Notes  []string // lines below the table
}

const (
	wordsWidth = 34
	notesWidth = 120 // width of the notes below the table
)

// Text draws the table for a terminal. It rules off rows with several lines of figures.
func (s Sheet) Text() string {
	w := s.writer(func(cell string) string { return cell })
	style := table.StyleLight
	style.Format.Header = text.FormatDefault
	w.SetStyle(style)
	after := false
	for _, row := range s.Rows {
		tall := slices.ContainsFunc(row[s.Left:], func(c string) bool { return strings.Contains(c, "\n") })
		if tall || after {
			w.AppendSeparator()
		}
		w.AppendRow(cells(row))
		after = tall
	}
	out := w.Render() + "\n"
	if s.Title != "" {
		out = s.Title + "\n" + out
	}
	for _, n := range s.Notes {
		out += wrapped(n, notesWidth) + "\n"
	}
	return out
}

// wrapped breaks each line of a text between words.
func wrapped(s string, width int) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		for part := range strings.SplitSeq(text.WrapSoft(line, width), "\n") {
			lines = append(lines, strings.TrimRight(part, " "))
		}
	}
	return strings.Join(lines, "\n")
}

// Markdown draws the table as GitHub's Markdown.
func (s Sheet) Markdown() string {
	escape := strings.NewReplacer("*", `\*`, "_", `\_`, "<", "&lt;").Replace
	w := s.writer(escape)
	for _, row := range s.Rows {
		escaped := make([]string, len(row))
		for i, c := range row {
			escaped[i] = escape(c)
		}
		w.AppendRow(cells(escaped))
	}
	out := w.RenderMarkdown() + "\n\n"
	if s.Title != "" {
		out = "**" + escape(s.Title) + "**\n\n" + out
	}
	for _, n := range s.Notes {
		out += escape(n) + "\n\n"
	}
	return out
}

// writer returns a table.Writer with the columns set up.
func (s Sheet) writer(escape func(string) string) table.Writer {
	w := table.NewWriter()
	header := make([]string, len(s.Header))
	columns := make([]table.ColumnConfig, len(s.Header))
	for i, name := range s.Header {
		header[i] = escape(name)
		columns[i] = table.ColumnConfig{Number: i + 1, Align: text.AlignRight, AlignHeader: text.AlignRight}
		if i < s.Left {
			columns[i] = table.ColumnConfig{Number: i + 1, Align: text.AlignLeft, AlignHeader: text.AlignLeft, WidthMax: cmp.Or(s.Words, wordsWidth), WidthMaxEnforcer: wrapped}
		}
	}
	w.AppendHeader(cells(header))
	w.SetColumnConfigs(columns)
	return w
}

func cells(row []string) table.Row {
	out := make(table.Row, len(row))
	for i, c := range row {
		out[i] = c
	}
	return out
}
