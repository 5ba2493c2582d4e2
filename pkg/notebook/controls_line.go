package notebook

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/comms"
)

// inbox keeps what a page has said. Messages may arrive out of order, since GoNB delivers each on a goroutine of its
// own, so that only the request with the highest number counts.
type inbox struct {
	news chan struct{} // holds something after a message has come

	mu     sync.Mutex
	last   time.Time // of a message; zero: none has come
	newest int       // the highest number of a request
	ask    *message  // the request with this number, until it is taken
	end    ending
	bye    bool
}

func newInbox() *inbox { return &inbox{news: make(chan struct{}, 1)} }

// put adds a message in JSON; it ignores what is none.
func (in *inbox) put(text string) {
	var m message
	if json.Unmarshal([]byte(text), &m) != nil {
		return
	}
	in.mu.Lock()
	in.last = time.Now()
	switch {
	case m.Kind == "ask" && m.Seq > in.newest:
		in.newest, in.ask = m.Seq, &m
	case m.Kind == "end":
		in.end = m.Why
	case m.Kind == "bye":
		in.bye = true
	}
	in.mu.Unlock()
	select {
	case in.news <- struct{}{}:
	default:
	}
}

// take returns the newest request, or nil if it was taken before.
func (in *inbox) take() *message {
	in.mu.Lock()
	defer in.mu.Unlock()
	m := in.ask
	in.ask = nil
	return m
}

func (in *inbox) heard() time.Time {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.last
}

func (in *inbox) ended() ending {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.end
}

func (in *inbox) left() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.bye
}

// gonbLine is a line through GoNB and the Jupyter server.
type gonbLine struct {
	address string
	in      *inbox
}

// openLine begins to listen to an address. It stays open until the program ends: GoNB's Unsubscribe can block on a
// message that comes late.
func openLine(address string) *gonbLine {
	l := &gonbLine{address, newInbox()}
	comms.Subscribe(address, func(_ string, text string) { l.in.put(text) })
	return l
}

// send waits until GoNB has sent the text: it may first look for the page for three seconds, and more texts would wait
// behind this one.
func (l *gonbLine) send(text string) {
	comms.Send(l.address, text)
	flush()
}

func (l *gonbLine) inbox() *inbox { return l.in }
func (l *gonbLine) broken() bool  { return gonbui.Error() != nil }

// served tells whether a Jupyter server has started this kernel, for a page. Other programs that run notebooks show no
// page, and GoNB, if asked for one, would leave its script in the notebook that they save.
func served() bool {
	if os.Getenv("JPY_SESSION_NAME") != "" {
		return true
	}
	// The server of Notebook 6 leaves only the number of its process.
	command := commandLine(os.Getenv("JPY_PARENT_PID"))
	return slices.ContainsFunc(command, func(word string) bool { return filepath.Base(word) == "jupyter-notebook" })
}

// commandLine returns the words of a process's command, or nil.
func commandLine(pid string) []string {
	if pid == "" {
		return nil
	}
	if words, err := os.ReadFile(fmt.Sprintf("/proc/%s/cmdline", pid)); err == nil {
		return strings.Split(string(words), "\x00")
	}
	out, _ := exec.Command("ps", "-o", "command=", "-p", pid).Output()
	return strings.Fields(string(out))
}
