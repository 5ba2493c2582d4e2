// Package progress shows people the state of long work. On a terminal it rewrites one line; elsewhere, as in a log
// file, it writes a plain line every 10 seconds. Permanent lines can be written in between.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

const (
	plainEvery = 10 * time.Second       // time between plain lines about current work
	pulse      = 500 * time.Millisecond // time between two looks at an activity's clock
)

// Writer writes progress. Several goroutines may use it at once.
type Writer struct {
	w     io.Writer
	width func() int // returns the terminal's width; nil if w is not a terminal

	mu      sync.Mutex
	wrote   time.Time // when the last plain line was written
	what    string    // the activity, "" when there is none
	detail  string    // the last thing that the activity reported
	started time.Time
	stop    chan struct{}
}

// New returns a Writer to w, which may be a terminal or anything else.
func New(w io.Writer) *Writer {
	p := &Writer{w: w, wrote: time.Now()}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		p.width = func() int {
			if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 20 {
				return width
			}
			return 80
		}
	}
	return p
}

// Say writes a permanent line.
func (p *Writer) Say(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.erase()
	fmt.Fprintf(p.w, format+"\n", args...)
}

// Status writes a line that the next one replaces. If w is not a terminal, it writes the line only if 10 seconds have
// passed since the last one.
func (p *Writer) Status(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.show(line)
}

// Erase removes the line that Status wrote from the terminal.
func (p *Writer) Erase() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.erase()
}

// Begin starts an activity, whose time is shown until it ends. The one before it, if any, ends silently.
func (p *Writer) Begin(what string) {
	p.End("")
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.what, p.detail, p.started, p.wrote, p.stop = what, "", now, now, make(chan struct{})
	p.beat()
	go func(stop <-chan struct{}) {
		for {
			select {
			case <-stop:
				return
			case <-time.After(pulse):
			}
			p.mu.Lock()
			select {
			case <-stop: // The activity ended while this goroutine waited for the lock.
			default:
				p.beat()
			}
			p.mu.Unlock()
		}
	}(p.stop)
}

// Note records what the activity said last, to show it beside the activity's time.
func (p *Writer) Note(detail string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.detail = detail
}

// End finishes the activity with a line of its time and result, or silently if result is "".
func (p *Writer) End(result string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.what == "" {
		return
	}
	close(p.stop)
	p.erase()
	if result != "" {
		fmt.Fprintf(p.w, "%s  %s, %s\n", p.what, result, Duration(time.Since(p.started)))
	}
	p.what = ""
}

// beat shows the activity.
func (p *Writer) beat() {
	state := Duration(time.Since(p.started))
	if p.width == nil {
		state = "running, " + state
	}
	if p.detail != "" {
		state += "  | " + Clip(p.detail, 80)
	}
	p.show(Clip(p.what, 60) + "  " + state)
}

func (p *Writer) show(line string) {
	if p.width != nil {
		p.erase()
		fmt.Fprint(p.w, Clip(line, p.width()-1))
	} else if now := time.Now(); now.Sub(p.wrote) >= plainEvery {
		p.wrote = now
		fmt.Fprintln(p.w, line)
	}
}

func (p *Writer) erase() {
	if p.width != nil {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// Duration prints a duration as people read it: 0.4s, 12s, 2m05s, 1h30m.
func Duration(d time.Duration) string {
	switch s := int(d.Seconds()); {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case s < 60:
		return fmt.Sprintf("%ds", s)
	case s < 3600:
		return fmt.Sprintf("%dm%02ds", s/60, s%60)
	default:
		return fmt.Sprintf("%dh%02dm", s/3600, s/60%60)
	}
}

// Clip cuts s to n characters; an ellipsis marks the cut.
func Clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
