package nbexec

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// cell is a code cell with tags.
func cell(source string, tags ...any) *Cell {
	c := Code(source)
	if len(tags) > 0 {
		c.Metadata = map[string]any{"tags": tags}
	}
	return c
}

// said joins the streams and errors of a cell.
func said(c *Cell) string {
	var text strings.Builder
	for _, o := range c.Outputs {
		text.WriteString(o.Text + o.ErrorValue)
	}
	return text.String()
}

// Cells behave as they do in other front ends: whatever ends their lines, with the tags that nbclient knows, and without
// waiting for somebody who is not there.
func TestExecuteTreatsCellsAsOtherFrontEndsDo(t *testing.T) {
	env := testEnvironment(t)
	skipped := cell("%%\npanic(\"not run\")", "skip-execution")
	skipped.Outputs, skipped.Count = []Output{{Kind: StreamOutput, Name: "stdout", Text: "kept"}}, 7
	const raises = "raises-exception"
	cells := []struct {
		cell *Cell
		want string // in what it says
	}{
		{cell("%%\r\nfmt.Println(\"hello\")\r\n"), "hello\n"},
		{cell("!echo shell\r\n"), "shell\n"},
		{cell("%env FOO=bar\r\n"), `FOO="bar"`},
		{cell("%%\r\nfmt.Println(\"[\"+os.Getenv(\"FOO\")+\"]\")"), "[bar]"},
		{cell("%%bash\r\nif true; then\r\necho one\r\nfi\r\n"), "one\n"},
		{cell("%%writefile lines.txt\r\na\r\nb"), "written"},
		{cell("!od -c lines.txt | head -1\r"), `a  \n   b  \n`},
		{cell("func twice(n int) int {\r\n\treturn 2 * n\r\n}\r\n\r\n%%\r\nfmt.Println(twice(4))\r\n"), "8\n"},
		{skipped, "kept"},
		{cell("%%\npanic(\"expected\")", "other", raises), "exit status 2"},
		{cell("%%\nundefinedThing()", raises), "undefined: undefinedThing"},
		{cell("!exit 3", raises), "exit status 3"},
		{cell("%with_inputs\n%%\nfmt.Scanln()", raises), "asks for input"},
		{cell("//gonb:%with_password\n!read x", raises), "asks for input"},
		{cell("%%\nvar s string\nn, err := fmt.Scanln(&s)\nfmt.Println(n, err)"), "0 EOF\n"},
		{cell("!cat; echo the end"), "the end\n"},
		{cell("!echo through | bash -c 'cat; echo [$BASH_ENV]'"), "through\n[]\n"},
		{cell("%%bash\nread line\nthis is read\necho [$line]"), "[this is read]"},
		{cell("%%sh\necho '%with_inputs'"), "%with_inputs"},
		{cell("import \"example.com/no/such\"\n%%\nsuch.X()", raises), "example.com/no/such"},
	}
	nb := New()
	for _, c := range cells {
		nb.Cells = append(nb.Cells, c.cell)
	}
	nb.Metadata["kernelspec"] = map[string]any{"name": "GoNB", "language": "Go"}
	var steps []Step
	allowed := 0
	var last error
	dir := t.TempDir()
	err := Execute(t.Context(), env, nb, Options{Dir: dir, Timeout: time.Minute, Progress: func(e Event) {
		steps = append(steps, e.Step)
		if e.Allowed {
			allowed++
			last = e.Err
		}
	}})
	if err != nil {
		t.Fatalf("the run ended with %v", err)
	}
	for i, c := range cells {
		if got := said(c.cell); !strings.Contains(got, c.want) || strings.Contains(c.want, "the end") && got != c.want {
			t.Errorf("cell %d (%q) says %q, want %q", i+1, c.cell.Source, got, c.want)
		}
	}
	if skipped.Count != 7 || !slices.Contains(steps, CellSkipped) || allowed != 6 {
		t.Errorf("the skipped cell has count %d; %d failures were allowed, want 6", skipped.Count, allowed)
	}
	if !strings.Contains(nb.Cells[0].Source, "\r\n") {
		t.Error("the source in the notebook was changed")
	}
	if !strings.Contains(last.Error(), "example.com/no/such: cannot find module") || !strings.Contains(last.Error(), "%env GOPROXY=direct") {
		t.Errorf("the missing module is reported as %v", last)
	}
	info, _ := nb.Metadata["language_info"].(map[string]any)
	if version, _ := info["version"].(string); !strings.HasPrefix(version, "go1.") {
		t.Errorf("language_info is %v, want what the kernel reports", info)
	}
	if New().Metadata["language_info"].(map[string]any)["version"] != nil {
		t.Error("an execution changed the metadata of other notebooks")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
		t.Errorf("the notebook's folder holds %q", left)
	}
}

// Only the cell's own failure is allowed by its tag: a cell that was stopped ends the run.
func TestStoppedCellsEndTheRunWhateverTheirTag(t *testing.T) {
	env := testEnvironment(t)
	after := cell("!echo never")
	err := Execute(t.Context(), env, New(cell("!sleep 60", "raises-exception"), after), Options{Dir: t.TempDir(), Timeout: 300 * time.Millisecond})
	if err == nil || !strings.Contains(err.Error(), "the time allowed") || len(after.Outputs) > 0 {
		t.Errorf("error is %v, the next cell says %q", err, said(after))
	}
}

// The kernel is this user's alone, on this machine alone, and takes and sends only signed messages. Nothing of it is left,
// whatever its cells have started or protected, and wherever temporary files belong.
func TestKernelIsPrivateAndLeavesNothing(t *testing.T) {
	env := testEnvironment(t)
	base := t.TempDir()
	t.Chdir(base)
	if err := os.Mkdir("tmp", 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", "tmp")
	t.Setenv("HOME", "")
	p, c, err := start(t.Context(), env, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	file := filepath.Join(p.scratch, "kernel-hgn.json")
	for path, want := range map[string]os.FileMode{p.scratch: 0o700, file: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want || !filepath.IsAbs(path) {
			t.Errorf("%s: %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
	var a address
	if data, err := os.ReadFile(file); err != nil || json.Unmarshal(data, &a) != nil || a.IP != "127.0.0.1" || len(a.Key) < 20 || a.SignatureScheme != "hmac-sha256" {
		t.Errorf("the connection file says %+v, %v", a, err)
	}
	forged := &connection{shell: c.shell, session: c.session, key: []byte("another key"), sent: 1000}
	id, err := forged.request(forged.shell, "execute_request", map[string]any{"code": "!touch forged", "silent": false, "store_history": true})
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.After(500 * time.Millisecond); ; {
		select {
		case m := <-c.messages:
			if m.parent == id {
				t.Errorf("the kernel answers a forged message with %s", m.kind)
			}
			continue
		case <-p.exited: // GoNB ends when it gets one
		case <-deadline:
		}
		break
	}
	if err := p.stop(); err != nil {
		t.Error(err)
	}

	// What leaves the process group is found all the same, and a folder that cannot be written is removed.
	nb := New(Code("!setsid sleep 4218 >/dev/null 2>&1 & (setsid nohup sleep 4218 >/dev/null 2>&1 &); mkdir -p $TMPDIR/a/b; touch $TMPDIR/a/b/c; chmod 500 $TMPDIR/a/b $TMPDIR/a"),
		Code("%%\nos.MkdirTemp(\"\", \"left\")"), Code("%%\npanic(1)"))
	if err := Execute(context.Background(), env, nb, Options{Dir: base, Timeout: time.Minute}); err == nil {
		t.Error("the last cell did not fail")
	}
	if left := processes(t, "sleep 4218"); len(left) > 0 {
		t.Errorf("left running: %q", left)
	}
	if left, _ := os.ReadDir(filepath.Join(base, "tmp")); len(left) > 0 {
		t.Errorf("left in TMPDIR: %v", left)
	}
}

// Messages that are not signed with the key are dropped, as are those that are not whole.
func TestConnectionDropsWhatIsNotSigned(t *testing.T) {
	c := &connection{key: []byte("the key")}
	header, parent, empty, content := []byte(`{"msg_type": "stream"}`), []byte(`{"msg_id": "1"}`), []byte("{}"), []byte(`{"text": "a"}`)
	good := [][]byte{[]byte("topic"), delimiter, c.sign(header, parent, empty, content), header, parent, empty, content}
	if m, ok := c.parse("iopub", good); !ok || m.kind != "stream" || m.parent != "1" {
		t.Errorf("a good message is read as %+v, %v", m, ok)
	}
	for what, change := range map[string]func([][]byte) [][]byte{
		"no signature":      func(f [][]byte) [][]byte { f[2] = nil; return f },
		"another signature": func(f [][]byte) [][]byte { f[2] = (&connection{key: []byte("x")}).sign(f[3:7]...); return f },
		"other content":     func(f [][]byte) [][]byte { f[6] = []byte(`{"text": "b"}`); return f },
		"another parent":    func(f [][]byte) [][]byte { f[4] = []byte(`{"msg_id": "2"}`); return f },
		"cut off":           func(f [][]byte) [][]byte { return f[:6] },
		"no delimiter":      func(f [][]byte) [][]byte { return f[2:] },
		"nothing":           func([][]byte) [][]byte { return nil },
		"not JSON":          func(f [][]byte) [][]byte { f[3] = []byte("{"); f[2] = c.sign(f[3:7]...); return f },
	} {
		if m, ok := c.parse("iopub", change(slices.Clone(good))); ok {
			t.Errorf("%s: taken as %+v", what, m)
		}
	}
}
