package notebook

import (
	"encoding/json"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/janpfeifer/gonb/gonbui"

	"hgn.local/pkg/plots"
)

// A control is a display with knobs that a reader turns while the cell's program listens.
type control interface {
	// script returns the name of the function that makes the controls in the page, and what it is given.
	script() (name string, config any, err error)
	// answer does what the page asks for.
	answer(ask json.RawMessage) (any, error)
	// picture draws what was answered last, or what the controls begin with, for pages that do not run programs.
	picture() (p *plots.Picture, alt string, err error)
}

const (
	patience = 10 * time.Second // a page has this long to say that it is there
	silence  = 15 * time.Second // a page that says nothing for this long was closed; it has less to load again
	pingAt   = 2 * time.Second  // the program asks this often whether the page is there
	farewell = time.Second      // a page has this long to stop sending
	// The Jupyter server drops messages beyond a megabyte a second.
	bytesPerSecond = 700_000
)

// listen displays a control and listens until the reader ends it. Where no page can answer, it displays the control's
// picture and returns at once.
func listen(dir, name string, c control) error {
	p, alt, err := c.picture()
	if err != nil {
		return err
	}
	if !inNotebook || !served() {
		if err := showPicture(dir, name, alt, p); err != nil {
			return err
		}
		if inNotebook {
			showNote("Run this cell in Jupyter to turn its knobs: here it is a picture.")
		}
		return nil
	}
	id := gonbui.UniqueId()
	address := "/hgn/" + id
	page, err := livePage(c, p, alt, address)
	if err != nil {
		return err
	}
	gonbui.UpdateHTML(id, page)
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(interrupts)
	l := listening{line: openLine(address), control: c, interrupts: interrupts, patience: patience, silence: silence, ping: pingAt}
	why := l.run()
	if p, alt, err = c.picture(); err != nil {
		return err
	}
	if err := send(p, alt, id); err != nil {
		return err
	}
	showNote("%s", why.sentence())
	return nil
}

// ending says why a control has ended.
type ending string

const (
	byButton    ending = "button"
	byInterrupt ending = "interrupt"
	byNextCell  ending = "next"
	pageClosed  ending = "closed"
	pageAbsent  ending = "absent"
)

func (e ending) sentence() string {
	const again = "run this cell again to turn its knobs."
	switch e {
	case byNextCell:
		return "Another cell waited to be run, so that the controls ended as they were; " + again
	case pageClosed:
		return "The page was closed, so that the controls ended; " + again
	case pageAbsent:
		return "No page answered, so that this is a picture; " + again
	}
	return "The controls ended as they were; " + again
}

// A message goes from the page to the program, or back.
type message struct {
	Kind   string          `json:"kind"`          // to the program: here, ask, end, bye; to the page: there, answer, end
	Seq    int             `json:"seq,omitempty"` // numbers the page's requests
	Ask    json.RawMessage `json:"ask,omitempty"`
	Answer any             `json:"answer,omitempty"`
	Error  string          `json:"error,omitempty"`
	Why    ending          `json:"why,omitempty"`
}

// line carries messages between the program and the page.
type line interface {
	send(text string) // waits until it is on its way
	inbox() *inbox
	broken() bool // nobody can be reached any more
}

// listening is a control while its program listens.
type listening struct {
	line                    line
	control                 control
	interrupts              <-chan os.Signal
	patience, silence, ping time.Duration
}

// run answers the page until something ends the control.
func (l *listening) run() ending {
	in, began := l.line.inbox(), time.Now()
	pings := time.NewTicker(l.ping)
	defer pings.Stop()
	greetings := time.NewTicker(l.ping / 4) // until the page answers
	defer greetings.Stop()
	l.say(message{Kind: "there"})
	for {
		select {
		case <-in.news:
		case <-l.interrupts:
			return l.end(byInterrupt)
		case <-greetings.C:
			if !in.heard().IsZero() {
				continue
			}
			l.say(message{Kind: "there"})
		case <-pings.C:
			l.say(message{Kind: "there"})
		}
		heard := in.heard()
		switch {
		case l.line.broken():
			return pageClosed
		case heard.IsZero() && time.Since(began) > l.patience:
			return pageAbsent
		case !heard.IsZero() && time.Since(heard) > l.silence:
			return l.end(pageClosed)
		}
		if why := in.ended(); why != "" {
			return l.end(why)
		}
		if ask := in.take(); ask != nil {
			l.answer(*ask)
		}
	}
}

// answer sends the answer to a request, and waits as long as the server needs for its size.
func (l *listening) answer(ask message) {
	reply := message{Kind: "answer", Seq: ask.Seq}
	err := guarded(func() (err error) {
		reply.Answer, err = l.control.answer(ask.Ask)
		return err
	})
	if err != nil {
		reply.Answer, reply.Error = nil, oneLine(err.Error())
	}
	sent := l.say(reply)
	time.Sleep(time.Duration(sent) * time.Second / bytesPerSecond)
}

// end tells the page to stop sending, and waits until it has: a message that arrives while the program ends would
// stop GoNB's kernel, which then sends it to a closed channel.
func (l *listening) end(why ending) ending {
	l.say(message{Kind: "end", Why: why})
	in := l.line.inbox()
	for deadline := time.After(farewell); !in.left(); {
		select {
		case <-in.news:
		case <-deadline:
			return why
		}
	}
	return why
}

// say sends a message and returns its size.
func (l *listening) say(m message) int {
	text, err := json.Marshal(m)
	if err != nil { // an answer that is not finite
		text, _ = json.Marshal(message{Kind: m.Kind, Seq: m.Seq, Error: err.Error()})
	}
	l.line.send(string(text))
	return len(text)
}
