package nbexec

import (
	"bytes"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/formatters/html"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/alecthomas/chroma/v2/styles"
)

// highlight colours the source of a code cell: Go, with GoNB's special commands, or the script of a %%bash cell.
// The result is the content of a <pre class="chroma">.
func highlight(source string) (string, error) {
	var out strings.Builder
	language := "go"
	pending := ""
	flush := func() error {
		text, err := highlightAs(language, pending)
		out.WriteString(text)
		pending = ""
		return err
	}
	for line := range strings.Lines(strings.TrimRight(source, "\n")) {
		if language == "go" && isSpecial(line) {
			if err := flush(); err != nil {
				return "", err
			}
			out.WriteString("<span class=\"special\">" + escape(strings.TrimRight(line, "\n")) + "</span>\n")
			if word, _, _ := strings.Cut(strings.TrimSpace(line), " "); word == "%%bash" || word == "%%sh" || word == "%%script" {
				language = "bash"
			}
			continue
		}
		pending += line
	}
	err := flush()
	return strings.TrimRight(out.String(), "\n"), err
}

func highlightAs(language, source string) (string, error) {
	if source == "" {
		return "", nil
	}
	tokens, err := chroma.Coalesce(lexers.Get(language)).Tokenise(nil, source)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = formatter.Format(&out, styles.Fallback, tokens)
	return out.String(), err
}

var formatter = html.New(html.WithClasses(true), html.PreventSurroundingPre(true))

// highlightCSS returns the style sheet of the highlighting, for light and for dark screens.
func highlightCSS() (string, error) {
	var css bytes.Buffer
	for _, theme := range [][2]string{{"light", "github"}, {"dark", "github-dark"}} {
		css.WriteString("@media (prefers-color-scheme: " + theme[0] + ") {\n")
		if err := formatter.WriteCSS(&css, styles.Get(theme[1])); err != nil {
			return "", err
		}
		css.WriteString("}\n")
	}
	css.WriteString(".source .chroma { background: none; color: inherit; }\n")
	return css.String(), nil
}
