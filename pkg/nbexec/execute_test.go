package nbexec

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"hgn.local/pkg/badinput"
)

// environment builds the tools and fetches what cells import, once for all tests of this package, with a cache folder of
// their own.
var environment = sync.OnceValues(func() (*Environment, error) {
	root, err := FindRoot(".")
	if err != nil {
		return nil, err
	}
	tools, err := FindTools(root)
	if err != nil {
		return nil, err
	}
	env := &Environment{Root: root, Tools: tools, NoXLA: true}
	if err := tools.Build(context.Background(), root, func(string) {}); err != nil {
		return nil, err
	}
	return env, env.Fetch(context.Background())
})

func TestMain(m *testing.M) {
	cache, err := os.MkdirTemp("", "hgn-cache-*")
	if err != nil {
		panic(err)
	}
	os.Setenv(CacheVariable, cache)
	code := m.Run()
	os.RemoveAll(cache)
	os.Exit(code)
}

func testEnvironment(t *testing.T) *Environment {
	t.Helper()
	if testing.Short() {
		t.Skip("runs a GoNB kernel")
	}
	if runtime.GOOS == "windows" {
		t.Skip("needs a Unix shell")
	}
	env, err := environment()
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// processes lists the command lines of this user's processes that mention the text.
func processes(t *testing.T, text string) []string {
	t.Helper()
	out, err := exec.Command("ps", "-eo", "args").Output()
	if err != nil {
		t.Skip("no ps: cannot look for processes")
	}
	var found []string
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, text) {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return found
}

const display = `import (
	"github.com/janpfeifer/gonb/gonbui"
	"hgn.local/pkg/badinput"
)

%%
must(nil)
defer gonbui.Sync()
gonbui.DisplayHtml("<b>bold & brave</b>")
id := gonbui.UniqueId()
gonbui.UpdateHtml(id, "first")
gonbui.UpdateHtml(id, "last")
gonbui.DisplayPng([]byte("\x89PNG not really"))
fmt.Println("on stdout", badinput.Is(nil))
fmt.Fprintln(os.Stderr, "on stderr")`

const must = `func must(err error) {
	if err != nil {
		panic(err)
	}
}`

func TestExecuteRunsANotebookAndStopsAtTheFailure(t *testing.T) {
	env := testEnvironment(t)
	nb := New(
		Markdown("# Title"),
		Code(ModuleLine+"\n"+must),
		Code(display),
		Code("%%\nfmt.Println(\"before\")\npanic(\"on purpose\")"),
		Code("%%\nfmt.Println(\"never\")"),
	)
	nb.Cells[4].Outputs = []Output{{Kind: StreamOutput, Name: "stdout", Text: "stale"}}
	var steps []Step
	var lines []string
	started := time.Now()
	err := Execute(t.Context(), env, nb, Options{Dir: t.TempDir(), Timeout: 5 * time.Minute, Progress: func(e Event) {
		if e.Step == CellWrote {
			lines = append(lines, e.Line)
		} else {
			steps = append(steps, e.Step)
		}
	}})
	t.Logf("%v", time.Since(started))

	var cell *CellError
	if !errors.As(err, &cell) {
		t.Fatalf("error is %v, want a *CellError", err)
	}
	if cell.Cell != 3 || !strings.Contains(cell.Message, "panic: on purpose") || strings.Contains(cell.Error(), "\n") {
		t.Errorf("error is %q, want one line that names cell 3 and its panic", err)
	}
	want := []Step{KernelReady, CellStarted, CellFinished, CellStarted, CellFinished, CellStarted, CellFinished}
	if len(steps) != len(want) {
		t.Errorf("steps %v, want %v", steps, want)
	}
	if !strings.Contains(strings.Join(lines, "|"), "on stdout true") && !strings.Contains(strings.Join(lines, "|"), "on stdout false") {
		t.Errorf("the lines that cells wrote are %q", lines)
	}

	shown := nb.Cells[2]
	kinds := map[string]int{}
	var html []string
	for _, o := range shown.Outputs {
		kinds[o.Kind+o.Name]++
		if text, ok := o.Data["text/html"].(string); ok {
			html = append(html, text)
		}
	}
	if kinds["display_data"] != 3 || kinds["streamstdout"] != 1 || kinds["streamstderr"] != 1 {
		t.Errorf("outputs are %v: %+v", kinds, shown.Outputs)
	}
	if strings.Join(html, "|") != "<b>bold & brave</b>|last" {
		t.Errorf("HTML displays are %q: an update must replace the first content", html)
	}
	if shown.Count != 2 || nb.Cells[3].Count != 3 || nb.Cells[4].Count != 0 || len(nb.Cells[4].Outputs) != 0 {
		t.Errorf("counts %d %d %d, stale outputs %v", shown.Count, nb.Cells[3].Count, nb.Cells[4].Count, nb.Cells[4].Outputs)
	}
	if len(nb.Cells[3].Outputs) == 0 {
		t.Fatal("the failed cell has no outputs")
	}
	if last := nb.Cells[3].Outputs[len(nb.Cells[3].Outputs)-1]; last.Kind != ErrorOutput {
		t.Errorf("the failed cell ends with %+v, want an error output", last)
	}

	page, err := nb.HTML("x.ipynb", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<title>Title</title>", "<b>bold &amp; brave</b>", "data:image/png;base64,", "on purpose"} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestExecuteReportsWhatGoNBOnlyWrites(t *testing.T) {
	env := testEnvironment(t)
	for name, c := range map[string]struct{ source, want string }{
		"shell command":  {"!echo about to fail >&2; exit 3", "a shell command failed (exit status 3): about to fail"},
		"unknown magic":  {"%nonsense", "unknown special command %nonsense"},
		"compiler error": {"%%\nundefinedThing()", "line 2: undefined: undefinedThing"},
		"exit code":      {"%%\nfmt.Fprintln(os.Stderr, \"no such run\")\nos.Exit(1)", "no such run"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := Execute(t.Context(), env, New(Code(c.source)), Options{Dir: t.TempDir()})
			var cell *CellError
			if !errors.As(err, &cell) || !strings.Contains(cell.Message, c.want) {
				t.Errorf("error is %v, want %q", err, c.want)
			}
			t.Log(err)
		})
	}
}

func TestExecuteInterruptsAndLeavesNothingBehind(t *testing.T) {
	env := testEnvironment(t)
	dir := t.TempDir()
	saved := filepath.Join(dir, "saved")
	nb := New(Code(`import ("os/signal"; "time")

%%
c := make(chan os.Signal, 1)
signal.Notify(c, os.Interrupt)
fmt.Println("sleeping")
select {
case <-c:
	time.Sleep(300*time.Millisecond)
	os.WriteFile("saved", []byte("checkpoint"), 0o600)
	fmt.Println("saved")
case <-time.After(time.Minute):
}`))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := Execute(ctx, env, nb, Options{Dir: dir, Progress: func(e Event) {
		if e.Step == CellWrote && e.Line == "sleeping" {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want the cancellation", err)
	}
	if _, err := os.Stat(saved); err != nil {
		t.Error("the interrupted cell could not save its work")
	}

	// A cell that ignores interrupts is killed, with everything that it started.
	stubborn := New(Code("!trap '' INT; sleep 4217 & sleep 4217"))
	started := time.Now()
	err = Execute(t.Context(), env, stubborn, Options{Dir: dir, Timeout: 500 * time.Millisecond, Grace: time.Second})
	var cell *CellError
	if !errors.As(err, &cell) || !strings.Contains(cell.Message, "killed") {
		t.Errorf("error is %v, want a killed cell", err)
	}
	if took := time.Since(started); took > 10*time.Second {
		t.Errorf("killing took %v", took)
	}
	if left := processes(t, "sleep 4217"); len(left) > 0 {
		t.Errorf("left running: %q", left)
	}
	if left := processes(t, env.Tools.Path("gonb")); len(left) > 0 {
		t.Errorf("left running: %q", left)
	}
}

func TestExecuteNoticesTheEndOfTheKernel(t *testing.T) {
	env := testEnvironment(t)
	err := Execute(t.Context(), env, New(Code("!kill -9 $PPID")), Options{Dir: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "ended unexpectedly (signal: killed)") {
		t.Errorf("error is %v, want the end of the kernel", err)
	}
}

func TestExecuteRefusesNotebooksThatAreNotForGo(t *testing.T) {
	python := New(Code("print(1)"))
	python.Metadata = map[string]any{"kernelspec": map[string]any{"name": "python3", "language": "python"}}
	for name, nb := range map[string]*Notebook{"no code": New(Markdown("text"), Code(" \n")), "python": python} {
		if err := Execute(t.Context(), nil, nb, Options{}); !badinput.Is(err) {
			t.Errorf("%s: error is %v, want bad input", name, err)
		}
	}
}
