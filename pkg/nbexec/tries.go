package nbexec

import (
	"regexp"
	"strings"
)

// triesHeading matches the heading of the section that suggests what to change, the last of a notebook.
var triesHeading = regexp.MustCompile(`(?mi)^#+ *(try this)\b`)

// goBlock matches a block of Go in a Markdown cell.
var goBlock = regexp.MustCompile("(?ms)^```go\n(.*?)^```")

// AddTries appends a code cell for each block of Go in the Markdown cells from the heading "Try this" on, so that what
// a notebook suggests is executed too. It returns how many it has added.
func (nb *Notebook) AddTries() int {
	var added []*Cell
	within := false
	for _, c := range nb.Cells {
		if c.Kind != MarkdownCell {
			continue
		}
		text := c.Source
		if at := triesHeading.FindStringIndex(text); at != nil {
			within, text = true, text[at[0]:]
		}
		if !within {
			continue
		}
		for _, block := range goBlock.FindAllStringSubmatch(text, -1) {
			added = append(added, &Cell{Kind: CodeCell, Source: strings.TrimSuffix(block[1], "\n"), Metadata: map[string]any{}})
		}
	}
	nb.Cells = append(nb.Cells, added...)
	return len(added)
}
