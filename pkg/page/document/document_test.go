package document_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/page/document"
)

var small = document.Document{
	Title: `</title><script>evil()</script> "&'`, Kind: "nhf", Facts: []document.Fact{{Name: "<i>", Value: "</script><b>"}},
	About: json.RawMessage(`{"name":"</script><script>evil()"}`), Weights: []byte{0, 255, 62, 63, 1},
}

// What is written is read again, and names cannot leave their places.
func TestDocumentIsReadAgain(t *testing.T) {
	text, err := small.HTML()
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "<script"); n != 3 || bytes.Contains(text, []byte("<script>evil")) || bytes.Contains(text, []byte("<i>\"")) {
		t.Errorf("the page has %d scripts, one of them a name's", n)
	}
	again, err := document.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := again.HTML(); err != nil || !bytes.Equal(second, text) {
		t.Errorf("what was read gives another page (%v)", err)
	}
	for name, damaged := range map[string][]byte{
		"nothing":     nil,
		"no weights":  bytes.Replace(text, []byte(`id="weights"`), nil, 1),
		"cut weights": bytes.Replace(text, []byte(`id="weights">AP`), []byte(`id="weights">`), 1),
		"other kind":  bytes.Replace(text, []byte(`"kind":"nhf"`), []byte(`"kind":"gan"`), 1),
		"other form":  bytes.Replace(text, []byte(`"format":1`), []byte(`"format":0`), 1),
		"no end":      text[:bytes.LastIndex(text, []byte("<script>"))-20],
	} {
		if _, err := document.Read(damaged); err == nil || !badinput.Is(err) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
	unknown := small
	unknown.Kind = "gan"
	if _, err := unknown.HTML(); err == nil {
		t.Error("an unknown kind was written")
	}
}
