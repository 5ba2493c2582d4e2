package sheet_test

import (
	"fmt"

	"hgn.local/pkg/sheet"
)

// One table, for a page and for a terminal.
func ExampleSheet() {
	s := sheet.Sheet{Header: []string{"measure", "value"}, Rows: [][]string{{"pixel MSE", "7.96 ± 0.18"}}, Left: 1}
	fmt.Print(s.Markdown())
	fmt.Print(s.Text())
	// Output:
	// | measure | value |
	// |:--- | ---:|
	// | pixel MSE | 7.96 ± 0.18 |
	//
	// ┌───────────┬─────────────┐
	// │ measure   │       value │
	// ├───────────┼─────────────┤
	// │ pixel MSE │ 7.96 ± 0.18 │
	// └───────────┴─────────────┘
}
