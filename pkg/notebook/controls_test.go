package notebook

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"hgn.local/pkg/plots"
)

// fakePage stands for a page and the line to it.
type fakePage struct {
	in    *inbox
	hears func(m message) // called with each message of the program
	cut   bool
	mu    sync.Mutex
	heard []message
}

func (p *fakePage) send(text string) {
	var m message
	json.Unmarshal([]byte(text), &m)
	p.mu.Lock()
	p.heard = append(p.heard, m)
	p.mu.Unlock()
	p.hears(m)
}

func (p *fakePage) inbox() *inbox { return p.in }
func (p *fakePage) broken() bool  { return p.cut }
func (p *fakePage) script() (string, any, error) {
	return "explore", map[string]string{"x": "</script>"}, nil
}
func (p *fakePage) picture() (*plots.Picture, string, error) { return nil, "", nil }

// says sends messages of the page.
func (p *fakePage) says(texts ...string) {
	for _, text := range texts {
		p.in.put(text)
	}
}

// listenTo runs a control with a page that does what hears says.
func listenTo(t *testing.T, interrupts chan os.Signal, answer func(json.RawMessage) (any, error), hears func(p *fakePage, m message)) (ending, *fakePage) {
	t.Helper()
	p := &fakePage{in: newInbox()}
	p.hears = func(m message) { hears(p, m) }
	l := listening{line: p, control: control(fakeControl{p, answer}), interrupts: interrupts, patience: 300 * time.Millisecond, silence: 400 * time.Millisecond, ping: 40 * time.Millisecond}
	done := make(chan ending)
	go func() { done <- l.run() }()
	select {
	case why := <-done:
		return why, p
	case <-time.After(20 * time.Second):
		t.Fatal("the control does not end")
		return "", nil
	}
}

type fakeControl struct {
	*fakePage
	does func(json.RawMessage) (any, error)
}

func (c fakeControl) answer(ask json.RawMessage) (any, error) { return c.does(ask) }

// present answers that the page is there, and says goodbye when it is told to end.
func present(p *fakePage, m message) {
	switch m.Kind {
	case "there":
		p.says(`{"kind":"here"}`)
	case "end":
		p.says(`{"kind":"bye"}`)
	}
}

func noAnswer(json.RawMessage) (any, error) { return nil, nil }

func TestControlsEnd(t *testing.T) {
	interrupts := make(chan os.Signal, 1)
	for _, c := range []struct {
		name  string
		want  ending
		hears func(p *fakePage, m message)
	}{
		{"the button", byButton, func(p *fakePage, m message) { present(p, m); p.says(`{"kind":"end","why":"button"}`) }},
		{"a waiting cell", byNextCell, func(p *fakePage, m message) { present(p, m); p.says(`{"kind":"end","why":"next"}`) }},
		{"an interrupt", byInterrupt, func(p *fakePage, m message) {
			present(p, m)
			if m.Kind == "there" {
				select {
				case interrupts <- os.Interrupt:
				default:
				}
			}
		}},
		{"no page", pageAbsent, func(*fakePage, message) {}},
		{"a page that closes", pageClosed, func(p *fakePage, m message) {
			if len(p.heard) < 3 {
				present(p, m)
			}
		}},
		{"a kernel that dies", pageClosed, func(p *fakePage, m message) { present(p, m); p.cut = true }},
	} {
		t.Run(c.name, func(t *testing.T) {
			why, p := listenTo(t, interrupts, noAnswer, c.hears)
			if why != c.want {
				t.Errorf("it ended by %q, want %q", why, c.want)
			}
			if told := p.heard[len(p.heard)-1].Kind == "end"; !told && why != pageAbsent && !p.cut {
				t.Error("the page was not told to stop sending: GoNB's kernel ends if a message comes too late")
			}
			if s := why.sentence(); !strings.Contains(s, "run this cell again") {
				t.Errorf("the sentence %q does not say how to go on", s)
			}
		})
	}
}

// While one request is answered, newer ones replace each other, in whatever order they arrive.
func TestControlsAnswerTheNewest(t *testing.T) {
	var asked []string
	_, p := listenTo(t, nil, func(ask json.RawMessage) (any, error) {
		asked = append(asked, string(ask))
		if string(ask) == "3" {
			return nil, fmt.Errorf("three is\ntoo much")
		}
		if string(ask) == "9" {
			panic("nine")
		}
		return map[string]string{"to": string(ask)}, nil
	}, func(p *fakePage, m message) {
		present(p, m)
		switch {
		case m.Kind == "there" && len(p.heard) == 1:
			p.says(`{"kind":"ask","seq":1,"ask":1}`, `{"kind":"ask","seq":3,"ask":3}`, `{"kind":"ask","seq":2,"ask":2}`, `no JSON`)
		case m.Kind == "answer" && m.Seq == 3:
			p.says(`{"kind":"ask","seq":4,"ask":4}`)
		case m.Kind == "answer" && m.Seq == 4:
			p.says(`{"kind":"ask","seq":9,"ask":9}`)
		case m.Kind == "answer":
			p.says(`{"kind":"end","why":"button"}`)
		}
	})
	if got := strings.Join(asked, " "); got != "3 4 9" {
		t.Errorf("the requests %s were answered, want 3 4 9: the newest of each time", got)
	}
	var answers []message
	for _, m := range p.heard {
		if m.Kind == "answer" {
			answers = append(answers, m)
		}
	}
	if len(answers) != 3 || answers[0].Error != "three is too much" || answers[1].Error != "" || !strings.Contains(answers[2].Error, "nine") {
		t.Errorf("the answers are %+v", answers)
	}
}

// A page's script ends nowhere but at its end, and brings all that it calls.
func TestLivePage(t *testing.T) {
	p, err := plots.FilmStrip(plots.Strip{Size: 2}, plots.Film{Label: "a", Frames: [][]uint8{make([]uint8, 12)}})
	if err != nil {
		t.Fatal(err)
	}
	text, err := livePage(&fakePage2{}, p, `a "film"`, "/hgn/1")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(text, "</script>"); n != 1 || !strings.HasSuffix(text, "</script>") {
		t.Errorf("the page has %d ends of scripts", n)
	}
	for _, want := range []string{`alt="a &#34;film&#34;"`, `src="data:image/png;base64,`, "function connect(", "function live(", "function hold(", "function explore(", `"address":"/hgn/1"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the page has no %s", want)
		}
	}
}

type fakePage2 struct{ fakePage }

func (*fakePage2) answer(json.RawMessage) (any, error) { return nil, nil }

// Only a server's kernels may have a page.
func TestServed(t *testing.T) {
	t.Setenv("JPY_PARENT_PID", fmt.Sprint(os.Getpid()))
	t.Setenv("JPY_SESSION_NAME", "")
	if served() {
		t.Error("a kernel of another program than a server is said to have a page")
	}
	t.Setenv("JPY_SESSION_NAME", "a.ipynb")
	if !served() {
		t.Error("the kernel of a server's notebook is said to have no page")
	}
	if words := commandLine(fmt.Sprint(os.Getpid())); len(words) == 0 || !strings.Contains(words[0], "notebook") {
		t.Errorf("the command of this process is said to be %q", words)
	}
}
