package nbexec

import (
	"encoding/json"
	"html"
	"strings"
	"testing"

	"hgn.local/pkg/page/document"
)

// A page of a run lives on in the exported page, whose policy allows its script; nothing that somebody added does.
func TestPagesLiveOn(t *testing.T) {
	d := document.Document{Title: "a \"run\" <b>", Kind: "hgn", About: json.RawMessage(`{"name":"</script><img onerror=alert(1)>"}`), Weights: []byte{1, 2, 3, 4}}
	frame, err := d.Frame()
	if err != nil {
		t.Fatal(err)
	}
	exported := func(output string) string {
		c := Code("%%\nnb.Page(run)")
		c.Outputs = []Output{{Kind: DisplayOutput, Data: map[string]any{"text/html": output}}}
		data, err := New(c).HTML("x.ipynb", t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	allowed := "script-src " + html.EscapeString(document.ScriptDigest) + ";"
	if page := exported("<p>before</p>" + frame + "<p>after</p>"); !strings.Contains(page, "<p>before</p>"+frame+"<p>after</p>") || !strings.Contains(page, strings.ReplaceAll(allowed, "+", "&#43;")) {
		t.Error("the page of a run is not in the exported page as it was")
	}
	if page := exported("<b>none</b>"); strings.Contains(page, "script-src") {
		t.Error("a script is allowed where there is no page of a run")
	}
	evil := strings.NewReplacer("&", "&amp;", `"`, "&#34;").Replace("<script>evil()</script>")
	for name, output := range map[string]string{
		"a script before the page":  frame + "<script>evil()</script>",
		"a script in the page":      strings.Replace(frame, "&lt;/main>", "", 1) + strings.Replace(frame, "<main", evil+"<main", 1),
		"a frame that is no page":   `<iframe class="hgn-page" srcdoc="` + evil + `"></iframe>`,
		"a frame with an address":   strings.Replace(frame, "srcdoc=", `src="https://evil.example" onload="evil()" srcdoc=`, 1),
		"a frame without its cage":  strings.Replace(frame, `sandbox="allow-scripts"`, `sandbox="allow-scripts allow-same-origin" data-x="evil"`, 1),
		"a page with another model": strings.Replace(frame, "&#34;hgn&#34;", "&#34;evil&#34;", 1),
	} {
		if page := exported(output); strings.Contains(page, "evil") || strings.Contains(page, "same-origin") {
			i := strings.Index(page, "evil")
			t.Errorf("%s: the exported page has it: %q", name, page[max(0, i-80):min(len(page), i+40)])
		}
	}
}
