package nbexec

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/wyatt915/treeblood"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdownHTML renders Markdown like Jupyter: GitHub's dialect, with harmless HTML kept, and $...$ and $$...$$ as
// formulas. Pictures in files and attachments become part of the page.
func markdownHTML(source, dir string, attachments map[string]any) (string, error) {
	md := goldmark.New(
		goldmark.WithExtensions(extension.GFM),
		goldmark.WithParserOptions(
			parser.WithAutoHeadingID(),
			parser.WithInlineParsers(util.Prioritized(mathParser{}, 150)), // before emphasis and links, after code spans
		),
		goldmark.WithRendererOptions(html.WithUnsafe(), renderer.WithNodeRenderers(util.Prioritized(mathRenderer{}, 500))),
	)
	var out bytes.Buffer
	err := md.Convert([]byte(source), &out)
	return sanitize(embedder{dir, attachments}.embed(out.String())), err
}

// mathNode is a formula.
type mathNode struct {
	ast.BaseInline
	tex     string
	display bool
}

var kindMath = ast.NewNodeKind("Math")

func (n *mathNode) Kind() ast.NodeKind { return kindMath }

func (n *mathNode) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"tex": n.tex}, nil)
}

// mathParser recognises $...$ within a paragraph and $$...$$, which may span its lines. As in Pandoc, an opening $ has no
// space after it, a closing one no space before it and no digit after it, so that "$5 and $6" stays text.
type mathParser struct{}

func (mathParser) Trigger() []byte { return []byte{'$'} }

var (
	displayMath = regexp.MustCompile(`(?s)^\$\$(.+?)\$\$`)
	inlineMath  = regexp.MustCompile(`^\$((?:[^$\\\s]|\\.)(?:(?:[^$\\]|\\(?s:.))*?(?:[^$\\\s]|\\.))??)\$(?:[^0-9]|$)`)
)

func (mathParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	rest := restOfBlock(block)
	node := &mathNode{}
	length := 0
	if m := displayMath.FindSubmatch(rest); m != nil {
		node.tex, node.display, length = string(m[1]), true, len(m[0])
	} else if m := inlineMath.FindSubmatch(rest); m != nil {
		node.tex, length = string(m[1]), len(m[1])+2
	} else {
		return nil
	}
	for length > 0 { // Advance stays within a line
		line, _ := block.PeekLine()
		n := min(length, len(line))
		block.Advance(n)
		length -= n
	}
	return node
}

// restOfBlock returns the rest of the paragraph, all lines of it.
func restOfBlock(block text.Reader) []byte {
	number, at := block.Position()
	defer block.SetPosition(number, at)
	var rest []byte
	for {
		line, _ := block.PeekLine()
		if line == nil {
			return rest
		}
		rest = append(rest, line...)
		block.AdvanceLine()
	}
}

// mathRenderer writes formulas as MathML, which browsers show without scripts or special fonts.
type mathRenderer struct{}

func (mathRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindMath, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			m := n.(*mathNode)
			w.WriteString(mathHTML(m.tex, m.display))
		}
		return ast.WalkContinue, nil
	})
}

// mathHTML converts a TeX formula. It shows a formula that the converter cannot read as plain text.
func mathHTML(tex string, display bool) string {
	convert := treeblood.InlineStyle
	if display {
		convert = treeblood.DisplayStyle
	}
	mathML, err := convert(strings.ReplaceAll(strings.TrimSpace(tex), `\|`, `\Vert `), macros) // \| would become a single bar
	if err != nil || strings.Contains(mathML, "<merror") {
		return "<code class=\"tex\">" + escape(strings.TrimSpace(tex)) + "</code>"
	}
	return strings.TrimSpace(indentation.ReplaceAllString(mathML, "><")) // white space between words would be visible
}

// macros defines commands that the converter lacks.
var macros = map[string]string{"operatorname": `\mathrm{#1}`}

var indentation = regexp.MustCompile(`>\n\s*<`)
