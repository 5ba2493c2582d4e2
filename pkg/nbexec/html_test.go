package nbexec

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/pkg/plots"
)

func TestHTMLShowsEveryKindOfCellAndOutput(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a b.png"), []byte("pixels"), 0o600); err != nil {
		t.Fatal(err)
	}
	code := Code("!*go version\n%%\nfmt.Println(\"a < b && c\")")
	code.Count = 3
	code.Outputs = []Output{
		{Kind: StreamOutput, Name: "stdout", Text: "\x1b[32m<script>alert(1)</script>\x1b[0m\n"},
		{Kind: StreamOutput, Name: "stderr", Text: "50%\r100% & done"},
		{Kind: ErrorOutput, ErrorName: "ERROR", ErrorValue: "v", Traceback: []string{"main.go:3: <nil>"}},
		{Kind: DisplayOutput, Data: map[string]any{"text/html": "<style>i{color:red}</style><b>rich</b>", "text/plain": "poor"}},
		{Kind: DisplayOutput, Data: map[string]any{"image/png": "QUJD", "text/plain": "Learned & true"}, Metadata: map[string]any{"needs_background": "light"}},
		{Kind: DisplayOutput, Data: map[string]any{"image/png": "QUJD\nREVG\n"}},
		{Kind: DisplayOutput, Data: map[string]any{"image/svg+xml": "<svg/>"}},
		{Kind: DisplayOutput, Data: map[string]any{"text/markdown": "*said* $q_t$"}},
		{Kind: ResultOutput, Data: map[string]any{"text/plain": "x < y"}},
	}
	nb := New(
		Markdown("# The <em>title</em>\n\n| H | K |\n|---|---|\n| $\\frac{p^2}{2m}$ | 1 |\n\n![plot](a%20b.png) `a $b$`\n\n$$\nH = \\frac{1}{2} p^2\n$$\n\nIt costs $5 or $6."),
		code,
		&Cell{Kind: RawCell, Source: "<raw>"},
	)
	data, err := nb.HTML("name.ipynb", dir)
	if err != nil {
		t.Fatal(err)
	}
	html := string(data)
	for what, want := range map[string]string{
		"title":          "<title>The &lt;em&gt;title&lt;/em&gt;</title>",
		"table":          "<table>",
		"formula":        "<mfrac",
		"display":        `display="block"`,
		"code span":      "<code>a $b$</code>",
		"money":          "It costs $5 or $6.",
		"image file":     `src="data:image/png;base64,cGl4ZWxz"`,
		"escaped stream": "&lt;script&gt;alert(1)&lt;/script&gt;",
		"progress":       ">100% &amp; done<",
		"error":          "main.go:3: &lt;nil&gt;",
		"rich output":    "<div class=\"rich\"><b>rich</b>",
		"dark picture":   `<div class="figure plot"><img src="data:image/png;base64,QUJD" alt="Learned &amp; true"`,
		"dark pages":     ".plot img { filter: " + plots.DarkFilter + "; }",
		"png":            `src="data:image/png;base64,QUJDREVG"`,
		"svg":            `src="data:image/svg+xml;base64,PHN2Zy8+"`,
		"markdown":       "<em>said</em>",
		"plain":          "x &lt; y",
		"raw":            "&lt;raw&gt;",
		"magic":          `<span class="special">!*go version</span>`,
		"highlighting":   `<span class="s">&#34;a &lt; b &amp;&amp; c&#34;</span>`,
		"policy":         "default-src 'none'",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("%s: the page lacks %s", what, want)
		}
	}
	for what, unwanted := range map[string]string{"script": "<script", "link": "<link", "remote": "src=\"http", "poorer form": "poor<", "escape": "\x1b"} {
		if strings.Contains(html, unwanted) {
			t.Errorf("%s: the page has %q", what, unwanted)
		}
	}
	if t.Failed() {
		t.Log(html[strings.Index(html, "<body>"):])
	}
}

func TestMathThatCannotBeReadIsShownAsWritten(t *testing.T) {
	for _, tex := range []string{`\frac{1}{2`, `\begin{nonsense} x`, `}`} {
		html := mathHTML(tex, false)
		if html == "" || strings.Contains(html, "merror") {
			t.Errorf("mathHTML(%q) = %q", tex, html)
		}
	}
}
