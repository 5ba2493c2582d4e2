package table

import (
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// sheet is a table as text. A cell may have several lines.
type sheet struct {
	title  string
	header []string
	rows   [][]string
	left   int // so many columns, of words, are set flush left and wrapped; the others are figures
	notes  []string
}

const (
	wordsWidth = 34  // of a column of words on a terminal
	notesWidth = 120 // of the lines below
)

// text draws it for a terminal. Rows with several lines of figures are ruled off.
func (s sheet) text() string {
	w := s.writer(func(cell string) string { return cell })
	style := table.StyleLight
	style.Format.Header = text.FormatDefault
	w.SetStyle(style)
	after := false
	for _, row := range s.rows {
		tall := slices.ContainsFunc(row[s.left:], func(c string) bool { return strings.Contains(c, "\n") })
		if tall || after {
			w.AppendSeparator()
		}
		w.AppendRow(cells(row))
		after = tall
	}
	out := s.title + "\n" + w.Render() + "\n"
	for _, n := range s.notes {
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

// markdown draws it as GitHub's Markdown.
func (s sheet) markdown() string {
	escape := strings.NewReplacer("*", `\*`, "_", `\_`, "<", "&lt;").Replace
	w := s.writer(escape)
	for _, row := range s.rows {
		escaped := make([]string, len(row))
		for i, c := range row {
			escaped[i] = escape(c)
		}
		w.AppendRow(cells(escaped))
	}
	out := "**" + escape(s.title) + "**\n\n" + w.RenderMarkdown() + "\n\n"
	for _, n := range s.notes {
		out += escape(n) + "\n\n"
	}
	return out
}

// writer has the columns set up.
func (s sheet) writer(escape func(string) string) table.Writer {
	w := table.NewWriter()
	header := make([]string, len(s.header))
	columns := make([]table.ColumnConfig, len(s.header))
	for i, name := range s.header {
		header[i] = escape(name)
		columns[i] = table.ColumnConfig{Number: i + 1, Align: text.AlignRight, AlignHeader: text.AlignRight}
		if i < s.left {
			columns[i] = table.ColumnConfig{Number: i + 1, Align: text.AlignLeft, AlignHeader: text.AlignLeft, WidthMax: wordsWidth, WidthMaxEnforcer: wrapped}
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
