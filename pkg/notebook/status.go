package notebook

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// statusLine is a line of text that is overwritten. In Jupyter it is an output of its own, which every front end and
// nbclient update in place; for `hgn run`, which shows the last line that a cell has written, it is a line of stdout.
type statusLine struct {
	id   string // of the output; "": none yet
	said int    // length of the text on stdout
}

// jupyter tells whether a program of Jupyter has started the kernel.
func jupyter() bool { return inNotebook && os.Getenv("JPY_PARENT_PID") != "" }

// every returns the time between two texts: each on stdout is a message, and an output is only updated.
func (s *statusLine) every() time.Duration {
	if jupyter() {
		return time.Second
	}
	return sayEvery
}

// set replaces the text.
func (s *statusLine) set(text string) {
	switch {
	case jupyter():
		if s.id == "" {
			s.id = gonbui.UniqueId()
		}
		gonbui.SendData(&protocol.DisplayData{Data: map[protocol.MIMEType]any{protocol.MIMETextPlain: text}, DisplayID: s.id})
	case inNotebook:
		width := len([]rune(text))
		io.WriteString(stdout, "\r"+text+strings.Repeat(" ", max(0, s.said-width)))
		s.said = width
	default:
		fmt.Fprintln(stdout, text)
	}
}

// keep leaves the text as it is: the next one gets a new line.
func (s *statusLine) keep() {
	if inNotebook && !jupyter() {
		fmt.Fprintln(stdout)
	}
	*s = statusLine{}
}
