package nbexec

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"strings"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/page/document"
)

//go:embed page.css
var pageCSS string

// The policy keeps the page self-contained: it loads nothing from elsewhere, sends no form, and runs no script but
// that of the pages of runs (see living.go), whatever a cell wrote.
var page = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; {{.Scripts}}img-src data:; media-src data:; font-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>{{.Title}}</title>
<style>
{{.CSS}}</style>
</head>
<body>
<main>
{{range .Cells}}{{.}}{{end}}</main>
</body>
</html>
`))

// HTML renders the notebook as one self-contained page. Name is the title if the notebook has no heading; images in
// Markdown cells are read from dir.
func (nb *Notebook) HTML(name, dir string) ([]byte, error) {
	title := nb.Title()
	if title == "" {
		title = name
	}
	css, err := highlightCSS()
	if err != nil {
		return nil, err
	}
	var cells []template.HTML
	scripts := ""
	for i, c := range nb.Cells {
		html, lives, err := c.html(dir)
		if err != nil {
			return nil, fmt.Errorf("rendering cell %d: %w", i+1, err)
		}
		if lives {
			scripts = "script-src " + document.ScriptDigest + "; "
		}
		cells = append(cells, html)
	}
	var out bytes.Buffer
	err = page.Execute(&out, map[string]any{"Title": title, "Scripts": scripts, "CSS": template.CSS(pageCSS + css), "Cells": cells})
	return out.Bytes(), err
}

// SaveHTML writes the page to path, whole or not at all.
func (nb *Notebook) SaveHTML(path, name, dir string) error {
	data, err := nb.HTML(name, dir)
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(path, data)
}

// html renders the cell, and tells whether it holds the page of a run.
func (c *Cell) html(dir string) (rendered template.HTML, lives bool, err error) {
	var b strings.Builder
	switch c.Kind {
	case MarkdownCell:
		text, err := markdownHTML(c.text(), dir, c.Attachments)
		if err != nil {
			return "", false, err
		}
		fmt.Fprintf(&b, "<section class=\"prose\">\n%s</section>\n", text)
	case RawCell:
		fmt.Fprintf(&b, "<section class=\"prose\"><pre>%s</pre></section>\n", escape(c.text()))
	case CodeCell:
		if strings.TrimSpace(c.Source) == "" && len(c.Outputs) == 0 {
			return "", false, nil
		}
		source, err := highlight(c.text())
		if err != nil {
			return "", false, err
		}
		b.WriteString("<section class=\"cell\">\n<div class=\"source\">")
		if c.Count > 0 {
			fmt.Fprintf(&b, "<span class=\"count\">%d</span>", c.Count)
		}
		fmt.Fprintf(&b, "<pre class=\"chroma\">%s</pre></div>\n", source)
		if len(c.Outputs) > 0 {
			b.WriteString("<div class=\"outputs\">\n")
			for _, o := range c.Outputs {
				html, outputLives, err := o.html()
				if err != nil {
					return "", false, err
				}
				lives = lives || outputLives
				b.WriteString(html)
				b.WriteByte('\n')
			}
			b.WriteString("</div>\n")
		}
		b.WriteString("</section>\n")
	}
	return template.HTML(b.String()), lives, nil
}

// html renders the output, and tells whether it is the page of a run.
func (o Output) html() (rendered string, lives bool, err error) {
	if html, ok := o.Data["text/html"].(string); ok && o.Kind != StreamOutput && o.Kind != ErrorOutput {
		rendered, lives = rich(html)
		return "<div class=\"rich\">" + rendered + "</div>", lives, nil
	}
	rendered, err = o.still()
	return rendered, false, err
}

// still renders an output that has no HTML of its own.
func (o Output) still() (string, error) {
	switch o.Kind {
	case StreamOutput:
		return fmt.Sprintf("<pre class=\"stream %s\">%s</pre>", escape(o.Name), escape(strings.TrimRight(plainText(o.Text), "\n"))), nil
	case ErrorOutput:
		text := plainText(strings.Join(o.Traceback, "\n"))
		if strings.TrimSpace(text) == "" {
			text = o.ErrorName + ": " + o.ErrorValue
		}
		return fmt.Sprintf("<pre class=\"error\">%s</pre>", escape(strings.TrimSpace(text))), nil
	}
	// Take the richest form that a page without scripts can show.
	for _, mime := range []string{"image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp"} {
		if image, ok := o.Data[mime].(string); ok {
			return o.image(mime, image), nil
		}
	}
	if text, ok := o.Data["text/markdown"].(string); ok {
		html, err := markdownHTML(text, "", nil)
		return "<div class=\"prose\">" + html + "</div>", err
	}
	if tex, ok := o.Data["text/latex"].(string); ok {
		return sanitize(mathHTML(strings.Trim(strings.TrimSpace(tex), "$"), true)), nil
	}
	if text, ok := o.Data["text/plain"].(string); ok {
		return fmt.Sprintf("<pre class=\"stream\">%s</pre>", escape(plainText(text))), nil
	}
	if data, ok := o.Data["application/json"]; ok {
		text, err := json.MarshalIndent(data, "", "  ")
		return fmt.Sprintf("<pre class=\"stream\">%s</pre>", escape(string(text))), err
	}
	return "", nil // scripts, widgets
}

// image returns the image as an element that contains its data. An SVG inside <img> runs no scripts either.
func (o Output) image(mime, data string) string {
	if mime == "image/svg+xml" {
		data = base64.StdEncoding.EncodeToString([]byte(data))
	}
	data = strings.Map(func(r rune) rune {
		if strings.ContainsRune("\r\n\t ", r) {
			return -1
		}
		return r
	}, data)
	size := ""
	if meta, ok := o.Metadata[mime].(map[string]any); ok {
		for _, side := range []string{"width", "height"} {
			if n, ok := meta[side].(json.Number); ok {
				size += fmt.Sprintf(" %s=\"%s\"", side, escape(n.String()))
			}
		}
	}
	class := "figure"
	if o.Metadata["needs_background"] == "light" { // it has no colours that must stay, see package notebook
		class += " plot"
	}
	alt, _ := o.Data["text/plain"].(string)
	return fmt.Sprintf("<div class=\"%s\"><img src=\"data:%s;base64,%s\" alt=\"%s\"%s></div>", class, mime, escape(data), escape(alt), size)
}

func escape(s string) string { return template.HTMLEscapeString(s) }
