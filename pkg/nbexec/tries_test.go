package nbexec

import "testing"

func TestAddTries(t *testing.T) {
	n := &Notebook{Cells: []*Cell{
		{Kind: MarkdownCell, Source: "# Title\n\n```go\nnot this\n```"},
		{Kind: CodeCell, Source: "x := 1"},
		{Kind: MarkdownCell, Source: "```go\nnor this\n```\n\n## Try this\n\nFirst:\n\n```go\n%%\na()\n```\n\nand\n\n```go\n%%\nb()\n```\n\n```\nno Go\n```"},
		{Kind: MarkdownCell, Source: "more\n\n```go\n%%\nc()\n```"},
	}}
	if got := n.AddTries(); got != 3 {
		t.Fatalf("%d cells were added", got)
	}
	for i, want := range []string{"%%\na()", "%%\nb()", "%%\nc()"} {
		if c := n.Cells[4+i]; c.Kind != CodeCell || c.Source != want {
			t.Errorf("cell %d is a %s cell %q, want %q", i, c.Kind, c.Source, want)
		}
	}
	if got := (&Notebook{Cells: []*Cell{{Kind: MarkdownCell, Source: "```go\nx\n```"}}}).AddTries(); got != 0 {
		t.Errorf("a notebook that suggests nothing has %d", got)
	}
}
